"""One at a time, whoever comes second is told why."""

import pytest

from tacheles import lock
from tacheles.errors import TachelesError


def test_the_second_is_told_what_the_first_does(tmp_path):
    with (
        lock.only_run(tmp_path),
        pytest.raises(TachelesError, match="somebody bakes") as error,
        lock.only_run(tmp_path, busy="somebody bakes here"),
    ):
        pass
    assert error.value.found.startswith("process ")


def test_it_is_free_again_when_the_first_is_done(tmp_path):
    with lock.only_run(tmp_path):
        pass
    with lock.only_run(tmp_path):
        assert (tmp_path / lock.FILE).read_text().startswith("process ")
