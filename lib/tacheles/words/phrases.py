"""What is said: every sentence a metric can lead to, marked for the catalogue."""

from dataclasses import dataclass


def N_(message: str) -> str:  # noqa: N802  # the usual mark of a message that is translated later
    """Mark a message for the catalogue."""
    return message


def N2_(one: str, many: str) -> tuple[str, str]:  # noqa: N802
    """Mark a message with a plural for the catalogue."""
    return one, many


@dataclass(frozen=True)
class Phrases:
    """What is said of one metric."""

    name: str
    subtitle: str
    counted: str  # what n counts
    left_out: tuple[str, str]  # one, many: what is left out, and why
    level: str
    up: str
    down: str
    now: str = N_("{name} in {quarter}: {value} ({interval}, n = {n}).")
    not_applicable: str = N_("{name}: there was no quarter before")
    not_applicable_in_cell: str = N_("no quarter before")
    points: str = "hours"  # what `at` counts: hours, or quarters


_THREADS_LEFT_OUT = N2_(
    "{n} question is left out: too young, removed, or without a known author.",
    "{n} questions are left out: too young, removed, or without a known author.",
)


_POSTS_LEFT_OUT = N2_(
    "{n} post without a known author could not be counted.",
    "{n} posts without a known author could not be counted.",
)


_FIRST_ANSWERS_LEFT_OUT = N2_(
    "{n} first answer is left out: an author is unknown, or the question was removed.",
    "{n} first answers are left out: an author is unknown, or the question was removed.",
)


PHRASES = {
    "answered_within": Phrases(
        name=N_("Questions answered {within}"),
        subtitle=N_(
            "Share of each quarter's questions that somebody else answered {within}. Questions "
            "without an answer count as not answered."
        ),
        counted=N_("Questions"),
        left_out=_THREADS_LEFT_OUT,
        level=N_("{share} questions had an answer {within}"),
        up=N_("More questions had an answer {within}: {value}, {before} the quarter before"),
        down=N_("Fewer questions had an answer {within}: {value}, {before} the quarter before"),
    ),
    "answered_within_service_hours": Phrases(
        name=N_("Questions answered within {service}"),
        subtitle=N_(
            "Share of each quarter's questions that somebody else answered within {service}. "
            "Questions without an answer count as not answered."
        ),
        counted=N_("Questions"),
        left_out=_THREADS_LEFT_OUT,
        level=N_("{share} questions had an answer within {service}"),
        up=N_(
            "More questions had an answer within {service}: {value}, {before} the quarter before"
        ),
        down=N_(
            "Fewer questions had an answer within {service}: {value}, {before} the quarter before"
        ),
        not_applicable=N_("{name}: no service hours are set in community.toml"),
        not_applicable_in_cell=N_("no service hours"),
    ),
    "unanswered_share": Phrases(
        name=N_("Questions nobody answered"),
        subtitle=N_(
            "Share of each quarter's questions, at least {age} old, that nobody else had answered "
            "when the quarter ended."
        ),
        counted=N_("Questions"),
        left_out=_THREADS_LEFT_OUT,
        level=N_("{share} questions had no answer when the quarter ended"),
        up=N_("More questions stayed without an answer: {value}, {before} the quarter before"),
        down=N_("Fewer questions stayed without an answer: {value}, {before} the quarter before"),
    ),
    "unanswered_questions": Phrases(
        name=N_("Number of questions nobody answered"),
        subtitle=N_(
            "Each quarter's questions, at least {age} old, that nobody else had answered when the "
            "quarter ended. A full count: no interval."
        ),
        counted=N_("Questions"),
        left_out=_THREADS_LEFT_OUT,
        level=N_("{questions} had no answer when the quarter ended"),
        up=N_(
            "More questions stayed without an answer than the usual ups and downs explain: "
            "{value}, {before} before"
        ),
        down=N_(
            "Fewer questions stayed without an answer than the usual ups and downs explain: "
            "{value}, {before} before"
        ),
    ),
    "peer_answer_share": Phrases(
        name=N_("First answers by members"),
        subtitle=N_(
            "Share of each quarter's first answers that came from members outside the staff."
        ),
        counted=N_("First answers"),
        left_out=_FIRST_ANSWERS_LEFT_OUT,
        level=N_("{share} first answers came from members outside the staff"),
        up=N_("More first answers came from members: {value}, {before} the quarter before"),
        down=N_("Fewer first answers came from members: {value}, {before} the quarter before"),
        not_applicable=N_("{name}: unknown, the export tells nobody's role"),
        not_applicable_in_cell=N_("roles unknown"),
    ),
    "time_to_first_response_hours": Phrases(
        name=N_("Wait for a first answer"),
        subtitle=N_(
            "Hours after which half of each quarter's questions had a first answer. Questions "
            "without an answer count as still waiting."
        ),
        counted=N_("Questions"),
        left_out=_THREADS_LEFT_OUT,
        level=N_("Half of the questions had a first answer {after}"),
        up=N_(
            "The wait for a first answer grew: half had one {after}, the quarter before {before}"
        ),
        down=N_("First answers came faster: half {after}, the quarter before {before}"),
    ),
    "first_response_curve": Phrases(
        name=N_("Questions answered by then"),
        subtitle=N_(
            "Share of the quarter's questions with a first answer, by the time since the question."
        ),
        counted=N_("Questions"),
        left_out=_THREADS_LEFT_OUT,
        level=N_("{share} questions had an answer within a day"),
        up="",
        down="",
    ),
    "active_members": Phrases(
        name=N_("Active members"),
        subtitle=N_(
            "Members outside the staff who wrote at least one question, answer or comment in the "
            "quarter. A full count: no interval."
        ),
        counted=N_("Members"),
        left_out=_POSTS_LEFT_OUT,
        level=N_("{members} took part"),
        up=N_(
            "More people took part than the usual ups and downs explain: {value}, {before} before"
        ),
        down=N_(
            "Fewer people took part than the usual ups and downs explain: {value}, {before} before"
        ),
    ),
    "new_contributors": Phrases(
        name=N_("New contributors"),
        subtitle=N_(
            "Members whose first question, answer or comment ever was in the quarter. A full "
            "count: no interval."
        ),
        counted=N_("Members"),
        left_out=_POSTS_LEFT_OUT,
        level=N_("{members} wrote for the first time"),
        up=N_("More newcomers than the usual ups and downs explain: {value}, {before} before"),
        down=N_("Fewer newcomers than the usual ups and downs explain: {value}, {before} before"),
    ),
    "returning_contributor_rate": Phrases(
        name=N_("Contributors who came back"),
        subtitle=N_(
            "Share of each quarter's contributors who had written in the quarter before as well."
        ),
        counted=N_("Contributors"),
        left_out=_POSTS_LEFT_OUT,
        level=N_("{share} contributors had written in the quarter before as well"),
        up=N_("More contributors came back: {value}, {before} the quarter before"),
        down=N_("Fewer contributors came back: {value}, {before} the quarter before"),
    ),
    "cohort_retention_rate": Phrases(
        name=N_("Newcomers who wrote again"),
        subtitle=N_(
            "Share of those who wrote for the first time in the quarter named who wrote again "
            "{later}."
        ),
        counted=N_("Newcomers"),
        left_out=_POSTS_LEFT_OUT,
        level=N_("{share} newcomers of {quarter} wrote again {later}"),
        up=N_("More newcomers of {quarter} wrote again {later}: {value}, {before} a quarter ago"),
        down=N_(
            "Fewer newcomers of {quarter} wrote again {later}: {value}, {before} a quarter ago"
        ),
        now=N_("Newcomers of {quarter} who wrote again {later}: {value} ({interval}, n = {n})."),
        points="quarters",
    ),
    "top_contributor_share": Phrases(
        name=N_("Contributions of the {top} most active"),
        subtitle=N_(
            "Share of each quarter's contributions that its {top} most active members made, with "
            "whoever is tied with the last of them."
        ),
        counted=N_("Contributions"),
        left_out=_POSTS_LEFT_OUT,
        level=N_("{value} of the contributions came from the {top} most active"),
        up=N_(
            "More of the contributions came from the {top} most active: {value}, {before} the "
            "quarter before"
        ),
        down=N_(
            "Fewer of the contributions came from the {top} most active: {value}, {before} the "
            "quarter before"
        ),
        not_applicable=N_("{name}: with those who are tied, that is everybody"),
        not_applicable_in_cell=N_("that is everybody"),
    ),
}


STATUS = {
    "no_data": N_("{name}: nothing recorded in this quarter"),
    "not_mature": N_("{name}: too early to say"),
    "suppressed": N_("{name}: not shown, too few people"),
    "clipped": N_("{name}: unknown, the export does not reach back to the beginning"),
}


STATUS_OF_ALL = {
    "no_data": N_("Nothing was recorded in this quarter"),
    "suppressed": N_("Too few people took part to show a number without singling somebody out"),
}


STATUS_IN_CELL = {
    "no_data": N_("nothing recorded"),
    "not_mature": N_("too early"),
    "suppressed": N_("too few people"),
    "clipped": N_("export cut off"),
}


FRACTIONS = {
    0.1: N_("one in ten"),
    0.2: N_("one in five"),
    0.25: N_("one in four"),
    1 / 3: N_("one in three"),
    0.4: N_("two in five"),
    0.6: N_("three in five"),
    2 / 3: N_("two in three"),
    0.75: N_("three in four"),
    0.8: N_("four in five"),
    0.9: N_("nine in ten"),
}


CAUSES = {
    "records": N_("the records have changed"),
    "definition": N_("it is computed otherwise"),
    "matured": N_("more time has passed"),
}


PAGES = {
    "00-brief": N_("Brief"),
    "01-foundation": N_("Foundation"),
    "02-growth": N_("Growth"),
    "03-measurement": N_("Measurement"),
    "04-roi": N_("Return"),
}
