"""What is said of growth and engagement."""

from tacheles.words.phrases.phrase import N2_, N_, Phrases

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

#: Phrases of each metric of this level.
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
        not_applicable=N_("{name}: unknown, the export has no threads"),
        not_applicable_in_cell=N_("no threads"),
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
        not_applicable=N_(
            "{name}: no service hours in community.toml, or no threads in the export"
        ),
        not_applicable_in_cell=N_("no service hours or threads"),
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
        not_applicable=N_("{name}: unknown, the export has no threads"),
        not_applicable_in_cell=N_("no threads"),
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
        not_applicable=N_("{name}: unknown, the export has no threads"),
        not_applicable_in_cell=N_("no threads"),
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
        never=N_("Fewer than half of the questions have a first answer yet"),
        not_applicable=N_("{name}: unknown, the export has no threads"),
        not_applicable_in_cell=N_("no threads"),
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
        not_applicable=N_("{name}: unknown, the export has no threads"),
        not_applicable_in_cell=N_("no threads"),
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
        not_applicable=N_("{name}: there was no quarter before"),
        not_applicable_in_cell=N_("no quarter before"),
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

#: Segments that have a name of ours; others are shown as exported.
SEGMENTS: dict[str, str] = {}

#: The sentence of each kind of finding, with the facts of its `detail` as placeholders.
FINDINGS: dict[str, str] = {}
