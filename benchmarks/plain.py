"""
Run scripts one after another in this process; what Jupyter would show becomes a page for each.

python benchmarks/plain.py FOLDER SCRIPT …

The floor of `report.py`: the notebooks' own calls, without Jupyter. Each script has `display` and a
namespace of its own, as each notebook has.
"""

import json
import runpy
import sys
from html import escape
from pathlib import Path
from typing import Any


def main(folder: Path, scripts: list[Path]) -> None:
    """Run the scripts and write a page for each."""
    for script in scripts:
        shown: list[dict[str, Any]] = []

        def display(given: object, shown: list[dict[str, Any]] = shown) -> None:
            if given is not None:
                shown.append(bundle(given))

        runpy.run_path(str(script), {"display": display})
        html = [one.get("text/html") or f"<pre>{escape(one['text/plain'])}</pre>" for one in shown]
        (folder / f"{script.stem}.html").write_text("\n".join(html), encoding="utf-8")
        (folder / f"{script.stem}.json").write_text(json.dumps(shown), encoding="utf-8")


def bundle(given: Any) -> dict[str, Any]:
    """What a kernel would send of an object: all its forms by their MIME type."""
    if hasattr(given, "_repr_mimebundle_"):
        return given._repr_mimebundle_()
    forms = {"text/plain": repr(given)}
    if hasattr(given, "_repr_html_"):
        forms["text/html"] = given._repr_html_()
    return forms


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(argument) for argument in sys.argv[2:]])
