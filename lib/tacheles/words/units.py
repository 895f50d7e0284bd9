"""Units of the values: which are counts of what, and how many decimals the others have."""

from tacheles.words.phrases.phrase import N2_

#: Counts, with their noun for one and for many.
COUNTED = {
    "customers": N2_("{n} customer", "{n} customers"),
    "members": N2_("{n} member", "{n} members"),
    "questions": N2_("{n} question", "{n} questions"),
    "items": N2_("{n} item", "{n} items"),
    "cases": N2_("{n} case", "{n} cases"),
    "answers": N2_("{n} answer", "{n} answers"),
    "recipients": N2_("{n} active recipient", "{n} active recipients"),
    "tickets": N2_("{n} ticket", "{n} tickets"),
    "contracts": N2_("{n} contract", "{n} contracts"),
    "accounts": N2_("{n} customer", "{n} customers"),
    "acts": N2_("{n} act", "{n} acts"),
}

#: Decimals of what is neither a count, a share, a span of time nor money.
DECIMALS = {
    "per_item": 1,
    "points": 0,
    "points_of_7": 1,
    "relative_difference": 4,
    "tickets_per_account": 2,
    "visits_per_member": 2,
    "score": 2,
    "per_1000": 1,
    "percentage_points": 0,
    "tickets_per_1000_accounts": 0,
    "quarters": 1,
    "rank": 0,
    "stage": 1,
    "ratio": 2,
    "gap": 1,
    "belonging": 1,
    "amount": 2,
    "gini": 2,
    "gravity": 2,
    "love": 0,
}
