"""What can be said of one metric, and of one kind of finding."""

from dataclasses import dataclass


def N_(message: str) -> str:  # noqa: N802  # the usual mark of a message that is translated later
    """Mark a message for the catalogue."""
    return message


def N2_(one: str, many: str) -> tuple[str, str]:  # noqa: N802
    """Mark a message with a plural for the catalogue."""
    return one, many


@dataclass(frozen=True)
class Phrases:
    """
    What is said of one metric; whatever is not given is said in the same words of every metric.

    Placeholders: `{name}`, `{quarter}`, `{value}`, `{before}`, `{segment}`, the options of the call
    (`{within}`, `{service}`, `{age}`, `{top}`, else by their own name), `{share}` where the unit is
    a share, `{after}` where it is hours, and the counted noun where it is a count (`{members}`).
    """

    name: str
    subtitle: str = ""  # empty: the definition itself
    counted: str = N_("Counted")  # what n counts
    left_out: tuple[str, str] = N2_("{n} is left out.", "{n} are left out.")  # how many, and why
    level: str = N_("{name}: {value}")
    up: str = N_("{name} went up: {value}, {before} the quarter before")
    down: str = N_("{name} went down: {value}, {before} the quarter before")
    now: str = N_("{name} in {quarter}: {value} ({interval}, n = {n}).")
    never: str = N_("{name}: not reached yet")  # an infinite time
    no_data: str = N_("{name}: nothing recorded in this quarter")
    no_data_in_cell: str = N_("nothing recorded")
    not_applicable: str = N_("{name}: does not apply here")
    not_applicable_in_cell: str = N_("does not apply")
    not_mature: str = N_("{name}: too early to say")
    not_mature_in_cell: str = N_("too early")
    points: str = "hours"  # what `at` counts: hours, or quarters
