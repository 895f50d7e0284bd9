"""Eight competencies of a community team in four stages: what a team assesses itself by."""

from tacheles.words.phrases.phrase import N_

#: What each stage of a competency means, from the first to the fourth.
COMPETENCIES = {
    N_("Purpose and goals"): (
        N_("The community runs because somebody started it."),
        N_("Its purpose is written down and known in the team."),
        N_("Each goal has an owner, a number and a day, and serves a goal of the company."),
        N_("Goals are changed when the numbers say so, together with those they serve."),
    ),
    N_("Listening and understanding"): (
        N_("We hear those who speak up."),
        N_("We ask once a year and read the answers."),
        N_("Every segment is heard regularly, and hears in turn what came of it."),
        N_("What is learnt decides what is built, and we can show it."),
    ),
    N_("Answering and moderating"): (
        N_("Whoever has time answers."),
        N_("There are rules, a roster and somebody for every open question."),
        N_("Promised hours are kept, waiting times watched, appeals heard by somebody else."),
        N_("Members answer most of it themselves, and it holds when one of them leaves."),
    ),
    N_("Content and formats"): (
        N_("We publish when there is something."),
        N_("A plan says what comes when."),
        N_("Every item has a purpose and a goal, and what is outdated is taken down."),
        N_("What is published follows from what members ask and from what worked."),
    ),
    N_("Gaining and keeping members"): (
        N_("People find us by chance."),
        N_("Newcomers are welcomed and shown around."),
        N_("We know who stays and who leaves, and have a way from the first to the tenth post."),
        N_("Members bring members, and grow into roles of their own."),
    ),
    N_("Working with departments"): (
        N_("Departments know that there is a community."),
        N_("We talk regularly with one or two of them."),
        N_("Numbers are agreed and signed before the quarter begins."),
        N_("Departments plan with the community, and pay for what it returns."),
    ),
    N_("Measuring and proving"): (
        N_("We count posts and members."),
        N_("A report comes out every quarter, from the same definitions."),
        N_(
            "Every number has its uncertainty, and every effect a comparison that others can check."
        ),
        N_("Forecasts are written down before and held against what came; failures are told too."),
    ),
    N_("Technology and data protection"): (
        N_("We use what was there."),
        N_("Every tool has an owner, and the processing of data is documented."),
        N_("Data are deleted when they are due, by themselves, and evaluations are agreed upon."),
        N_("Systems exchange what they need and no more, and changing one of them is practised."),
    ),
}
