#!/usr/bin/env python3
"""
Set up what is missing, then do it: needs Python 3.11 or later and nothing else.

python3 run.py report      publishes the sample's default quarter
python3 run.py test        checks and tests the project
python3 run.py WORD …      any other command of the product: python3 run.py check bicycles-meta
"""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")


def main(words: list[str]) -> int:
    """Set up, then run the tests or a command of the product; its exit code is ours."""
    if sys.version_info < (3, 11):  # noqa: UP036  # whoever calls it may have an older one
        print(
            f"Tacheles needs Python 3.11 or later; this is {sys.version.split()[0]}.",
            file=sys.stderr,
        )
        return 1
    if words[:1] == ["test"]:
        set_up("requirements-test.lock")
        return run_tests(words[1:])
    set_up("requirements.lock")
    return call([PYTHON, "-m", "tacheles", *words])


def set_up(lock: str) -> None:
    """Make the virtual environment of a lock file, unless it is there already."""
    wanted = hashlib.sha256((ROOT / lock).read_bytes()).hexdigest()
    stamp = VENV / f"{lock}.sha256"
    if stamp.exists() and stamp.read_text() == wanted and PYTHON.exists():
        return
    print(f"Setting up {VENV.name} from {lock}, once …", file=sys.stderr)
    if not PYTHON.exists():
        make_environment()
    install(lock)
    paths = subprocess.check_output(
        [PYTHON, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], text=True
    )
    (Path(paths.strip()) / "tacheles.pth").write_text(f"{ROOT / 'lib'}\n", encoding="utf-8")
    stamp.write_text(wanted)


def make_environment() -> None:
    """An empty virtual environment with pip."""
    try:
        subprocess.run([sys.executable, "-m", "venv", VENV], check=True, stdout=subprocess.DEVNULL)
    except subprocess.CalledProcessError:
        shutil.rmtree(VENV, ignore_errors=True)
        raise SystemExit(
            "Python cannot make virtual environments here.\n"
            "Found: python3 without its module venv.\n"
            "Hint: on Debian and Ubuntu: sudo apt install python3-venv"
        ) from None


def install(lock: str) -> None:
    """Install what the lock file names: with uv, several times faster, else with pip."""
    pip: list[str | Path] = [PYTHON, "-m", "pip", "--disable-pip-version-check"]
    uv = shutil.which("uv") or shutil.which("uv", path=str(BIN))
    if not uv and subprocess.run([*pip, "install", "-q", "uv"], check=False).returncode == 0:
        uv = shutil.which("uv", path=str(BIN))
    command: list[str | Path] = [uv, "pip"] if uv else [*pip]
    environment = os.environ | {"VIRTUAL_ENV": str(VENV), "UV_PYTHON_DOWNLOADS": "never"}
    done = subprocess.run(
        [*command, "install", "-q", "--require-hashes", "-r", ROOT / lock],
        env=environment,
        check=False,
    )
    if done.returncode:
        raise SystemExit(
            f"{lock}: not everything in it could be installed.\n"
            "Found: the installer's message above.\n"
            "Hint: this needs a package index within reach; call again to go on where it stopped"
        )


def run_tests(words: list[str]) -> int:
    """Lint, types, tests; the first that fails ends it."""
    steps = [["ruff", "check", "."], ["ruff", "format", "--check", "."], ["mypy"]]
    beside = ["pytest", "-n", "logical", "--dist", "worksteal"]  # one process per core
    steps += [["pytest", *words]] if words else [[*beside, "-m", it] for it in ("not slow", "slow")]
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # they start hundreds of processes, and none
    os.environ["PYTHONPYCACHEPREFIX"] = str(VENV / "compiled")  # shall compile what another did
    for step in steps:
        print(f"— {' '.join(step)}", flush=True)
        code = call([PYTHON, "-m", *step])
        if code:
            return code
    return 0


def call(command: Sequence[str | Path]) -> int:
    """Run a command in the project's folder's environment and hand its exit code on."""
    try:
        return subprocess.run(command, check=False).returncode
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
