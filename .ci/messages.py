"""
Bring the catalogues in lib/tacheles/locale up to date with what a reader can meet.

Messages are the marked strings of the lib and the templates, the Markdown of the notebooks, the
first line of every definition and the grain of every table. Translations are kept; new messages are
added empty. With `--check`, write nothing and exit with 1 if a message is missing, unused, empty or
fuzzy.
"""

import ast
import json
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
LOCALE = ROOT / "lib" / "tacheles" / "locale"

KEYWORDS = {"_": None, "N_": None, "_n": (1, 2), "N2_": (1, 2)}
METHODS = [("**.py", "python"), ("**.j2", "jinja2.ext:babel_extract")]


def messages() -> Iterator[tuple[str, str | tuple[str, ...]]]:
    """Where a message stands, and the message; with its plural if it has one."""
    for folder in ("lib/tacheles", "templates/report"):
        found = extract_from_dir(ROOT / folder, METHODS, keywords=KEYWORDS)
        for path, _line, message, _comments, _context in found:
            yield f"{folder}/{path}", message
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "markdown":
                yield f"notebooks/{path.name}", "".join(cell["source"])
    for path in sorted((ROOT / "lib" / "tacheles").rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for message in (*statements(tree), *grains(tree)):
            yield str(path.relative_to(ROOT)), message


def grains(tree: ast.AST) -> Iterator[str]:
    """What one row stands for, of each contract."""
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg == "grain":
            yield ast.literal_eval(node.value)


def statements(tree: ast.AST) -> Iterator[str]:
    """First line of each definition: a function under `@metric`."""
    for node in ast.walk(tree):
        marks = getattr(node, "decorator_list", [])
        if any(getattr(getattr(mark, "func", None), "id", "") == "metric" for mark in marks):
            yield (ast.get_docstring(node) or "").partition("\n")[0]


def template() -> Catalog:
    """All messages, without translations."""
    catalogue = Catalog(project="Tacheles")
    for place, message in messages():
        catalogue.add(message, locations=[(place, 1)])
    return catalogue


def read(path: Path) -> Catalog:
    """The catalogue of a language."""
    with path.open("rb") as file:
        return read_po(file, locale=path.stem)


def write(path: Path, catalogue: Catalog) -> None:
    """Write a catalogue without line numbers and dates: it differs only where it changed."""
    written = BytesIO()
    write_po(
        written, catalogue, width=100, include_lineno=False, omit_header=True, sort_by_file=True
    )
    header = f'msgid ""\nmsgstr ""\n"Language: {path.stem}\\n"\n'
    header += '"Content-Type: text/plain; charset=utf-8\\n"\n'
    header += f'"Plural-Forms: {catalogue.plural_forms}\\n"\n\n'
    path.write_text(header + written.getvalue().decode(), encoding="utf-8")


def faults(path: Path) -> list[str]:
    """What is missing, unused, empty or fuzzy in a catalogue."""
    there, wanted = read(path), template()
    ids = {message.id for message in there if message.id}
    needed = {message.id for message in wanted if message.id}
    found = [f"missing: {one!r}" for one in sorted(map(str, needed - ids))]
    found += [f"unused: {one!r}" for one in sorted(map(str, ids - needed))]
    for message in there:
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        if message.id and (message.fuzzy or not all(texts)):
            found.append(f"not translated: {message.id!r}")
    return found


if __name__ == "__main__":
    for path in sorted(LOCALE.glob("*.po")):
        if "--check" in sys.argv:
            found = faults(path)
            if found:
                raise SystemExit("\n".join(f"{path.name}: {fault}" for fault in found))
        else:
            catalogue = read(path)
            catalogue.update(template(), no_fuzzy_matching=True)
            catalogue.obsolete.clear()
            write(path, catalogue)
