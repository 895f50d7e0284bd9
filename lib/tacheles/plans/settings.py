"""What somebody is changing in `community.toml`: its comments and its order stay."""

from pathlib import Path
from typing import Any

import tomlkit

from tacheles import workbook
from tacheles.errors import TachelesError, shown
from tacheles.plans import saved

_BYTE_ORDER_MARK = "\ufeff"


class SettingsDraft:
    """
    The settings of a community that somebody is changing.

    Parameters
    ----------
    folder : Path
        The community's folder.

    Raises
    ------
    TachelesError
        If its `community.toml` is no TOML.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / "community.toml"
        self._open(saved.content_of(self.path))

    def _open(self, content: bytes | None) -> None:
        self.content_seen = content
        workbook.parsed_settings(content or b"", shown(self.path))
        self._text = (content or b"").decode("utf-8")
        self.changes: dict[str, Any] = {}

    def value(self, key: str) -> Any:
        """
        What a setting is, as drafted or as saved; its default if the file does not say.

        Parameters
        ----------
        key : str
            Its name; `privacy.customers` is in the part `[privacy]`.
        """
        return self.changes[key] if key in self.changes else self.saved(key)

    def saved(self, key: str) -> Any:
        """What a setting is in the file, or by default."""
        part, name = _place(key)
        written = tomlkit.parse(self._plain).unwrap()
        written = written.get(part, {}) if part else written
        return written.get(name, workbook.default_setting(key))

    @property
    def _plain(self) -> str:
        return self._text.removeprefix(_BYTE_ORDER_MARK)

    def set(self, key: str, value: Any) -> None:
        """Give a setting another value."""
        self.changes[key] = value
        if value == self.saved(key):
            del self.changes[key]

    def undo(self) -> None:
        """Take back what was changed last."""
        if self.changes:
            self.changes.popitem()

    def content(self) -> bytes:
        """The file as it will be: what nobody changed byte for byte as it is."""
        return self._with(self.changes)

    def _with(self, changes: dict[str, Any]) -> bytes:
        if not changes:
            return self._text.encode("utf-8")
        document = tomlkit.parse(self._plain)
        for key, value in changes.items():
            part, name = _place(key)
            within = document.setdefault(part, tomlkit.table()) if part else document
            within[name] = value
        mark = _BYTE_ORDER_MARK if self._text.startswith(_BYTE_ORDER_MARK) else ""
        return (mark + tomlkit.dumps(document)).encode("utf-8")

    def mistake(self, key: str) -> TachelesError | None:
        """What is wrong with a changed setting, in the words in which the file would be refused."""
        if key not in self.changes:
            return None
        try:
            workbook.understood_settings(self._with({key: self.changes[key]}), shown(self.path))
        except TachelesError as error:
            return error
        return None

    def save(self) -> None:
        """
        Write the file, whole or not at all, if it is correct and still the one that was opened.

        Raises
        ------
        ChangedMeanwhileError
            If somebody else has saved it meanwhile.
        TachelesError
            If a setting cannot be used, or the file cannot be written.
        """
        content = self.content()
        workbook.understood_settings(content, shown(self.path))
        if content != self.content_seen:
            saved.replace(self.path, self.content_seen, content)
        self._open(content)

    def differences(self, theirs: bytes | None) -> list[tuple[str, Any, Any, Any]]:
        """Settings that differ: key, as it was opened, as it is saved now, as it is drafted."""
        other = SettingsDraft.__new__(SettingsDraft)
        other.path = self.path
        other._open(theirs)
        versions = [(key, self.saved(key), other.saved(key), self.value(key)) for key in KEYS]
        return [version for version in versions if not version[1] == version[2] == version[3]]

    def rebase(self) -> None:
        """Begin again with what the file holds now, with the same changes."""
        changes = dict(self.changes)
        self.reopen()
        for key, value in changes.items():
            self.set(key, value)

    def reopen(self) -> None:
        """Begin again with what the file holds now."""
        self._open(saved.content_of(self.path))


def _place(key: str) -> tuple[str, str]:
    part, _point, name = key.rpartition(".")
    return part, name


#: The settings, in the order in which they are asked for.
KEYS = workbook.SETTINGS
