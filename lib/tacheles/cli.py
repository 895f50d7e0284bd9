"""The commands: `new`, `import`, `check`, `report`, `lab`, `candidates`, `draw`, `demo`."""

import argparse
import math
import os
import signal
import subprocess
import sys
import threading
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

import pandas as pd

from tacheles import ROOT, freshness, workbook
from tacheles.contract import PLANS, RECORDS
from tacheles.errors import TachelesError
from tacheles.quarter import Calendar, name_of, names_from_to, ordinal

#: The sample whose default quarter is reported when no community is named.
SAMPLE = "nordlicht"

#: The page at which JupyterLab opens.
LAB_PAGE = "notebooks/README.md"

#: Systems whose exports can be imported, each a module of `sources`.
SYSTEMS = ("discourse", "slack", "stackexchange")


_STOPPED = TachelesError(
    f"{Path(sys.argv[0]).name}: stopped before it was done",
    "Ctrl-C, or a request to end",
    "call it again; what was there before is still there",
)


def main(arguments: list[str] | None = None, *, now: datetime | None = None) -> int:
    """
    Run a command.

    Parameters
    ----------
    arguments : list of str, optional
        Words after `tacheles`; by default those of the command line.
    now : datetime, optional
        What the time is; by default the clock's. Nothing else in the product asks it. [UTC]

    Returns
    -------
    int
        Exit code: 0 done, 1 a mistake that was told, 2 a command that was not understood,
        3 of `check`: usable, but with gaps, breaks, stale tables or records of the future;
        130 stopped from outside; 141 nobody reads what is printed.
    """
    options = _parser().parse_args(arguments)
    options.now = now or datetime.now(UTC).replace(tzinfo=None)
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # tidy up as after Ctrl-C
    try:
        return options.run(options)
    except TachelesError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(_STOPPED, file=sys.stderr)
        return 130
    except BrokenPipeError:  # `| head` has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # for the flush at the exit
        return 141


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="tacheles",
        description="Plan, measure and prove what a community does for the company.",
        epilog="Each command explains itself: tacheles report --help",
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    _add_new(commands)
    _add_import(commands)
    _add_check(commands)
    _add_report(commands)
    _add_lab(commands)
    _add_candidates(commands)
    _add_draw(commands)
    _add_demo(commands)
    return parser


def _add_new(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    command = commands.add_parser(
        "new",
        help="make the folder of a new community",
        description="Copy the empty workbook of templates/community into data/NAME: its settings, "
        "a header for every plan, and a README.md that tells what each file is for. A folder that "
        "is there already is never touched.",
        epilog="example: tacheles new nordlicht",
    )
    command.add_argument("community", metavar="NAME", help="lower-case letters, digits, - and _")
    _add_data(command)
    command.set_defaults(run=_new)


def _add_import(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    command = commands.add_parser(
        "import",
        help="read a system's export into a community's records",
        description="Read a system's export into data/NAME/records. Names and mail addresses stay "
        "outside: a person becomes a pseudonym, made with a secret that is kept on this machine, "
        "outside the workbook. Titles and texts are kept only where community.toml says "
        "keep_text = true. If anything is wrong with the export, the records stay as they are.",
        epilog="example: tacheles import bicycles-meta stackexchange ~/Downloads/dump",
    )
    _add_community(command)
    command.add_argument("system", choices=SYSTEMS, help="system the export comes from")
    command.add_argument(
        "export",
        type=Path,
        metavar="EXPORT",
        help="folder with the export; of discourse and slack also the zip file",
    )
    command.add_argument(
        "--replace",
        action="store_true",
        help="also if the records reach back further than the export: what is older is lost",
    )
    _add_data(command)
    command.set_defaults(run=_import)


def _add_check(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    command = commands.add_parser(
        "check",
        help="tell whether a community's tables can be reported",
        description="Read every table of a community, hold it against its contract and tell what "
        "is there, how old it is, what is missing, what is wrong, and which months lack records. "
        "Exit code 0: all is well, or there are no records yet. 1: a table breaks its contract, no "
        "table has an event, or the default quarter cannot be reported. 3: usable, but with gaps "
        "(a month without records), breaks (a month with less than a fifth of what is usual around "
        "it), stale tables or records of the future.",
        epilog="example: tacheles check bicycles-meta",
    )
    _add_community(command)
    command.add_argument(
        "--today",
        type=_day,
        metavar="DATE",
        help="day to which ages are told, like 2026-12-31 (default: this day)",
    )
    _add_data(command)
    command.set_defaults(run=_check)


def _add_report(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    command = commands.add_parser(
        "report",
        help="run the notebooks for a quarter and publish their pages",
        description="Run the notebooks for one quarter and publish reports/NAME/QUARTER with "
        "index.html, a page per notebook, results.csv and manifest.json. All or nothing: if a "
        "notebook fails, nothing is published and the last report stays. Exit code 1 if a quarter "
        "was not published.",
        epilog="examples: tacheles report bicycles-meta --quarter 2011-Q3; "
        "tacheles report mycommunity --quarter last",
    )
    command.add_argument(
        "community",
        metavar="NAME",
        nargs="?",
        default=SAMPLE,
        help="folder of the community below data/ (default: the sample %(default)s)",
    )
    which = command.add_mutually_exclusive_group()
    which.add_argument(
        "--quarter",
        default="",
        metavar="QUARTER",
        help="like 2011-Q3, or last (the last complete one today) or running (today's) "
        "(default: default_quarter of community.toml, else the last recorded)",
    )
    which.add_argument(
        "--quarters",
        metavar="FROM..TO",
        help="several, like 2011-Q1..2011-Q4; one that fails does not stop the others",
    )
    command.add_argument(
        "--language",
        default="",
        choices=["de", "en"],
        help="language of the report (default: that of community.toml)",
    )
    command.add_argument(
        "--time-limit",
        type=_minutes,
        default=30.0,
        metavar="MINUTES",
        help="time allowed for each notebook (default: %(default)g)",
    )
    command.add_argument(
        "-p",
        "--parameter",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="another value for a parameter of the notebooks; may be given several times",
    )
    command.add_argument(
        "--reports",
        type=Path,
        default=ROOT / "reports",
        metavar="FOLDER",
        help="folder to publish in (default: reports/)",
    )
    _add_data(command)
    command.set_defaults(run=_report)


def _add_lab(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    command = commands.add_parser(
        "lab",
        help="open the notebooks in JupyterLab, to edit and to try",
        description="Start JupyterLab on this machine alone, over the project's folder, at the "
        "page that says which notebook answers which question. No news, no call for updates. It "
        "runs until Ctrl-C.",
        epilog="example: tacheles lab",
    )
    command.add_argument(
        "--no-browser", action="store_true", help="tell the address instead of opening it"
    )
    command.add_argument(
        "--port", type=int, metavar="NUMBER", help="port to listen on (default: the next free one)"
    )
    command.set_defaults(run=_lab)


def _add_candidates(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    command = commands.add_parser(
        "candidates",
        help="list members who agreed to speak for the company, as pseudonyms",
        description="Write a CSV of the members who gave their consent to be asked for references, "
        "case studies and campaigns: pseudonyms that only the source system resolves, in random "
        "order, with segment, size and since when they are customers. No ranking, no activity. The "
        "file is about persons: it is never written below reports/, and never overwritten.",
        epilog="example: tacheles candidates nordlicht --to ~/candidates.csv",
    )
    _add_community(command)
    command.add_argument(
        "--quarter",
        default="",
        metavar="QUARTER",
        help="consent given until its end (default: default_quarter of community.toml)",
    )
    _add_file_about_persons(command)
    _add_data(command)
    command.set_defaults(run=_candidates)


def _add_draw(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    command = commands.add_parser(
        "draw",
        help="draw by chance which customers are invited, before anybody is written to",
        description="Draw which of the customers outside the community are invited, by chance and "
        "in equal shares within customers of the same size, and write the table `experiments` as "
        "CSV: who is invited and who is the control. The same seed draws the same customers. Only "
        "a list that was written before the invitations went out can show later what they did; "
        "it is about customers: it is never written below reports/, and never overwritten.",
        epilog="example: tacheles draw nordlicht spring-invitation --seed 7 --to ~/invited.csv",
    )
    _add_community(command)
    command.add_argument("experiment", metavar="EXPERIMENT", help="name of the experiment")
    command.add_argument(
        "--seed", type=_seed, required=True, metavar="NUMBER", help="written down before drawing"
    )
    command.add_argument(
        "--share",
        type=_share,
        default=0.5,
        metavar="SHARE",
        help="share that is invited, between 0 and 1 (default: %(default)g)",
    )
    _add_file_about_persons(command)
    _add_data(command)
    command.set_defaults(run=_draw)


def _add_demo(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    command = commands.add_parser(
        "demo",
        help="make a made-up community whose true effects are known",
        description="Simulate a software company and its community into data/NAME: ten quarters of "
        "records, the plans of its team, and truth.toml with the effects it was made with, which "
        "no report reads. The same seed gives the same bytes. A folder that was made so before is "
        "replaced; any other is never touched.",
        epilog="example: tacheles demo nordlicht --seed 1",
    )
    command.add_argument(
        "community",
        metavar="NAME",
        nargs="?",
        default="nordlicht",
        help="lower-case letters, digits, - and _ (default: %(default)s)",
    )
    command.add_argument(
        "--seed",
        type=_seed,
        default=1,
        metavar="NUMBER",
        help="another number is another company (default: %(default)s)",
    )
    _add_data(command)
    command.set_defaults(run=_demo)


def _add_community(command: argparse.ArgumentParser) -> None:
    command.add_argument("community", metavar="NAME", help="folder of the community below data/")


def _add_file_about_persons(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--to", type=Path, required=True, metavar="FILE", help="CSV to write, outside reports/"
    )
    command.add_argument(
        "--reports",
        type=Path,
        default=ROOT / "reports",
        metavar="FOLDER",
        help="folder of the reports, below which nothing is written (default: reports/)",
    )


def _add_data(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--data",
        type=Path,
        default=workbook.DATA,
        metavar="FOLDER",
        help="folder of the communities (default: data/)",
    )


def _day(text: str) -> datetime:
    """A day as its last second, so that what happened on it is not in the future."""
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(hour=23, minute=59, second=59)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day like 2026-12-31") from None


def _new(options: argparse.Namespace) -> int:
    folder = workbook.create(options.community, options.data)
    print(f"made: {folder}")
    print(f"next: read {folder / 'README.md'}, then tacheles check {options.community}")
    return 0


def _import(options: argparse.Namespace) -> int:
    from tacheles.sources import pseudonym

    folder = workbook.folder_of(options.community, options.data)
    settings = workbook.read_settings(folder)
    if not options.export.exists():
        raise TachelesError(
            f"{options.export}: there is no such folder or file",
            "nothing to import",
            "name the zip file with the export, or the folder into which it was unpacked",
        )
    secret = pseudonym.load_secret(options.community, workbook.fingerprint_of(folder))
    system = import_module(f"tacheles.sources.{options.system}")
    export = system.read(options.export, settings, pseudonym.pseudonyms(secret))
    if not options.replace:
        workbook.require_history(folder, export.tables)
    sources = dict.fromkeys(export.tables, export.source)
    workbook.store(folder, export.tables, sources, pseudonym.fingerprint(secret))
    for name, table in export.tables.items():
        print(f"{name}: {table.num_rows} rows")
    for note in export.notes:
        if not note.startswith("0 "):  # nothing of the kind in this export
            print(f"  {note}")
    return 0


def _check(options: argparse.Namespace) -> int:
    folder = workbook.folder_of(options.community, options.data)
    book = workbook.Workbook(folder, workbook.read_settings(folder))
    errors = book.check()
    if errors:
        print("\n\n".join(map(str, errors)), file=sys.stderr)
        return 1
    inventory = book.inventory(whole=True)
    today = options.today or datetime.now(UTC).replace(tzinfo=None)
    findings = freshness.check(book, today)
    for row in inventory.to_dict("records"):
        if row["file"] and not (row["table"] in PLANS and row["rows"] == 0):
            _tell_table(row, findings[findings["subject"] == row["table"]])
    _tell_missing(inventory)
    if unread := book.unread_files:
        print(f"not read: {', '.join(unread)}; a file is named like its table, such as posts.csv")
    if not (inventory["file"].ne("") & inventory["table"].isin(list(RECORDS))).any():
        print(f"no records yet: tacheles import, or put tables into {folder / 'records'}")
        return 0
    first, exported_at = book.span
    earliest, latest = book.calendar.containing(first), book.last_recorded
    print(f"quarters {earliest} to {latest}, records as of {exported_at:%Y-%m-%d %H:%M} UTC")
    book.recorded(book.settings.default_quarter or latest)
    return 3 if findings["severity"].eq("warning").any() else 0


def _tell_table(row: dict, findings: pd.DataFrame) -> None:
    """A table that is there: a line, and below it what should be known of it."""
    told = f"{row['table']}: {row['rows']:,.0f} rows in {row['file']}"
    if row["first_at"] == row["first_at"]:
        told += f", {row['first_at']:%Y-%m-%d} to {row['last_at']:%Y-%m-%d}"
    print(told)
    if row["extra_columns"]:
        print(f"  ignored columns: {row['extra_columns']}")
    for finding in findings.to_dict("records"):
        print(f"  {'' if finding['kind'] == 'age' else finding['kind'] + ': '}{finding['detail']}")


def _tell_missing(inventory: pd.DataFrame) -> None:
    """Tables that are not there, and plans without a row, in a line each."""
    is_plan = inventory["table"].isin(list(PLANS))
    for said, rows in (
        ("missing records", inventory[~is_plan & inventory["file"].eq("")]),
        ("missing plans", inventory[is_plan & inventory["file"].eq("")]),
        ("plans without a row", inventory[is_plan & inventory["rows"].eq(0)]),
    ):
        if len(rows):
            print(f"{said}: {', '.join(rows['table'])}; sections that need them will say so")


def _report(options: argparse.Namespace) -> int:
    quarters = _quarters(options)
    from tacheles.report.publish import publish_each

    outcomes = publish_each(
        options.community,
        quarters,
        parameters=dict(map(_named_value, options.parameter)),
        language=options.language,
        data=options.data,
        reports=options.reports,
        time_limit=options.time_limit,
    )
    failed = {name: it for name, it in outcomes.items() if isinstance(it, TachelesError)}
    for error in failed.values():
        print(error, file=sys.stderr)
    if len(outcomes) > 1:
        told = f"; not: {', '.join(failed)}" if failed else ""
        summary = f"{len(outcomes) - len(failed)} of {len(outcomes)} quarters published{told}"
        print(summary, file=sys.stderr)
    for published in outcomes.values():
        if isinstance(published, Path):
            print(f"published: {published / 'index.html'}")
    return 1 if failed else 0


def _lab(options: argparse.Namespace) -> int:
    command = [
        *(sys.executable, "-m", "jupyterlab", "--ip=127.0.0.1", f"--ServerApp.root_dir={ROOT}"),
        f"--LabApp.default_url=/lab/tree/{LAB_PAGE}",
        f"--LabApp.app_settings_dir={ROOT / 'templates' / 'lab'}",
    ]
    command += ["--no-browser"] if options.no_browser else []
    command += [f"--port={options.port}"] if options.port else []
    command += ["--allow-root"] if hasattr(os, "getuid") and os.getuid() == 0 else []
    paths = [str(ROOT / "lib"), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(paths)}  # the kernel finds us
    return subprocess.run(command, env=environment, check=False).returncode


def _candidates(options: argparse.Namespace) -> int:
    from tacheles.roi import advocates

    target = options.to.expanduser().resolve()
    _require_writable(target, options.reports.expanduser().resolve())
    book = workbook.open(options.community, options.quarter, options.data)
    found = advocates(book.members, book.accounts, book.posts, book.quarters())
    _write(found, target)
    print(f"written: {target}, {len(found)} who agreed, in random order")
    print("next: only the system they came from can tell who they are; delete the file when done")
    return 0


def _draw(options: argparse.Namespace) -> int:
    from tacheles.measurement import drawn_invitations

    target = options.to.expanduser().resolve()
    _require_writable(target, options.reports.expanduser().resolve())
    book = workbook.open(options.community, data=options.data)
    name = options.experiment
    if book.experiments.filter(book.experiments.experiment_id == name).count().execute():
        raise TachelesError(
            f"experiment {name}: is drawn already",
            "the table experiments has its arms",
            "give the new one a name of its own; a drawing is never made again",
        )
    drawn = drawn_invitations(
        *(book.accounts, book.quarters()),
        experiment=name,
        seed=options.seed,
        share=options.share,
        drawn_at=options.now.replace(microsecond=0),
    )
    invited = int((drawn["arm"] == "invited").sum())
    if not 0 < invited < len(drawn):
        raise TachelesError(
            f"experiment {name}: cannot be drawn",
            f"customers outside the community: {len(drawn)}",
            "it takes some who are invited and some who are not; add records of accounts",
        )
    _write(drawn, target)
    others = len(drawn) - invited
    print(f"written: {target}, {invited} invited and {others} control, seed {options.seed}")
    print("next: add its rows to records/experiments, and only then write to the invited")
    return 0


def _write(table: pd.DataFrame, target: Path) -> None:
    """Write a new CSV; never over another."""
    try:
        table.to_csv(target, index=False, mode="x", encoding="utf-8")
    except OSError as error:
        raise TachelesError(
            f"{target}: cannot be written",
            str(error.strerror or error),
            "name a file in a folder that is there and that nobody else reads",
        ) from None


def _require_writable(target: Path, reports: Path) -> None:
    """Refuses a file among the reports, which are published, and one that is there already."""
    if target.is_relative_to(reports):
        raise TachelesError(
            f"{target}: lies among the reports, which are published",
            str(reports),
            "it is about persons or customers: name a file outside",
        )
    if target.exists():
        raise TachelesError(
            f"{target}: is there already", "a file", "name another; nothing is ever overwritten"
        )


def _demo(options: argparse.Namespace) -> int:
    from tacheles import demo

    folder = workbook.path_of(options.community, options.data)
    made = demo.write(folder, options.seed)
    print(f"made: {folder}, a made-up company with {len(made.tables)} record tables")
    print(f"next: tacheles check {options.community}, then tacheles report {options.community}")
    return 0


def _quarters(options: argparse.Namespace) -> list[str]:
    """Names of the quarters to report; `last` and `running` depend on what the time is."""
    if options.quarters:
        return names_from_to(options.quarters)
    if options.quarter not in ("last", "running"):
        return [options.quarter]
    settings = workbook.read_settings(workbook.folder_of(options.community, options.data))
    calendar = Calendar(settings.time_zone, settings.fiscal_year_start)
    running = calendar.containing(options.now)
    return [running if options.quarter == "running" else name_of(ordinal(running) - 1)]


def _minutes(text: str) -> float:
    """A time limit: no longer than the pause between two runs."""
    return _between(text, 0, 60 * 24 * 7, "a number of minutes, up to a week")


def _seed(text: str) -> int:
    """What chance begins with: the same number draws the same."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number like 7")
    return int(text)


def _share(text: str) -> float:
    """A share, without its ends."""
    return _between(text, 0, math.nextafter(1, 0), "a share between 0 and 1, such as 0.5")


def _between(text: str, above: float, most: float, wanted: str) -> float:
    """A number above one and at most another; argparse tells what is wanted instead."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not above < number <= most:
        raise argparse.ArgumentTypeError(f"{text!r} is not {wanted}")
    return number


def _named_value(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign or name in ("community", "quarter", "data", "language"):
        raise TachelesError(
            "option -p: not another value for a parameter",
            repr(text),
            "write -p NAME=VALUE; community, quarter, language and data have their own place",
        )
    return name, value
