"""
Pseudonyms: HMAC-SHA256 of a person's id in the source, under a secret outside the workbook.

The same secret gives the same pseudonyms, so that a later export can be joined to the records.
Pseudonymised data are still personal data (METRICS K4, P7).
"""

import hashlib
import hmac
import os
import secrets
from pathlib import Path

import platformdirs

from tacheles.errors import TachelesError
from tacheles.sources import Pseudonym

#: A key shorter than this can be guessed; an interrupted first import leaves an empty one.
_SHORTEST = 32


def secret_file(community: str) -> Path:
    """Where a community's secret is kept: below TACHELES_SECRETS, else in the user's own folder."""
    home = os.environ.get("TACHELES_SECRETS") or platformdirs.user_data_path("tacheles") / "secrets"
    return Path(home) / f"{community}.key"


def load_secret(community: str, known_fingerprint: str = "") -> bytes:
    """
    The community's secret; made on first use.

    Parameters
    ----------
    community : str
        Name of the community.
    known_fingerprint : str
        Fingerprint that stands beside the records already imported; empty: there are none.

    Raises
    ------
    TachelesError
        If the records were made under another secret, theirs is not on this machine, or it is
        damaged.
    """
    path = secret_file(community)
    if known_fingerprint and not path.exists():
        raise _other_secret(community, known_fingerprint, f"no secret in {path}")
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        made = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(made, "wb") as file:
            file.write(secrets.token_hex(32).encode())
    secret = path.read_bytes().strip()
    if len(secret) < _SHORTEST:
        raise TachelesError(
            f"{path}: too short for a secret",
            f"{len(secret)} characters",
            "put its copy back, or delete it and the folder records and import everything anew",
        )
    if known_fingerprint not in ("", fingerprint(secret)):
        raise _other_secret(community, known_fingerprint, f"{fingerprint(secret)} in {path}")
    return secret


def fingerprint(secret: bytes) -> str:
    """Short hash by which a secret is recognised and from which it cannot be told."""
    return hashlib.sha256(b"tacheles fingerprint " + secret).hexdigest()[:16]


def pseudonyms(secret: bytes) -> Pseudonym:
    """The function that turns a source id into a pseudonym."""
    return lambda source_id: hmac.new(secret, source_id.encode(), hashlib.sha256).hexdigest()


def _other_secret(community: str, known_fingerprint: str, found: str) -> TachelesError:
    return TachelesError(
        f"community {community}: its records were made under another secret, "
        f"with the fingerprint {known_fingerprint}",
        found,
        "put that secret back, or move the folder records away and import everything anew",
    )
