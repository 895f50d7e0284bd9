"""The command that opens JupyterLab."""

import json
from pathlib import Path

from tacheles import ROOT, cli


def test_jupyterlab_opens_on_this_machine_alone_where_the_kernel_finds_the_lib(monkeypatch):
    started = []

    def run(command, **options):
        started.append((command, options))
        return cli.subprocess.CompletedProcess(command, 7)

    monkeypatch.setattr(cli.subprocess, "run", run)
    assert 7 == cli.main(["lab", "--no-browser", "--port", "8899"])
    ((command, options),) = started
    assert {"--ip=127.0.0.1", "--no-browser", "--port=8899"} <= set(command)
    assert options["env"]["PYTHONPATH"].startswith(str(ROOT / "lib"))
    settings = next(word for word in command if "app_settings_dir" in word).partition("=")[2]
    told = json.loads((Path(settings) / "overrides.json").read_text())
    assert "false" == told["@jupyterlab/apputils-extension:notification"]["fetchNews"]
    assert (ROOT / cli.LAB_PAGE).is_file()
