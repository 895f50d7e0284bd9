"""What is said of content, needs, rules, voices and recognition."""

from tacheles.words.phrases.phrase import N2_, N_, Phrases

_ITEMS_LEFT_OUT = N2_(
    "{n} item is left out: called off in good time, or its day is not over.",
    "{n} items are left out: called off in good time, or their day is not over.",
)

_SELDOM_SEEN = N2_(
    "{n} item is left out: it was seen too seldom.",
    "{n} items are left out: they were seen too seldom.",
)

_NOT_COUNTED = N2_(
    "{n} registration is left out: nobody counted who came.",
    "{n} registrations are left out: nobody counted who came.",
)

_QUESTIONS_LEFT_OUT = N2_(
    "{n} question is left out: too young, removed, or without a known author.",
    "{n} questions are left out: too young, removed, or without a known author.",
)

_WITHOUT_GROUP = N2_(
    "{n} question is left out: its author or the author's group is unknown.",
    "{n} questions are left out: their authors or the authors' groups are unknown.",
)

_UNDECIDED = N2_("{n} case is left out: undecided.", "{n} cases are left out: undecided.")

_NO_THREADS = N_("{name}: unknown, the export has no threads")
_NO_THREADS_IN_CELL = N_("no threads")
_NO_ROLES = N_("{name}: unknown, the export tells nobody's role")
_NO_ROLES_IN_CELL = N_("roles unknown")
_ONE_GROUP = N_("{name}: there is only one group, and nothing to compare")
_ONE_GROUP_IN_CELL = N_("one group only")
_NO_RHYTHM = N_("{name}: too few items came out to make a rhythm")
_NO_RHYTHM_IN_CELL = N_("too few items")

#: Phrases of each metric.
PHRASES = {
    "on_time_publishing_rate": Phrases(
        name=N_("Items published in time"),
        subtitle=N_(
            "Share of the items planned for each quarter that came out on their day or before. "
            "Items that were due and are not out count as late."
        ),
        counted=N_("Items planned"),
        left_out=_ITEMS_LEFT_OUT,
        level=N_("{share} items planned came out in time"),
        up=N_("More of what was planned came out in time: {value}, {before} the quarter before"),
        down=N_("Less of what was planned came out in time: {value}, {before} the quarter before"),
    ),
    "on_time_publishing_rate_by_format": Phrases(
        name=N_("Items published in time, by format"),
        subtitle=N_(
            "Share of each format's items planned for the quarter that came out on their day or "
            "before."
        ),
        counted=N_("Items planned"),
        left_out=_ITEMS_LEFT_OUT,
        level=N_("{segment}: {share} items planned came out in time"),
    ),
    "planned_items": Phrases(
        name=N_("Items planned"),
        subtitle=N_("Items planned for the quarter, by format. A full count: no interval."),
        level=N_("{segment}: {items} planned"),
    ),
    "published_items": Phrases(
        name=N_("Items published"),
        subtitle=N_("Items published in the quarter, by format. A full count: no interval."),
        level=N_("{segment}: {items} published"),
    ),
    "cadence_regularity": Phrases(
        name=N_("Promised rhythm kept"),
        subtitle=N_(
            "How close the gaps between a format's items come to the gap promised: 1 is exactly "
            "as promised, 0 is off by a whole gap or more."
        ),
        counted=N_("Gaps"),
        level=N_("{segment}: promised rhythm kept to {value}"),
        not_applicable=_NO_RHYTHM,
        not_applicable_in_cell=_NO_RHYTHM_IN_CELL,
    ),
    "publishing_regularity": Phrases(
        name=N_("Evenness without a promised rhythm"),
        subtitle=N_(
            "How even the gaps between the items of a format are for which no rhythm was promised: "
            "1 is all alike, 0 is as uneven as by chance or more."
        ),
        counted=N_("Gaps"),
        level=N_("{segment}: gaps even to {value}"),
        not_applicable=_NO_RHYTHM,
        not_applicable_in_cell=_NO_RHYTHM_IN_CELL,
    ),
    "user_generated_content_share": Phrases(
        name=N_("Posts written by members"),
        subtitle=N_("Share of each quarter's posts that members outside the staff wrote."),
        counted=N_("Posts"),
        left_out=N2_(
            "{n} post is left out: its author is unknown.",
            "{n} posts are left out: their authors are unknown.",
        ),
        level=N_("{share} posts were written by members outside the staff"),
        up=N_("More of the posts came from members: {value}, {before} the quarter before"),
        down=N_("Fewer of the posts came from members: {value}, {before} the quarter before"),
        not_applicable=_NO_ROLES,
        not_applicable_in_cell=_NO_ROLES_IN_CELL,
    ),
    "resonance_per_1000_views": Phrases(
        name=N_("Resonance"),
        subtitle=N_(
            "Reactions and comments per 1,000 views of the middle item of each group; items with "
            "fewer than {min_views} views are left out."
        ),
        counted=N_("Items"),
        left_out=_SELDOM_SEEN,
        level=N_("{segment}: {value} reactions and comments per 1,000 views"),
        now=N_(
            "{segment}, {quarter}: {value} reactions and comments per 1,000 views ({interval}, "
            "n = {n})."
        ),
    ),
    "event_attendance_rate": Phrases(
        name=N_("Registered who attended"),
        subtitle=N_("Share of those registered for the quarter's events who came."),
        counted=N_("Registrations"),
        left_out=_NOT_COUNTED,
        level=N_("{share} registered guests came"),
        up=N_("More of the registered guests came: {value}, {before} the quarter before"),
        down=N_("Fewer of the registered guests came: {value}, {before} the quarter before"),
    ),
    "early_registration_rate": Phrases(
        name=N_("Registered a week before"),
        subtitle=N_(
            "Share of those registered for the quarter's events who had registered a week before."
        ),
        counted=N_("Registrations"),
        left_out=N2_(
            "{n} registration is left out: nobody counted them a week before.",
            "{n} registrations are left out: nobody counted them a week before.",
        ),
        level=N_("{share} guests had registered a week before"),
        up=N_("More guests had registered a week before: {value}, {before} the quarter before"),
        down=N_("Fewer guests had registered a week before: {value}, {before} the quarter before"),
    ),
    "event_return_rate": Phrases(
        name=N_("Guests who came back"),
        subtitle=N_(
            "Share of each quarter's guests who attended another event, in the quarter itself or "
            "up to {later}. The last quarters have not had that time yet."
        ),
        counted=N_("Guests"),
        left_out=N2_(
            "{n} attendance is left out: at which event is unknown.",
            "{n} attendances are left out: at which event is unknown.",
        ),
        level=N_("{share} guests of {quarter} attended another event, up to {later}"),
        up=N_("More guests of {quarter} attended another event: {value}, {before} a quarter ago"),
        down=N_(
            "Fewer guests of {quarter} attended another event: {value}, {before} a quarter ago"
        ),
        points="quarters",
    ),
    "need_served_rate": Phrases(
        name=N_("Needs served within {days} days"),
        subtitle=N_(
            "Share of the questions about each need in which an answer was accepted within {days} "
            "days. A question about two needs counts for both."
        ),
        counted=N_("Questions"),
        left_out=_QUESTIONS_LEFT_OUT,
        level=N_("{segment}: {share} questions had an accepted answer within {days} days"),
        not_applicable=N_(
            "{name}: no category expresses the need, or accepted answers are unknown"
        ),
        not_applicable_in_cell=N_("cannot be followed"),
    ),
    "expert_answer_rate": Phrases(
        name=N_("Questions an expert answered within {days} days"),
        subtitle=N_(
            "Share of each quarter's questions that an expert or somebody of the staff answered "
            "within {days} days."
        ),
        counted=N_("Questions"),
        left_out=_QUESTIONS_LEFT_OUT,
        level=N_("{share} questions had an expert's answer within {days} days"),
        up=N_("Experts answered more of the questions: {value}, {before} the quarter before"),
        down=N_("Experts answered fewer of the questions: {value}, {before} the quarter before"),
        not_applicable=N_("{name}: unknown, the export has no roles or no threads"),
        not_applicable_in_cell=N_("roles or threads unknown"),
    ),
    "answered_by_experience": Phrases(
        name=N_("Newcomers and regulars answered {within}"),
        subtitle=N_(
            "Chance that a question is answered {within}, of those with at most {few} "
            "contributions before and of the others. Questions without an answer count as waiting."
        ),
        counted=N_("Questions"),
        left_out=_WITHOUT_GROUP,
        level=N_("{segment}: {share} questions had an answer {within}"),
        not_applicable=_NO_THREADS,
        not_applicable_in_cell=_NO_THREADS_IN_CELL,
    ),
    "answered_by_language": Phrases(
        name=N_("Answered {within}, by language"),
        subtitle=N_(
            "Chance that a question is answered {within}, by the language it is asked in. "
            "Questions without an answer count as waiting."
        ),
        counted=N_("Questions"),
        left_out=_WITHOUT_GROUP,
        level=N_("{segment}: {share} questions had an answer {within}"),
        not_applicable=_NO_THREADS,
        not_applicable_in_cell=_NO_THREADS_IN_CELL,
    ),
    "answered_by_segment": Phrases(
        name=N_("Answered {within}, by segment"),
        subtitle=N_(
            "Chance that a question is answered {within}, by the segment of who asks. Questions "
            "without an answer count as waiting."
        ),
        counted=N_("Questions"),
        left_out=_WITHOUT_GROUP,
        level=N_("{segment}: {share} questions had an answer {within}"),
        not_applicable=_NO_THREADS,
        not_applicable_in_cell=_NO_THREADS_IN_CELL,
    ),
    "voice_equity_gap": Phrases(
        name=N_("Newcomers' chance of an answer against regulars' [points]"),
        subtitle=N_(
            "Chance of an answer for newcomers' questions less that for regulars', in "
            "percentage points. Below zero newcomers are worse off."
        ),
        counted=N_("Questions"),
        left_out=_WITHOUT_GROUP,
        level=N_("Newcomers' chance of an answer, less that of regulars: {value} points"),
        up=N_(
            "Newcomers' chance of an answer rose against that of regulars: {value} points, "
            "{before} the quarter before"
        ),
        down=N_(
            "Newcomers' chance of an answer fell against that of regulars: {value} points, "
            "{before} the quarter before"
        ),
        now=N_("{name} in {quarter}: {value} ({interval}, n = {n})."),
        not_applicable=_NO_THREADS,
        not_applicable_in_cell=_NO_THREADS_IN_CELL,
    ),
    "voice_equity_gap_by_language": Phrases(
        name=N_("Chance of an answer against the most used language [points]"),
        subtitle=N_(
            "Chance of an answer in each language less that in the most used one, in "
            "percentage points."
        ),
        counted=N_("Questions"),
        left_out=_WITHOUT_GROUP,
        level=N_(
            "{segment}: chance of an answer, less that in the most used language: {value} points"
        ),
        not_applicable=_ONE_GROUP,
        not_applicable_in_cell=_ONE_GROUP_IN_CELL,
    ),
    "voice_equity_gap_by_segment": Phrases(
        name=N_("Chance of an answer against the largest segment [points]"),
        subtitle=N_(
            "Chance of an answer for each segment less that for the largest one, in "
            "percentage points."
        ),
        counted=N_("Questions"),
        left_out=_WITHOUT_GROUP,
        level=N_(
            "{segment}: chance of an answer, less that of the largest segment: {value} points"
        ),
        not_applicable=_ONE_GROUP,
        not_applicable_in_cell=_ONE_GROUP_IN_CELL,
    ),
    "contribution_breadth": Phrases(
        name=N_("Breadth of contribution"),
        subtitle=N_(
            "How far the segments' shares of the contributions are their shares of the members: "
            "all of it where each writes in proportion. A full count: no interval."
        ),
        left_out=N2_(
            "{n} contribution is left out: its author or the author's segment is unknown.",
            "{n} contributions are left out: their authors or the authors' segments are unknown.",
        ),
        level=N_("{value} of the contributions are spread over the segments as the members are"),
        not_applicable=_ONE_GROUP,
        not_applicable_in_cell=_ONE_GROUP_IN_CELL,
    ),
    "user_flags_per_1000_posts": Phrases(
        name=N_("Flags by members per 1,000 posts"),
        subtitle=N_("Cases that members opened by a flag, per 1,000 posts of the quarter."),
        counted=N_("Posts"),
        level=N_("Members flagged {value} of 1,000 posts"),
        up=N_("Members flagged more: {value} per 1,000 posts, {before} the quarter before"),
        down=N_("Members flagged less: {value} per 1,000 posts, {before} the quarter before"),
    ),
    "automatic_flags_per_1000_posts": Phrases(
        name=N_("Automatic cases per 1,000 posts"),
        subtitle=N_("Cases that software opened, per 1,000 posts of the quarter."),
        counted=N_("Posts"),
        level=N_("Software opened {value} cases per 1,000 posts"),
    ),
    "moderation_cases_opened": Phrases(
        name=N_("Moderation cases opened"),
        subtitle=N_("Moderation cases opened in each quarter. A full count: no interval."),
        level=N_("{cases} of moderation opened"),
    ),
    "moderation_cases_decided": Phrases(
        name=N_("Moderation cases decided"),
        subtitle=N_(
            "Moderation cases decided in each quarter, whenever opened. A full count: no interval."
        ),
        level=N_("{cases} of moderation decided"),
    ),
    "time_to_disposition_hours": Phrases(
        name=N_("Time until {percent}% of the cases are decided"),
        subtitle=N_(
            "Time after which {percent}% of each quarter's moderation cases were decided. Cases "
            "without a decision count as open."
        ),
        counted=N_("Cases"),
        level=N_("{percent}% of the moderation cases were decided {after}"),
        up=N_(
            "Decisions on moderation cases took longer: {percent}% {after}, the quarter before "
            "{before}"
        ),
        down=N_(
            "Decisions on moderation cases came faster: {percent}% {after}, the quarter before "
            "{before}"
        ),
        never=N_("Fewer than {percent}% of the moderation cases are decided yet"),
    ),
    "upheld_case_share": Phrases(
        name=N_("Cases that led to action"),
        subtitle=N_("Share of the moderation cases decided in each quarter that led to action."),
        counted=N_("Cases decided"),
        left_out=_UNDECIDED,
        level=N_("{share} cases decided led to action"),
        up=N_("More of the cases led to action: {value}, {before} the quarter before"),
        down=N_("Fewer of the cases led to action: {value}, {before} the quarter before"),
    ),
    "upheld_case_share_by_reason": Phrases(
        name=N_("Cases that led to action, by reason"),
        subtitle=N_(
            "Share of the moderation cases decided in the quarter that led to action, by the "
            "reason of the case."
        ),
        counted=N_("Cases decided"),
        left_out=_UNDECIDED,
        level=N_("{segment}: {share} cases decided led to action"),
    ),
    "appeal_overturn_rate": Phrases(
        name=N_("Decisions overturned on appeal"),
        subtitle=N_("Share of each quarter's decided appeals that reversed the decision."),
        counted=N_("Appeals decided"),
        left_out=N2_("{n} appeal is left out: undecided.", "{n} appeals are left out: undecided."),
        level=N_("{share} decided appeals reversed the decision"),
        up=N_("More appeals reversed the decision: {value}, {before} the quarter before"),
        down=N_("Fewer appeals reversed the decision: {value}, {before} the quarter before"),
    ),
    "average_monthly_active_recipients": Phrases(
        name=N_("Average monthly active recipients in the EU"),
        subtitle=N_(
            "Members in the EU who visited, read or wrote in a month, as the mean of the six "
            "months that end with the quarter. Readers who are not logged in come on top. A full "
            "count: no interval."
        ),
        left_out=N2_(
            "{n} active member is left out: the country is unknown.",
            "{n} active members are left out: their countries are unknown.",
        ),
        level=N_("{recipients} in the EU a month, without readers who are not logged in"),
    ),
    "guidelines_reviewed_share": Phrases(
        name=N_("Rules reviewed within {months} months"),
        subtitle=N_(
            "Share of the community's rules that were reviewed within {months} months before the "
            "quarter's end. A full count: no interval."
        ),
        level=N_("{share} rules were reviewed within {months} months"),
    ),
    "recognition_reach": Phrases(
        name=N_("Active members recognised"),
        subtitle=N_("Share of each quarter's active members who received an award in it."),
        counted=N_("Active members"),
        left_out=N2_(
            "{n} recognised member is left out: not active in the quarter.",
            "{n} recognised members are left out: not active in the quarter.",
        ),
        level=N_("{share} active members were recognised"),
        up=N_("Recognition reached more of the active: {value}, {before} the quarter before"),
        down=N_("Recognition reached fewer of the active: {value}, {before} the quarter before"),
    ),
    "top_decile_recognition_share": Phrases(
        name=N_("Awards to the most active tenth"),
        subtitle=N_(
            "Share of each quarter's awards that went to the most active tenth of the active "
            "members, with whoever is tied with the last of them."
        ),
        counted=N_("Awards"),
        left_out=N2_(
            "{n} award is left out: to staff or a bot.",
            "{n} awards are left out: to staff or bots.",
        ),
        level=N_("{value} of the awards went to the most active tenth"),
        up=N_(
            "More of the awards went to the most active tenth: {value}, {before} the quarter before"
        ),
        down=N_(
            "Fewer of the awards went to the most active tenth: {value}, {before} the quarter "
            "before"
        ),
        not_applicable=N_("{name}: with those who are tied, that is everybody"),
        not_applicable_in_cell=N_("that is everybody"),
    ),
}

#: Segments that have a name of ours; others are shown as exported.
SEGMENTS = {
    "newcomers": N_("Newcomers"),
    "regulars": N_("Regulars"),
    "unknown": N_("not given"),
    "blog": N_("Blog"),
    "video": N_("Video"),
    "podcast": N_("Podcast"),
    "webinar": N_("Webinar"),
    "event": N_("Event"),
    "newsletter": N_("Newsletter"),
    "ama": N_("Ask me anything"),
    "course": N_("Course"),
    "inform": N_("To inform"),
    "educate": N_("To educate"),
    "entertain": N_("To entertain"),
    "content": N_("Rules on content"),
    "conduct": N_("Rules of conduct"),
    "conflict": N_("Rules for conflicts"),
    "best_practice": N_("Best practices"),
    "de": N_("German"),
    "en": N_("English"),
}

#: The sentence of each kind of finding, with the facts of its `detail` as placeholders.
FINDINGS = {
    "guideline_kind_missing": N_("{subject}: there are none."),
    "guideline_never_reviewed": N_("The rule {subject} was never reviewed."),
    "guideline_review_overdue": N_("The rule {subject} was last reviewed on {reviewed_on}."),
    "format_mostly_late": N_(
        "{subject}: only {percent}% of {n} planned items came out in time; fewer than half, and "
        "not by chance."
    ),
    "rhythm_lost": N_("{subject}: off the promised rhythm by a whole gap on average, or more."),
    "need_mostly_unserved": N_(
        "The need “{subject}”: only {percent}% of {n} questions had an accepted answer; fewer "
        "than half, and not by chance."
    ),
    "answered_less": N_(
        "{subject}: the chance of an answer is {points} percentage points below that of the group "
        "compared with ({low} to {high}); more than chance would bring."
    ),
    "cases_mostly_open": N_("Fewer than half of the {n} moderation cases are decided."),
    "mostly_overturned": N_(
        "{percent}% of {n} appeals reversed the decision; more than half, and not by chance."
    ),
    "nobody_recognised": N_("None of the {n} active members was recognised."),
    "recognition_to_few": N_(
        "{percent}% of {n} awards went to the most active tenth; more than half, and not by chance."
    ),
}
