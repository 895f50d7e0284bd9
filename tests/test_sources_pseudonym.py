import hashlib
import stat

import pytest

from tacheles import ROOT
from tacheles.errors import TachelesError
from tacheles.sources import pseudonym


def hmac_sha256(key: bytes, text: bytes) -> str:
    """RFC 2104 written out, for keys up to the block size of 64 bytes."""
    padded = key.ljust(64, b"\0")
    inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in padded) + text).digest()
    return hashlib.sha256(bytes(byte ^ 0x5C for byte in padded) + inner).hexdigest()


def test_a_pseudonym_is_the_hmac_of_the_id_under_the_secret():
    """RFC 4231, test case 2."""
    assert (
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        == pseudonym.pseudonyms(b"Jefe")("what do ya want for nothing?")
    )


def test_a_pseudonym_under_a_secret_of_ours_is_the_hmac_too():
    secret = pseudonym.load_secret("sample")

    assert hmac_sha256(secret, "Zoë 76".encode()) == pseudonym.pseudonyms(secret)("Zoë 76")


def test_a_secret_is_made_once():
    assert pseudonym.load_secret("sample") == pseudonym.load_secret("sample")


def test_every_community_has_a_secret_of_its_own():
    assert pseudonym.load_secret("one") != pseudonym.load_secret("two")


def test_a_secret_has_256_bits():
    assert 256 <= 4 * len(pseudonym.load_secret("sample"))


def test_nobody_else_may_read_a_secret():
    pseudonym.load_secret("sample")

    assert 0o600 == stat.S_IMODE(pseudonym.secret_file("sample").stat().st_mode)


def test_a_secret_is_kept_where_the_environment_says(tmp_path, monkeypatch):
    monkeypatch.setenv("TACHELES_SECRETS", str(tmp_path / "vault"))
    pseudonym.load_secret("sample")

    assert ["sample.key"] == [path.name for path in (tmp_path / "vault").iterdir()]


def test_a_secret_is_kept_outside_the_project_by_default(monkeypatch):
    monkeypatch.delenv("TACHELES_SECRETS")

    assert not pseudonym.secret_file("sample").is_relative_to(ROOT)


def test_a_fingerprint_does_not_hold_the_secret_and_tells_secrets_apart():
    one, two = pseudonym.load_secret("one"), pseudonym.load_secret("two")

    assert pseudonym.fingerprint(one) != pseudonym.fingerprint(two)
    assert pseudonym.fingerprint(one) not in one.decode()


def test_the_secret_with_the_fingerprint_of_the_records_is_taken():
    secret = pseudonym.load_secret("sample")

    assert secret == pseudonym.load_secret("sample", pseudonym.fingerprint(secret))


def test_another_secret_than_that_of_the_records_is_refused():
    path, found = pseudonym.secret_file("sample"), pseudonym.load_secret("sample")

    with pytest.raises(TachelesError) as refused:
        pseudonym.load_secret("sample", "0123456789abcdef")

    assert (
        "community sample: its records were made under another secret, "
        "with the fingerprint 0123456789abcdef.\n"
        f"Found: {pseudonym.fingerprint(found)} in {path}.\n"
        "Hint: put that secret back, or move the folder records away and import everything anew."
    ) == str(refused.value)


def test_a_missing_secret_of_existing_records_is_refused_and_none_is_made():
    path = pseudonym.secret_file("sample")

    with pytest.raises(TachelesError) as refused:
        pseudonym.load_secret("sample", "0123456789abcdef")

    assert f"Found: no secret in {path}." == str(refused.value).splitlines()[1]
    assert not path.exists()


@pytest.mark.parametrize(("content", "length"), [(b"", 0), (b"\n", 0), (b"abc\n", 3)])
def test_a_secret_that_could_be_guessed_is_refused(content, length):
    """An import killed in its first moment leaves an empty file: pseudonyms without a secret."""
    path = pseudonym.secret_file("sample")
    path.parent.mkdir()
    path.write_bytes(content)

    with pytest.raises(TachelesError) as refused:
        pseudonym.load_secret("sample")

    assert (
        f"{path}: too short for a secret.\n"
        f"Found: {length} characters.\n"
        "Hint: put its copy back, or delete it and the folder records and import everything anew."
    ) == str(refused.value)
