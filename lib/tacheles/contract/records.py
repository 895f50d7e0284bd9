"""
The records: what happened, as the systems exported it. Read, never written after import.

States that have a date are put back to what they were at the end of a quarter (`state_since`); what
has none is as exported (`is_snapshot`).
"""

from tacheles.contract.table import Column, Table

#: Roles held by people whom the company pays to run the community.
STAFF_ROLES = ("community_manager", "admin", "staff")

#: Roles held by members whose knowledge is vouched for.
EXPERT_ROLES = ("expert",)

#: Roles a member may hold.
MEMBER_ROLE_NAMES = ("member", "champion", "expert", "moderator", *STAFF_ROLES)

#: Kinds of post that open a thread which asks for an answer.
ASKING_KINDS = ("question", "discussion")

#: Kinds of post that stand under another post.
REPLY_KINDS = ("answer", "reply", "comment")

#: Kinds of post that answer a thread; a comment does not.
ANSWER_KINDS = ("answer", "reply")

#: Formats in which content is published.
CONTENT_FORMATS = ("blog", "video", "podcast", "webinar", "event", "newsletter", "ama", "course")


MEMBERS = Table(
    name="members",
    grain="one row per member",
    key=("member_id",),
    columns=(
        Column("member_id", "id", required=True),
        Column("joined_at", "moment", state_since="joined_at"),
        Column("account_id", "id", is_snapshot=True),
        Column("role", allowed=MEMBER_ROLE_NAMES, is_snapshot=True),
        Column("segment", is_snapshot=True),
        Column("locale", is_snapshot=True),
        Column("country", is_snapshot=True),
        Column("is_bot", "boolean"),
        Column("left_at", "moment", state_since="left_at"),
        Column("advocacy_consent_at", "moment", state_since="advocacy_consent_at"),
    ),
)

MEMBER_ROLES = Table(
    name="member_roles",
    grain="one row per member and change of role",
    key=("member_id", "from_at"),  # a member has one role at a time
    happened="from_at",
    columns=(
        Column("member_id", "id", required=True),
        Column("role", required=True, allowed=MEMBER_ROLE_NAMES),
        Column("from_at", "moment", required=True),
    ),
)

POSTS = Table(
    name="posts",
    grain="one row per post",
    key=("post_id",),
    happened="posted_at",
    is_steady=True,
    columns=(
        Column("post_id", "id", required=True),
        Column("thread_id", "id", required=True),
        Column("posted_at", "moment", required=True),
        Column("member_id", "id"),  # empty where the author was deleted
        Column("kind", allowed=(*ASKING_KINDS, "idea", "announcement", "article", *REPLY_KINDS)),
        Column("reply_to", "id"),
        Column("category", is_snapshot=True),
        Column("feature", is_snapshot=True),
        Column("channel"),
        Column("language"),
        Column("title"),
        Column("text"),
        Column("likes", "integer", is_snapshot=True),
        Column("views", "integer", is_snapshot=True),
        Column("is_accepted", "boolean", state_since="accepted_at"),
        Column("accepted_at", "moment", state_since="accepted_at"),
        Column("closed_at", "moment", state_since="closed_at"),
        Column("merged_at", "moment", state_since="merged_at"),
        Column("deleted_at", "moment", state_since="deleted_at"),
    ),
)

ACTIVITY = Table(
    name="activity",
    grain="one row per act",
    # acts have no id: the same act twice is an export that was read twice
    key=("member_id", "acted_at", "type", "thread_id", "item_id", "channel"),
    happened="acted_at",
    is_steady=True,
    columns=(
        Column("member_id", "id", required=True),
        Column("acted_at", "moment", required=True),
        Column(
            "type",
            required=True,
            allowed=(
                "visit",
                "read",
                "like",
                "vote",
                "search",
                "search_click",
                "attend",
                "ticket_form",
            ),
        ),
        Column("thread_id", "id"),
        Column("item_id", "id"),  # the content attended
        Column("channel"),
    ),
)

MODERATION = Table(
    name="moderation",
    grain="one row per case",
    key=("case_id",),
    happened="opened_at",
    columns=(
        Column("case_id", "id", required=True),
        Column("opened_at", "moment", required=True),
        Column("source", required=True, allowed=("user_flag", "automatic", "staff", "notice")),
        Column("decided_at", "moment", state_since="decided_at"),
        Column("decision", allowed=("action", "no_action"), state_since="decided_at"),
        Column("reason", is_snapshot=True),
        Column("appealed_at", "moment", state_since="appealed_at"),
        Column(
            "appeal_decision",
            allowed=("upheld", "reversed"),
            state_since="appealed_at",
            is_snapshot=True,  # nobody wrote down when the appeal was decided
        ),
        Column("content_kind"),
    ),
)

RECOGNITIONS = Table(
    name="recognitions",
    grain="one row per award",
    key=("member_id", "awarded_at", "name"),  # an award has no id
    happened="awarded_at",
    columns=(
        Column("member_id", "id", required=True),
        Column("awarded_at", "moment", required=True),
        Column("name", required=True),
    ),
)

CONTENT = Table(
    name="content",
    grain="one row per planned or published item",
    key=("item_id",),
    happened="planned_at",  # an item that is published late was still planned for its day
    plans_ahead=True,
    columns=(
        Column("item_id", "id", required=True),
        Column("format", required=True, allowed=CONTENT_FORMATS),
        Column("planned_at", "moment", required=True),
        Column("title"),
        Column("channel"),
        Column("purpose", allowed=("inform", "educate", "entertain")),
        Column("published_at", "moment", state_since="published_at"),
        Column("cancelled_at", "moment", state_since="cancelled_at"),
        Column("goal_id", "id"),
        Column("value_id", "id"),
        Column("views", "integer", is_snapshot=True),
        Column("reactions", "integer", is_snapshot=True),
        Column("comments", "integer", is_snapshot=True),
        Column("registered", "integer", is_snapshot=True),
        Column("registered_7d_before", "integer", is_snapshot=True),
        Column("attended", "integer", is_snapshot=True),
        Column("leads", "integer", is_snapshot=True),
    ),
)

FEEDBACK = Table(
    name="feedback",
    grain="one row per survey wave, focus group or interview",
    key=("session_id",),
    happened="held_on",
    columns=(
        Column("session_id", "id", required=True),
        Column("method", required=True, allowed=("survey", "focus_group", "interview")),
        Column("held_on", "date", required=True),
        Column("segment"),
        Column("invited", "integer", is_snapshot=True),
        Column("completed", "integer", is_snapshot=True),
        Column("need_id", "id"),
        Column("insight"),
        Column("acted_on_at", "moment", state_since="acted_on_at"),
    ),
)

SURVEYS = Table(
    name="surveys",
    grain="one row per answer to one item",
    key=("response_id", "instrument", "item"),
    happened="responded_at",
    columns=(
        Column("response_id", "id", required=True),
        Column("responded_at", "moment", required=True),
        Column(
            "instrument",
            required=True,
            allowed=(
                "nps",
                "csat",
                "ces",
                "sense_of_community",
                "need_importance",
                "need_satisfaction",
                "support_intent",
            ),
        ),
        # yes is 1 and no is 0; what was written in words stands in `text`
        Column("answer", "number", required=True, unit="points of the instrument's scale"),
        Column("item"),
        Column("member_id", "id"),
        Column("account_id", "id"),
        Column("segment", is_snapshot=True),
        Column("text"),
    ),
)

TICKETS = Table(
    name="tickets",
    grain="one row per support ticket",
    key=("ticket_id",),
    happened="created_at",
    is_steady=True,
    columns=(
        Column("ticket_id", "id", required=True),
        Column("created_at", "moment", required=True),
        Column("account_id", "id"),
        Column("category", is_snapshot=True),
        Column("feature", is_snapshot=True),
        Column("channel"),
        Column("subject"),
        Column("text"),
        Column("solved_at", "moment", state_since="solved_at"),
        Column("reopened", "integer", is_snapshot=True),  # how many times; 0 and 1 will do
        Column("satisfaction", "number", unit="points, 1 to 5", is_snapshot=True),
    ),
)

ACCOUNTS = Table(
    name="accounts",
    grain="one row per customer",
    key=("account_id",),
    happened="started_on",
    columns=(
        Column("account_id", "id", required=True),
        Column("started_on", "date", required=True),
        Column("segment", is_snapshot=True),
        Column("size", is_snapshot=True),
        Column("csm_tier", allowed=("named", "pooled", "none"), is_snapshot=True),
        Column("ended_on", "date", state_since="ended_on"),
        Column("first_community_at", "moment", state_since="first_community_at"),
    ),
)

REVENUE = Table(
    name="revenue",
    grain="one row per account, month and kind",
    key=("account_id", "month", "kind"),
    happened="month",
    is_steady=True,
    columns=(
        Column("account_id", "id", required=True),
        Column("month", "month", required=True),
        Column("amount", "number", required=True, unit="currency"),
        Column("kind", allowed=("subscription", "event", "course", "sponsorship")),
        Column("margin_rate", "number", unit="share"),
    ),
)

RENEWALS = Table(
    name="renewals",
    grain="one row per account and due date",
    key=("account_id", "due_on"),
    happened="due_on",
    plans_ahead=True,  # some renew early
    columns=(
        Column("account_id", "id", required=True),
        Column("due_on", "date", required=True),
        Column("renewed", "boolean", required=True),
        Column("amount", "number", unit="currency"),
    ),
)

DEALS = Table(
    name="deals",
    grain="one row per opportunity",
    key=("deal_id",),
    happened="created_on",
    columns=(
        Column("deal_id", "id", required=True),
        Column("created_on", "date", required=True),
        Column(
            "stage",
            required=True,
            allowed=("open", "won", "lost"),
            state_since="closed_on",
            before="open",
        ),
        Column("account_id", "id"),
        Column("closed_on", "date", state_since="closed_on"),
        Column("amount", "number", unit="currency", is_snapshot=True),
        Column("source"),
        Column("needed_reference", "boolean", is_snapshot=True),
        Column("had_reference", "boolean", is_snapshot=True),
        Column("touches", is_snapshot=True),  # channels in their order, `;` between
    ),
)

IDEAS = Table(
    name="ideas",
    grain="one row per product feedback item",
    key=("idea_id",),
    happened="created_at",
    columns=(
        Column("idea_id", "id", required=True),
        Column("created_at", "moment", required=True),
        Column("feature", required=True, is_snapshot=True),
        Column("votes", "integer", required=True, is_snapshot=True),
        Column(
            "status",
            required=True,
            allowed=("open", "planned", "delivered", "closed"),
            state_since="status_at",
            before="open",  # planned counts as open too
        ),
        Column("status_at", "moment", state_since="status_at"),
        Column("thread_id", "id"),
    ),
)

ADVOCACY = Table(
    name="advocacy",
    grain="one row per act of advocacy",
    key=("acted_at", "kind", "account_id", "member_id", "platform"),  # acts have no id
    happened="acted_at",
    columns=(
        Column("acted_at", "moment", required=True),
        Column(
            "kind",
            required=True,
            allowed=(
                "case_study",
                "testimonial",
                "reference",
                "review",
                "referral",
                "campaign_feature",
            ),
        ),
        Column("account_id", "id"),
        Column("member_id", "id"),
        Column("platform"),
        Column("score", "number", unit="points of the platform's scale"),
        Column("outcome", is_snapshot=True),
    ),
)

COSTS = Table(
    name="costs",
    grain="one row per month and category",
    key=("month", "category"),
    happened="month",
    is_steady=True,
    columns=(
        Column("month", "month", required=True),
        Column(
            "category",
            required=True,
            allowed=(
                "platform",
                "staff",
                "moderation",
                "agency",
                "events",
                "content",
                "rewards",
                "tools",
                "overhead",
                "volunteer_shadow",
            ),
        ),
        Column("amount", "number", required=True, unit="currency"),
        Column("hours", "number", unit="hours"),
        Column("source"),
    ),
)

PARTNER_METRICS = Table(
    name="partner_metrics",
    grain="one row per department, metric and month",
    key=("department", "metric", "month"),
    happened="month",
    columns=(
        Column("department", required=True),
        Column("metric", required=True),
        Column("month", "month", required=True),
        Column("value", "number", required=True, unit="unit of the metric"),
        Column("source"),
    ),
)

USAGE = Table(
    name="usage",
    grain="one row per account and month",
    key=("account_id", "month"),
    happened="month",
    is_steady=True,
    columns=(
        Column("account_id", "id", required=True),
        Column("month", "month", required=True),
        Column("amount", "number", required=True, unit="count of product use"),
    ),
)

TRAFFIC = Table(
    name="traffic",
    grain="one row per day and channel",
    key=("on", "channel"),
    happened="on",
    is_steady=True,
    columns=(
        Column("on", "date", required=True),
        Column("channel", required=True),
        Column("visits", "integer", required=True),
        Column("users", "integer"),
        Column("source"),
    ),
)

EXPERIMENTS = Table(
    name="experiments",
    grain="one row per unit and experiment",
    key=("experiment_id", "unit_id"),
    happened="assigned_at",
    columns=(
        Column("experiment_id", "id", required=True),
        Column("unit_id", "id", required=True),
        Column("arm", required=True),
        Column("assigned_at", "moment", required=True),
        Column("exposed_at", "moment", state_since="exposed_at"),
    ),
)

#: The record tables by name.
RECORDS = {
    table.name: table
    for table in (
        MEMBERS,
        MEMBER_ROLES,
        POSTS,
        ACTIVITY,
        MODERATION,
        RECOGNITIONS,
        CONTENT,
        FEEDBACK,
        SURVEYS,
        TICKETS,
        ACCOUNTS,
        REVENUE,
        RENEWALS,
        DEALS,
        IDEAS,
        ADVOCACY,
        COSTS,
        PARTNER_METRICS,
        USAGE,
        TRAFFIC,
        EXPERIMENTS,
    )
}
