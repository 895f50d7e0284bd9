"""Exports made of JSON files: as a folder, as a zip file, and with something wrong in them."""

import copy
import json
import zipfile
from pathlib import Path

from hypothesis import strategies as st

#: Anything that a JSON file can hold, halves of surrogate pairs and huge numbers included.
anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.sampled_from([10**30, "\ud83d", "", "2026-13-01T00:00:00Z", "9999999999.1", -1])
    | st.text(st.characters(exclude_categories=()), max_size=8),
    lambda inside: (
        st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=8), inside, max_size=3)
    ),
    max_leaves=4,
)


def folder(path: Path, files: dict[str, object]) -> Path:
    """Files in a folder; what is not bytes is written as JSON."""
    for name, content in files.items():
        file = path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(_bytes(content))
    return path


def zipped(path: Path, files: dict[str, object]) -> Path:
    """The same in a zip file."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name, _bytes(content))
    return path


@st.composite
def damaged(draw: st.DrawFn, files: dict[str, object]) -> dict[str, object]:
    """The files with one value in them taken out, or something else in its place."""
    changed = copy.deepcopy(files)
    *way, last = draw(st.sampled_from(list(_places(changed))))
    holder = changed
    for step in way:
        holder = holder[step]
    if draw(st.booleans()) and isinstance(holder, dict):
        del holder[last]
    else:
        holder[last] = draw(anything)
    return changed


def _places(value, way=()):
    """Ways to every value in a file."""
    steps = value.items() if isinstance(value, dict) else enumerate(value)
    for step, inside in steps:
        yield (*way, step)
        if isinstance(inside, dict | list):
            yield from _places(inside, (*way, step))


def _bytes(content: object) -> bytes:
    return content if isinstance(content, bytes) else json.dumps(content).encode()
