"""The files of an export: in a folder or a zip file, whole or damaged."""

import pytest

from json_exports import folder, zipped
from tacheles.errors import TachelesError
from tacheles.sources import archive


def names_in(path) -> list[str]:
    with archive.opened(path) as files:
        return list(files.files)


def content_of(path, name: str) -> object:
    with archive.opened(path) as files:
        return files.json(name)


@pytest.mark.parametrize("made_as", [folder, zipped])
class TestFiles:
    def test_json_files_are_known_by_their_names_within_the_export(self, tmp_path, made_as):
        export = made_as(tmp_path / "export", {"b/2.json": 2, "a.json": 1, "picture.png": b""})
        assert ["a.json", "b/2.json"] == names_in(export)
        assert 2 == content_of(export, "b/2.json")

    def test_what_macos_puts_beside_a_file_is_no_file(self, tmp_path, made_as):
        files = {"a.json": 1, "._a.json": b"\0", "__MACOSX/._a.json": b"\0"}
        assert ["a.json"] == names_in(made_as(tmp_path / "export", files))

    def test_a_byte_order_mark_is_no_part_of_the_text(self, tmp_path, made_as):
        export = made_as(tmp_path / "export", {"a.json": b'\xef\xbb\xbf"text"'})
        assert "text" == content_of(export, "a.json")

    def test_half_a_character_becomes_a_question_mark(self, tmp_path, made_as):
        export = made_as(tmp_path / "export", {"a.json": rb'["\ud83d", "\ud83d\ude00"]'})
        assert ["?", "😀"] == content_of(export, "a.json")

    @pytest.mark.parametrize("content", [b"", b'{"a": 1', b"\xff\xfe\xfd", b"[" * 100_000])
    def test_damaged_json_is_told_with_its_file(self, tmp_path, made_as, content):
        export = made_as(tmp_path / "export", {"deep/a.json": content})
        with pytest.raises(TachelesError) as error:
            content_of(export, "deep/a.json")
        assert "export/deep/a.json: not readable as JSON" in error.value.problem
        assert 3 == len(str(error.value).splitlines())


class TestZip:
    def test_a_name_in_utf8_that_does_not_say_so_is_read(self, tmp_path):
        path = zipped(tmp_path / "export.zip", {"bücher/1.json": 1})
        raw = bytearray(path.read_bytes())
        for signature, flags_at in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
            raw[raw.index(signature) + flags_at + 1] &= ~0x08
        path.write_bytes(raw)
        assert ["bücher/1.json"] == names_in(path)

    def test_a_file_that_was_cut_off_is_refused_wherever_it_ends(self, tmp_path):
        whole = zipped(tmp_path / "whole.zip", {"a.json": list(range(50))}).read_bytes()
        cut = tmp_path / "cut.zip"
        for length in range(len(whole)):
            cut.write_bytes(whole[:length])
            with pytest.raises(TachelesError, match=r"cut\.zip: neither a folder nor a readable"):
                names_in(cut)

    def test_a_byte_that_was_changed_is_told_or_does_not_matter(self, tmp_path):
        whole = zipped(tmp_path / "whole.zip", {"a.json": [1, 2, 3]}).read_bytes()
        changed = tmp_path / "changed.zip"
        found = []
        for place in range(len(whole)):
            changed.write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
            try:
                found += [content_of(changed, name) for name in names_in(changed)]
            except TachelesError as error:
                assert "changed.zip" in error.problem
        assert all([1, 2, 3] == content for content in found)

    def test_a_folder_that_is_not_there_is_refused(self, tmp_path):
        with pytest.raises(TachelesError, match="neither a folder nor a readable zip file"):
            names_in(tmp_path / "nothing")
