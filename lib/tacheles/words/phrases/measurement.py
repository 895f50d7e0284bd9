"""What is said of what moved, and what to improve."""

from tacheles.words.phrases.phrase import N2_, N_, Phrases

_NO_AUTHOR = N2_(
    "{n} post without a known author could not be counted.",
    "{n} posts without a known author could not be counted.",
)

_OFF_SCALE = N2_(
    "{n} answer is left out: it is on another scale.",
    "{n} answers are left out: they are on another scale.",
)

_NOT_DUE = N2_(
    "{n} contract is left out: it is not due yet, or has no amount.",
    "{n} contracts are left out: they are not due yet, or have no amount.",
)

_NO_TOUCHES = N2_(
    "{n} deal is left out: its touches or its amount are not recorded.",
    "{n} deals are left out: their touches or their amounts are not recorded.",
)

_NO_CHANNEL = N_("{name}: no channel in plans/tools.csv is the community's own")

_NO_LANGUAGE = N2_(
    "{n} text is left out: the tool does not know its language.",
    "{n} texts are left out: the tool does not know their languages.",
)

#: Phrases of each metric of this level.
PHRASES: dict[str, Phrases] = {
    "engagement_rate_of_members": Phrases(
        name=N_("Members who took part"),
        subtitle=N_(
            "Members who wrote, voted or attended in the quarter, as a share of the members "
            "registered at its middle. Without staff and bots."
        ),
        counted=N_("Members"),
        left_out=_NO_AUTHOR,
        level=N_("{share} members took part"),
        up=N_("A larger part of the members took part: {value}, {before} the quarter before"),
        down=N_("A smaller part of the members took part: {value}, {before} the quarter before"),
        not_applicable=N_(
            "{name}: how many were registered in the quarter's middle is unknown, or too few for "
            "this rate"
        ),
        not_applicable_in_cell=N_("base unknown or too small"),
    ),
    "engagement_rate_of_visitors": Phrases(
        name=N_("Visiting members who took part"),
        counted=N_("Visiting members"),
        left_out=_NO_AUTHOR,
        level=N_("{share} members who came took part"),
        up=N_("More of the members who came took part: {value}, {before} the quarter before"),
        down=N_("Fewer of the members who came took part: {value}, {before} the quarter before"),
    ),
    "engagement_rate_of_accounts": Phrases(
        name=N_("Customers of whom somebody took part"),
        counted=N_("Customers"),
        left_out=_NO_AUTHOR,
        level=N_("Of {share} customers somebody took part"),
        up=N_("Of more customers somebody took part: {value}, {before} the quarter before"),
        down=N_("Of fewer customers somebody took part: {value}, {before} the quarter before"),
    ),
    "engagement_rate_of_views": Phrases(
        name=N_("Reactions and comments per view"),
        counted=N_("Published items"),
        left_out=N2_(
            "{n} item without a number of views is left out.",
            "{n} items without a number of views are left out.",
        ),
    ),
    "interactions_per_item": Phrases(
        name=N_("Answers, comments and likes per item"),
        counted=N_("Items"),
        left_out=N2_(
            "{n} item is left out: younger than a fortnight, or without a known author.",
            "{n} items are left out: younger than a fortnight, or without a known author.",
        ),
        level=N_("An item brought {value} answers, comments and likes"),
        up=N_("An item brought more answers, comments and likes: {value} after {before}"),
        down=N_("An item brought fewer answers, comments and likes: {value} after {before}"),
    ),
    "search_success_rate": Phrases(
        name=N_("Searches that found something"),
        counted=N_("Searches"),
        left_out=N2_(
            "{n} search of the last minutes is left out.",
            "{n} searches of the last minutes are left out.",
        ),
        level=N_("{share} searches found something"),
        up=N_("More searches found something: {value}, {before} the quarter before"),
        down=N_("Fewer searches found something: {value}, {before} the quarter before"),
        not_applicable=N_("{name}: unknown, the export has no clicks on results"),
        not_applicable_in_cell=N_("no clicks in the export"),
    ),
    "customer_satisfaction_score": Phrases(
        name=N_("Satisfied customers (CSAT)"),
        subtitle=N_("Share of the quarter's answers that are a 4 or a 5 of 5."),
        counted=N_("Answers"),
        left_out=_OFF_SCALE,
        level=N_("{share} respondents are satisfied"),
        up=N_("More respondents are satisfied: {value}, {before} the quarter before"),
        down=N_("Fewer respondents are satisfied: {value}, {before} the quarter before"),
    ),
    "net_promoter_score": Phrases(
        name=N_("Net promoter score"),
        subtitle=N_(
            "Promoters (9 and 10 of 10) less detractors (0 to 6), of a hundred answers. From "
            "−100 to 100."
        ),
        counted=N_("Answers"),
        left_out=_OFF_SCALE,
        level=N_("The net promoter score is {value}"),
        up=N_("The net promoter score went up to {value}, from {before} the quarter before"),
        down=N_("The net promoter score went down to {value}, from {before} the quarter before"),
    ),
    "customer_effort_score": Phrases(
        name=N_("Ease, of 7 (CES)"),
        counted=N_("Answers"),
        left_out=_OFF_SCALE,
        level=N_("Customers rate how easy it was with {value} of 7"),
        up=N_("Customers find it easier: {value} of 7, {before} the quarter before"),
        down=N_("Customers find it harder: {value} of 7, {before} the quarter before"),
        not_applicable=N_("{name}: variants of the question, which are not mixed"),
        not_applicable_in_cell=N_("several variants"),
    ),
    "satisfaction_by_membership": Phrases(
        name=N_("Satisfied respondents, in the community and outside"),
        counted=N_("Answers"),
        left_out=_OFF_SCALE,
        level=N_("{name}, {segment}: {value}"),
    ),
    "net_promoter_score_by_membership": Phrases(
        name=N_("Net promoter score, in the community and outside"),
        counted=N_("Answers"),
        left_out=_OFF_SCALE,
        level=N_("{name}, {segment}: {value}"),
    ),
    "aided_awareness": Phrases(
        name=N_("Know the company by name"),
        level=N_("{share} people asked know the company when they hear its name"),
        up=N_("More people know the company: {value}, {before} the quarter before"),
        down=N_("Fewer people know the company: {value}, {before} the quarter before"),
    ),
    "review_score": Phrases(
        name=N_("Score of public reviews"),
        counted=N_("Reviews"),
        left_out=N2_(
            "{n} review without a score is left out.", "{n} reviews without a score are left out."
        ),
        level=N_("{name}, {segment}: {value}"),
    ),
    "customers_gained": Phrases(
        name=N_("New customers"),
        counted=N_("Customers"),
        level=N_("{customers} started"),
        up=N_("More customers started: {value}, {before} the quarter before"),
        down=N_("Fewer customers started: {value}, {before} the quarter before"),
    ),
    "net_customers_gained": Phrases(
        name=N_("New customers less those who left"),
        counted=N_("Customers"),
        level=N_("{name}: {value}"),
        up=N_("{name} went up: {value}, {before} the quarter before"),
        down=N_("{name} went down: {value}, {before} the quarter before"),
    ),
    "community_share_of_customers_gained": Phrases(
        name=N_("New customers who had joined the community"), counted=N_("New customers")
    ),
    "renewal_rate": Phrases(
        name=N_("Contracts renewed"),
        counted=N_("Contracts due"),
        left_out=_NOT_DUE,
        level=N_("{share} contracts due were renewed"),
        up=N_("More contracts were renewed: {value}, {before} the quarter before"),
        down=N_("Fewer contracts were renewed: {value}, {before} the quarter before"),
    ),
    "renewal_rate_by_amount": Phrases(
        name=N_("Contracts renewed, by their amount"),
        counted=N_("Contracts due"),
        left_out=_NOT_DUE,
    ),
    "renewal_rate_by_membership": Phrases(
        name=N_("Contracts renewed, in the community and outside"),
        counted=N_("Contracts due"),
        left_out=_NOT_DUE,
        level=N_("{name}, {segment}: {value}"),
    ),
    "attributed_revenue_share": Phrases(
        name=N_("Credit for won deals"),
        subtitle=N_(
            "Part of the amount of the deals won in the quarter that each rule credits to the "
            "community. Credit by a rule, not cause: the rules disagree about the same deals."
        ),
        counted=N_("Deals"),
        left_out=_NO_TOUCHES,
        level=N_("{name}, {segment}: {value}"),
        not_applicable=_NO_CHANNEL,
        not_applicable_in_cell=N_("no channel of the community"),
    ),
    "sourced_revenue": Phrases(
        name=N_("Won deals that began in the community (credit)"),
        counted=N_("Deals"),
        left_out=_NO_TOUCHES,
        not_applicable=_NO_CHANNEL,
        not_applicable_in_cell=N_("no channel of the community"),
    ),
    "influenced_revenue": Phrases(
        name=N_("Won deals that the community touched (credit)"),
        counted=N_("Deals"),
        left_out=_NO_TOUCHES,
        not_applicable=_NO_CHANNEL,
        not_applicable_in_cell=N_("no channel of the community"),
    ),
    "direct_revenue": Phrases(
        name=N_("The community's own income"),
        subtitle=N_("Events, courses and sponsorships, less what the events cost."),
        counted=N_("Payments"),
    ),
    "sentiment_balance": Phrases(
        name=N_("Mood of the texts, corrected"),
        subtitle=N_(
            "Positive texts less negative ones, of a hundred: what a tool says of all texts, "
            "corrected by what people say of some. From −100 to 100."
        ),
        counted=N_("Labels"),
        left_out=_NO_LANGUAGE,
        level=N_("The mood in {segment} is {value}, from −100 to 100"),
        up=N_("The mood brightened in {segment}: {value}, {before} the quarter before"),
        down=N_("The mood darkened in {segment}: {value}, {before} the quarter before"),
        not_applicable=N_("{name}: not validated, fewer than 100 texts were labelled by hand"),
        not_applicable_in_cell=N_("not validated"),
    ),
    "uncorrected_sentiment_balance": Phrases(
        name=N_("Mood of the texts, as the tool says"),
        counted=N_("Texts"),
        left_out=_NO_LANGUAGE,
        level=N_("{name}, {segment}: {value}, and nobody has checked it"),
        up=N_("{name}, {segment}: {value}, and nobody has checked it"),
        down=N_("{name}, {segment}: {value}, and nobody has checked it"),
    ),
    "sentiment_tool_precision": Phrases(
        name=N_("What the tool calls so is so"), counted=N_("Labelled texts")
    ),
    "sentiment_tool_recall": Phrases(
        name=N_("What is so the tool calls so"), counted=N_("Labelled texts")
    ),
    "label_agreement": Phrases(
        name=N_("Agreement of two labellers beyond chance"),
        counted=N_("Texts that both labelled"),
        not_applicable=N_("{name}: only one person labelled"),
        not_applicable_in_cell=N_("one labeller"),
    ),
    "target_plausibility": Phrases(
        name=N_("Past quarters that brought less than the goal needs"),
        counted=N_("Past changes"),
        not_applicable=N_("{name}: too few quarters, or no quarter left"),
        not_applicable_in_cell=N_("nothing to compare"),
    ),
    "kpi_tree_difference": Phrases(name=N_("Apart from what its parts make"), counted=N_("Months")),
    "experiment_effect": Phrases(
        name=N_("Visits more per member"),
        counted=N_("Members"),
        level=N_("{segment}: {value} visits more per member"),
        not_applicable=N_("{name}: the arms' sizes can hardly be chance"),
        not_applicable_in_cell=N_("arms of odd sizes"),
    ),
    "experiment_effect_anytime": Phrases(
        name=N_("Visits more per member, for those who look early"),
        counted=N_("Pairs"),
        level=N_("{segment}: {value} visits more per member"),
        not_applicable=N_("{name}: the arms' sizes can hardly be chance"),
        not_applicable_in_cell=N_("arms of odd sizes"),
    ),
    "experiment_variance_explained": Phrases(
        name=N_("Variance that members' own history explains"), counted=N_("Members")
    ),
    "invitation_effect": Phrases(
        name=N_("Tickets more per invited customer"),
        counted=N_("Customers"),
        level=N_("{segment}: {value} tickets more per invited customer"),
        not_applicable=N_("{name}: the numbers of invited and others can hardly be chance"),
        not_applicable_in_cell=N_("groups of odd sizes"),
    ),
    "joining_effect_by_invitation": Phrases(
        name=N_("Tickets more per customer who joined because of it"),
        counted=N_("Customers"),
        level=N_("{segment}: {value} tickets more per customer who joined because of it"),
        not_applicable=N_("{name}: the invitation moved too few"),
        not_applicable_in_cell=N_("moved too few"),
    ),
}

#: Segments that have a name of ours; others are shown as exported.
SEGMENTS: dict[str, str] = {
    "members": N_("customers in the community"),
    "others": N_("other customers"),
    "posts": N_("posts"),
    "tickets": N_("tickets"),
    "surveys": N_("survey comments"),
    "negative": N_("negative"),
    "neutral": N_("neutral"),
    "positive": N_("positive"),
    "first_touch": N_("everything to the first touch"),
    "last_touch": N_("everything to the last touch"),
    "linear": N_("the same to each touch"),
    "position_based": N_("most to the first and the last touch"),
}

#: The sentence of each kind of finding, with the facts of its `detail` as placeholders.
FINDINGS: dict[str, str] = {}
