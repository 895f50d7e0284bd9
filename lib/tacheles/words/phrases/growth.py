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
            "Share of the quarter's questions with a first answer, by the time since the question. "
            "Young questions count here as long as they have waited, so that it may differ a "
            "little from the share above."
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
            "Members outside the staff who wrote, voted or came to an event at least once in the "
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
            "Members whose first contribution ever was in the quarter: a post, a vote or an event. "
            "A full count: no interval."
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
    "expert_answer_share": Phrases(
        name=N_("First answers by experts"),
        counted=N_("First answers"),
        left_out=_FIRST_ANSWERS_LEFT_OUT,
        not_applicable=N_("{name}: unknown, the export tells nobody's role"),
        not_applicable_in_cell=N_("roles unknown"),
    ),
    "peer_solution_share": Phrases(
        name=N_("Accepted answers by members"),
        counted=N_("Accepted answers"),
        left_out=_FIRST_ANSWERS_LEFT_OUT,
        not_applicable=N_("{name}: unknown, the export tells nobody's role"),
        not_applicable_in_cell=N_("roles unknown"),
    ),
    "platform_mean_first_response_hours": Phrases(
        name=N_("Mean wait as platforms print it (compat)"),
        counted=N_("Answered questions"),
        left_out=N2_(
            "{n} question without an answer is not in this number.",
            "{n} questions without an answer are not in this number.",
        ),
        not_applicable=N_("{name}: unknown, the export has no threads"),
        not_applicable_in_cell=N_("no threads"),
    ),
    "answered_within_by_channel": Phrases(
        name=N_("Questions answered {within}, by channel"),
        counted=N_("Questions"),
        left_out=_THREADS_LEFT_OUT,
        not_applicable=N_("{name}: unknown, the export has no threads"),
        not_applicable_in_cell=N_("no threads"),
    ),
    "solution_rate": Phrases(
        name=N_("Questions solved within {days} days"),
        subtitle=N_(
            "Share of each quarter's questions that had an accepted answer within {days} days. "
            "Younger questions are left out, unsolved ones count as unsolved."
        ),
        counted=N_("Questions"),
        left_out=_THREADS_LEFT_OUT,
        level=N_("{share} questions were solved within {days} days"),
        up=N_(
            "More questions were solved within {days} days: {value}, {before} the quarter before"
        ),
        down=N_(
            "Fewer questions were solved within {days} days: {value}, {before} the quarter before"
        ),
        not_applicable=N_("{name}: unknown, nobody marks accepted answers"),
        not_applicable_in_cell=N_("not marked"),
    ),
    "open_questions": Phrases(
        name=N_("Open questions, by age"),
        subtitle=N_(
            "Questions neither solved nor closed when the quarter ended: fresh up to {fresh_days} "
            "days, stale from {stale_days} days on. A full count: no interval."
        ),
        counted=N_("Questions"),
        left_out=_THREADS_LEFT_OUT,
        level=N_("{segment}: {questions} open"),
        up=N_(
            "{segment}: more questions open than the usual ups and downs explain: {value}, "
            "{before} before"
        ),
        down=N_(
            "{segment}: fewer questions open than the usual ups and downs explain: {value}, "
            "{before} before"
        ),
        not_applicable=N_("{name}: unknown, the export has no threads"),
        not_applicable_in_cell=N_("no threads"),
    ),
    "new_members": Phrases(
        name=N_("New members"),
        counted=N_("Members"),
        level=N_("{members} joined"),
        up=N_("More people joined than the usual ups and downs explain: {value}, {before} before"),
        down=N_(
            "Fewer people joined than the usual ups and downs explain: {value}, {before} before"
        ),
        not_applicable=N_("{name}: unknown, the export does not tell when somebody joined"),
        not_applicable_in_cell=N_("joining unknown"),
    ),
    "activation_rate": Phrases(
        name=N_("New members who contributed within {days} days"),
        counted=N_("New members"),
        left_out=N2_(
            "{n} new member is left out: joined too short a time ago.",
            "{n} new members are left out: they joined too short a time ago.",
        ),
        level=N_("{share} new members contributed within {days} days"),
        up=N_(
            "More new members contributed within {days} days: {value}, {before} the quarter before"
        ),
        down=N_(
            "Fewer new members contributed within {days} days: {value}, {before} the quarter before"
        ),
        not_applicable=N_("{name}: unknown, the export does not tell when somebody joined"),
        not_applicable_in_cell=N_("joining unknown"),
    ),
    "reactivated_contributors": Phrases(
        name=N_("Contributors who came back after a silence"),
        counted=N_("Members"),
        left_out=_POSTS_LEFT_OUT,
        level=N_("{members} came back after a silence"),
    ),
    "lost_contributors": Phrases(
        name=N_("Active contributors who fell silent"),
        counted=N_("Members"),
        left_out=_POSTS_LEFT_OUT,
        level=N_("{members} fell silent"),
        up=N_(
            "More active contributors fell silent than the usual ups and downs explain: {value}, "
            "{before} before"
        ),
        down=N_(
            "Fewer active contributors fell silent than the usual ups and downs explain: {value}, "
            "{before} before"
        ),
    ),
    "net_contributor_growth": Phrases(
        name=N_("New and returned contributors less those lost"),
        counted=N_("Members"),
        left_out=_POSTS_LEFT_OUT,
        level=N_("New and returned contributors less those lost: {value}"),
    ),
    "cohort_unbounded_retention_rate": Phrases(
        name=N_("Newcomers who wrote again, then or later"),
        counted=N_("Newcomers"),
        left_out=_POSTS_LEFT_OUT,
        points="quarters",
    ),
    "active_members_by_meaning": Phrases(
        name=N_("Active members, by the meaning of the word"),
        subtitle=N_(
            "The same quarter counted by each of the usual meanings, so that the number of a "
            "platform can be compared. A full count: no interval."
        ),
        counted=N_("Members"),
        level=N_("{segment}: {members}"),
        not_applicable=N_("{name}: unknown, visits are not recorded"),
        not_applicable_in_cell=N_("visits unknown"),
    ),
    "stickiness": Phrases(
        name=N_("Daily among the monthly active (stickiness)"),
        counted=N_("Days"),
        not_applicable=N_("{name}: unknown, visits are not recorded"),
        not_applicable_in_cell=N_("visits unknown"),
    ),
    "participation_split": Phrases(
        name=N_("Readers and writers among those who came"),
        counted=N_("Members"),
        level=N_("{segment}: {value} of those who came"),
        not_applicable=N_("{name}: unknown, visits are not recorded"),
        not_applicable_in_cell=N_("visits unknown"),
    ),
    "top_percent_contributor_share": Phrases(
        name=N_("Contributions of the most active {percent} per cent"),
        counted=N_("Contributions"),
        left_out=_POSTS_LEFT_OUT,
        not_applicable=N_("{name}: with those who are tied, that is everybody"),
        not_applicable_in_cell=N_("that is everybody"),
    ),
    "absence_factor": Phrases(
        name=N_("Fewest members who made half of the contributions"),
        counted=N_("Contributions"),
        left_out=_POSTS_LEFT_OUT,
        level=N_("Half of the contributions came from {members}"),
        up=N_(
            "Half of the contributions rest on more people: {value}, {before} the quarter before"
        ),
        down=N_(
            "Half of the contributions rest on fewer people: {value}, {before} the quarter before"
        ),
    ),
    "contribution_gini": Phrases(
        name=N_("Inequality of contributions (Gini)"),
        counted=N_("Contributions"),
        left_out=_POSTS_LEFT_OUT,
    ),
    "visitor_gini": Phrases(
        name=N_("Inequality of contributions, readers included (Gini)"),
        counted=N_("Contributions"),
        left_out=_POSTS_LEFT_OUT,
        not_applicable=N_("{name}: unknown, visits are not recorded"),
        not_applicable_in_cell=N_("visits unknown"),
    ),
    "onion_role_members": Phrases(
        name=N_("Core, regular and casual contributors"),
        counted=N_("Members"),
        left_out=_POSTS_LEFT_OUT,
        level=N_("{segment}: {members}"),
    ),
    "ladder_transition_share": Phrases(
        name=N_("Moves from level to level"),
        counted=N_("Members"),
        not_applicable=N_("{name}: no ladder in plans/ladder.csv"),
        not_applicable_in_cell=N_("no ladder"),
    ),
    "ladder_movement_share": Phrases(
        name=N_("Movement on the ladder"),
        subtitle=N_(
            "Share of the members on the ladder when the quarter began who rose, stayed, sank or "
            "left it until it ended."
        ),
        counted=N_("Members"),
        level=N_("{segment}: {value} of those on the ladder"),
        up=N_("{segment}: more of those on the ladder, {value}, {before} the quarter before"),
        down=N_("{segment}: fewer of those on the ladder, {value}, {before} the quarter before"),
        not_applicable=N_("{name}: no ladder in plans/ladder.csv"),
        not_applicable_in_cell=N_("no ladder"),
    ),
    "gravity_growth": Phrases(
        name=N_("Growth of gravity"),
        counted=N_("Members"),
        not_applicable=N_("{name}: no weights in plans/ladder.csv"),
        not_applicable_in_cell=N_("no weights"),
    ),
    "love": Phrases(
        name=N_("Contributions that fade with the months (love)"),
        counted=N_("Contributions"),
        left_out=_POSTS_LEFT_OUT,
    ),
    "reply_network_density": Phrases(
        name=N_("Density of the reply network"),
        subtitle=N_(
            "Share of all possible pairs of members of whom one answered the other. It falls with "
            "the number of members, so quarters are compared at equal numbers."
        ),
        counted=N_("Members"),
        left_out=_POSTS_LEFT_OUT,
        not_applicable=N_("{name}: unknown, the export has no threads"),
        not_applicable_in_cell=N_("no threads"),
    ),
    "answers_lost_without_top": Phrases(
        name=N_("Questions only the {top} most active had answered {within}"),
        subtitle=N_(
            "Share of each quarter's questions that would have had no answer {within} had the "
            "{top} most active members not been there, and nobody had stepped in."
        ),
        counted=N_("Questions"),
        left_out=_THREADS_LEFT_OUT,
        level=N_(
            "Without its {top} most active, another {value} of the questions would have waited"
        ),
        up=N_(
            "More hangs on the {top} most active: without them another {value} of the questions "
            "would have waited, {before} the quarter before"
        ),
        down=N_(
            "Less hangs on the {top} most active: without them another {value} of the questions "
            "would have waited, {before} the quarter before"
        ),
        not_applicable=N_("{name}: unknown, the export has no threads"),
        not_applicable_in_cell=N_("no threads"),
    ),
    "solutions_lost_without_top": Phrases(
        name=N_("Solutions by the {top} most active"),
        counted=N_("Questions"),
        left_out=_THREADS_LEFT_OUT,
        not_applicable=N_("{name}: unknown, nobody marks accepted answers"),
        not_applicable_in_cell=N_("not marked"),
    ),
    "answers_by_top": Phrases(
        name=N_("Answers by the {top} most active, for the staff to write if they leave"),
        counted=N_("Answers"),
        level=N_("{answers} came from the {top} most active"),
        not_applicable=N_("{name}: unknown, the export has no threads"),
        not_applicable_in_cell=N_("no threads"),
    ),
}

#: Segments that have a name of ours; others are shown as exported.
SEGMENTS: dict[str, str] = {
    "fresh": N_("Fresh"),
    "staling": N_("Getting old"),
    "stale": N_("Stale"),
    "core": N_("Core"),
    "regular": N_("Regular"),
    "casual": N_("Casual"),
    "rose": N_("Rose"),
    "stayed": N_("Stayed"),
    "sank": N_("Sank"),
    "left": N_("Left"),
    "contributed": N_("Contributed in the quarter (ours)"),
    "contributed_28_days": N_("Contributed in the last 28 days"),
    "contributed_60_days": N_("Contributed in the last 60 days"),
    "ten_contributions_30_days": N_("Ten contributions or more in the last 30 days"),
    "any_activity": N_("Any act in the quarter"),
    "visited_30_days": N_("Visited in the last 30 days"),
    "visited_month": N_("Signed in in the last month"),
    "read_month": N_("Signed in and read in the last month"),
    "visited_and_acted": N_("Visited and acted"),
    "read_only": N_("Only read"),
    "contributed_little": N_("Contributed a little"),
    "contributed_more": N_("Contributed more"),
}

#: The sentence of each kind of finding, with the facts of its `detail` as placeholders.
FINDINGS = {
    "people_grow_while_answers_fall": N_(
        "More people take part, and fewer of their questions are answered in time: {percent}%, "
        "{before_percent}% in {since}."
    ),
    "answers_fall_while_activity_holds": N_(
        "As many people take part as before, and fewer of their questions are answered in time: "
        "{percent}%, {before_percent}% in {since}."
    ),
    "people_leave_while_answers_hold": N_(
        "People leave although their questions are answered: {percent}% in time, no fewer than "
        "before."
    ),
    "few_carry_half": N_("Contributions rest on very few; how many stays untold, to protect them."),
}
