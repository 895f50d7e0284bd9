"""All published quarters of a community on one page, newest first."""

import json
from pathlib import Path
from typing import Any

from tacheles import words
from tacheles.report.page import environment, style
from tacheles.workbook import Settings


def write(reports: Path, settings: Settings) -> Path:
    """
    Write the page that lists a community's published quarters.

    Parameters
    ----------
    reports : Path
        Folder of the community's published reports.
    settings : Settings
        Its name is the page's title.

    Returns
    -------
    Path
        `index.html` in that folder; put in place whole, so that a reader never sees half of it.
    """
    quarters = [_told(folder) for folder in published(reports)]
    html = (
        environment()
        .get_template("overview.html.j2")
        .render(
            community=settings.name,
            language=words.language(),
            quarters=quarters,
            is_made_up=settings.made_up,
            style=style(),
        )
    )
    new = reports / ".index.html.new"
    new.write_text(html, encoding="utf-8")
    return new.replace(reports / "index.html")


def published(reports: Path) -> list[Path]:
    """Folders of the published quarters, newest first."""
    folders = reports.glob("[0-9][0-9][0-9][0-9]-Q[1-4]")
    return sorted((one for one in folders if (one / "manifest.json").exists()), reverse=True)


def _told(folder: Path) -> dict[str, Any]:
    """What the list says of a quarter, from its manifest; an older one may not tell all of it."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    findings = [
        {"page": name, "title": words.page_title(name), "finding": finding}
        for name, finding in manifest.get("findings", {}).items()
    ]
    return {
        "folder": folder.name,
        "quarter": words.quarter(folder.name),
        "is_running": manifest.get("is_running", False),
        "findings": findings,
    }
