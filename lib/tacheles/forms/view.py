"""
What a form shows: plain HTML elements, described here, drawn by a few lines of JavaScript.

Native elements bring keyboard, screen reader and language of the browser with them. A form is a
:class:`View` that builds its elements anew after every act; only what changed is sent. Nothing of
it is kept in the notebook, so no text and no number of a workbook gets into one.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import anywidget

from tacheles.errors import TachelesError

_HERE = Path(__file__).parent

#: What is done when something happens to an element, with what it holds then.
Act = Callable[[Any], None]


@dataclass(eq=False)
class Element:
    """
    An HTML element.

    Parameters
    ----------
    tag : str
    key : str
        Its own among all of a view, the same as long as it is the same thing for a person: only
        then does it keep the focus. Empty: made from that of the parent and the place in it.
    attributes : dict
        Of HTML; besides `value`, `checked`, `disabled`, the `options` of a choice (pairs of code
        and label), and a `document` (pair of type and bytes) that a link opens.
    children : tuple of Element
    text : str
    html : str
        Markup of our own, never of a person.
    acts : dict
        What to do, by event: `click`, `input`, `change`.
    """

    tag: str
    key: str = ""
    attributes: dict[str, Any] = field(default_factory=dict)
    children: tuple["Element", ...] = ()
    text: str = ""
    html: str = ""
    acts: dict[str, Act] = field(default_factory=dict)


def element(
    tag: str,
    *children: "Element | str | None",
    key: str = "",
    html: str = "",
    acts: Mapping[str, Act] | None = None,
    **attributes: Any,
) -> Element:
    """
    An element as one writes it.

    Parameters
    ----------
    tag : str
    *children : Element or str
        A single text is the element's own, beside others it gets a span; None is left out.
    key, html, acts
        See :class:`Element`.
    **attributes
        `_` stands for `-`, a trailing one is dropped; None and False are left out, True is empty.
    """
    parts = [child for child in children if child is not None]
    text = "".join(part for part in parts if isinstance(part, str))
    within: tuple[Element, ...] = ()
    if not all(isinstance(part, str) for part in parts):
        within = tuple(
            Element("span", text=part) if isinstance(part, str) else part for part in parts
        )
    named = {
        name.rstrip("_").replace("_", "-"): value
        for name, value in attributes.items()
        if value is not None and (value is not False or name in ("checked", "disabled"))
    }
    for name in named.keys() - {"checked", "disabled"}:
        named[name] = "" if named[name] is True else named[name]
    return Element(tag, key, named, within, text, html, dict(acts or {}))


def _within(one: Element) -> Iterator[Element]:
    """An element, then all that is in it."""
    yield one
    for child in one.children:
        yield from _within(child)


class View(anywidget.AnyWidget):
    """
    A form in a notebook.

    A subclass builds its elements in :meth:`build`; what a person does calls the act of an element,
    after which the view is built again.
    """

    _esm = _HERE / "view.js"
    _css = _HERE / "view.css"

    def __init__(self) -> None:
        super().__init__()
        self._acts: dict[tuple[str, str], Act] = {}
        self._shown: dict[str, dict[str, Any]] = {}
        self._heard = 0
        self._focus = ""
        #: Where the server of the notebook is: its address, and the folder it serves.
        self.server: dict[str, str] = {}
        #: What went wrong in the last act; told by :meth:`complaint`.
        self.error: TachelesError | None = None
        self.on_msg(self._hear)

    def build(self) -> Element:
        """The elements as they are now."""
        raise NotImplementedError

    def focus(self, key: str) -> None:
        """Put the cursor there when the view is drawn next."""
        self._focus = key

    def act(self, key: str, event: str, value: Any = None) -> None:
        """
        Do what an element does; as if somebody had clicked it or typed into it.

        Parameters
        ----------
        key : str
            Of the element.
        event : {"click", "input", "change"}
        value
            What it holds then.
        """
        if not self._acts:
            self._described(self.build())
        act = self._acts.get((key, event))
        if act is None:
            return  # it went with an act that came before
        self.error = None
        try:
            act(value)
        except TachelesError as error:
            self.error = error
        self.show()

    def show(self, *, whole: bool = False) -> None:
        """Draw what has changed; `whole` draws all of it, for a view that was just opened."""
        documents: list[bytes] = []
        root = self.build()
        described = self._described(root, documents)
        before = {} if whole or documents else self._shown
        changed = {key: one for key, one in described.items() if before.get(key) != one}
        gone = [key for key in self._shown if key not in described]
        self._shown = described
        told = {"root": root.key, "nodes": changed, "gone": gone, "heard": self._heard}
        self.send({**told, "focus": self._focus}, documents)
        self._focus = ""

    def elements(self) -> Iterator[Element]:
        """All elements as they are now, each before its children."""
        return _within(self.build())

    def _hear(self, _widget: Any, told: dict[str, Any], _buffers: Any) -> None:
        self._heard = max(self._heard, told["sent"])
        if told["event"] == "open":
            self._heard = 0
            self.server = told["value"]
            self.show(whole=True)
        else:
            self.act(told["key"], told["event"], told["value"])

    def _described(
        self, root: Element, documents: list[bytes] | None = None
    ) -> dict[str, dict[str, Any]]:
        """Elements by key as JavaScript reads them; what they do is kept here."""
        self._acts = {}
        described: dict[str, dict[str, Any]] = {}
        root.key = root.key or "root"
        self._describe(root, described, [] if documents is None else documents)
        return described

    def _describe(
        self, one: Element, described: dict[str, dict[str, Any]], documents: list[bytes]
    ) -> None:
        attributes = dict(one.attributes)
        if "document" in attributes:
            kind, content = attributes["document"]
            attributes["document"] = {"type": kind, "at": len(documents)}
            documents.append(content)
        told: dict[str, Any] = {"tag": one.tag, "attributes": attributes, "events": [*one.acts]}
        if one.html:
            told["html"] = one.html
        elif one.children:
            for place, child in enumerate(one.children):
                child.key = child.key or f"{one.key}/{place}{child.tag}"
            told["children"] = [child.key for child in one.children]
        else:
            told |= {"text": one.text, "children": None}
        described[one.key] = told
        self._acts |= {(one.key, event): act for event, act in one.acts.items()}
        for child in one.children:
            self._describe(child, described, documents)
