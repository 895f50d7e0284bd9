"""
Write environment.yml, for conda users, from pyproject.toml, the one source of truth.

With `--check`, write nothing and exit with 1 if the file is stale.
"""

import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

#: Packages that conda-forge carries under another name.
CONDA_NAMES = {
    "duckdb": "python-duckdb",
    "ibis-framework": "ibis-duckdb",
    "matplotlib": "matplotlib-base",
    "tzdata": "python-tzdata",
}

#: Packages that conda users get with pip as well.
ONLY_PIP = {"typst"}


def environment() -> str:
    """The text of environment.yml."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needs, with_pip = [f"python{project['requires-python']}", "pip"], ["-e ."]
    for need in project["dependencies"]:
        name, ranges = re.fullmatch(r"([A-Za-z0-9-]+)(?:\[\w+\])?(.*)", need).groups()
        if name in ONLY_PIP:
            with_pip.append(need)
        else:
            needs.append(CONDA_NAMES.get(name, name) + ranges)
    lines = "".join(f'  - "{need}"\n' for need in needs)
    lines += "  - pip:\n" + "".join(f'      - "{need}"\n' for need in with_pip)
    return (
        "# Written by .ci/environment.py from pyproject.toml: change it there.\n"
        f"name: {project['name']}\nchannels:\n  - conda-forge\ndependencies:\n{lines}"
    )


if __name__ == "__main__":
    path = ROOT / "environment.yml"
    if "--check" in sys.argv:
        raise SystemExit(path.read_text(encoding="utf-8") != environment())
    path.write_text(environment(), encoding="utf-8")
