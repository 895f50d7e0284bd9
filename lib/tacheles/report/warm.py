"""
Kernels forked from a process that has imported everything: about half the CPU time of fresh ones.

A small server process imports what the notebooks import and waits. For each notebook it forks; the
fork becomes an ordinary ipykernel. Linux only: elsewhere system libraries do not survive a fork.
"""

import ast
import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from threading import Thread
from typing import Any

import nbformat
from jupyter_client.provisioning import LocalProvisioner

IS_POSSIBLE = sys.platform == "linux"

#: What a kernel imports when it starts, and what workbook and figures import at their first use.
_ALWAYS = [
    *("ipykernel.kernelapp", "ipykernel.ipkernel"),
    *("ibis.backends.duckdb", "matplotlib.backends.backend_svg"),
]


class Server:
    """
    A process that forks kernels; several threads may ask it.

    Parameters
    ----------
    modules : list of str
        What it imports beforehand; a name that cannot be imported is left to the notebook.
    """

    def __init__(self, modules: list[str]) -> None:
        self._control, theirs = socket.socketpair()
        with theirs:
            descriptor = str(theirs.fileno())
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tacheles.report.warm", descriptor, *_ALWAYS, *modules],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C is told to us; we end the kernels ourselves
            )

    def fork(self, arguments: list[str], environment: dict[str, str], folder: str) -> "Fork":
        """
        A new kernel.

        Raises
        ------
        OSError
            If the server has ended.
        """
        line, theirs = socket.socketpair()
        with theirs:
            socket.send_fds(self._control, [b"f"], [theirs.fileno()])
        request = {"arguments": arguments, "environment": environment, "folder": folder}
        line.sendall(json.dumps(request).encode() + b"\n")
        with line.makefile("rb") as answer:
            pid = answer.readline()
        if not pid:
            raise OSError("the server of kernels has ended")
        return Fork(int(pid), line)

    def close(self) -> None:
        """End the server; its kernels end with it."""
        self._control.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


class Fork:
    """
    A forked kernel, with what a provisioner asks of a process.

    Parameters
    ----------
    pid : int
        Its process id, which is also that of its process group.
    line : socket
        Held open as long as we live: the kernel ends when the other end is gone.
    """

    stdin = stdout = stderr = None

    def __init__(self, pid: int, line: socket.socket) -> None:
        self.pid, self._line = pid, line

    def poll(self) -> int | None:
        """None while it runs; the server, not we, knows how it ended."""
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            self._line.close()
            return -1
        return None

    def wait(self) -> int:
        """Return when it has ended."""
        while self.poll() is None:
            time.sleep(0.01)
        return -1

    def send_signal(self, signum: int) -> None:
        """Send it a signal."""
        os.kill(self.pid, signum)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)


class Provisioner(LocalProvisioner):
    """Gets a kernel from a server, and starts a fresh one if that fails."""

    server: Server

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """Launch a kernel; `cmd` is `python -m ipykernel_launcher` and its arguments."""
        folder = kwargs.get("cwd") or str(Path.cwd())
        try:
            forked = self.server.fork(cmd[3:], kwargs["env"], folder)
        except OSError:
            return await super().launch_kernel(cmd, **kwargs)
        self.process: Any = forked
        self.pid = self.pgid = forked.pid
        return self.connection_info


def imports_of(notebooks: list[Path]) -> list[str]:
    """Modules that the notebooks' code imports, in the order in which they do."""
    found: dict[str, None] = {}
    for path in notebooks:
        for cell in nbformat.read(path, as_version=4).cells:
            with suppress(SyntaxError):  # a cell with a magic
                tree = ast.parse(cell.source if cell.cell_type == "code" else "")
                for node in ast.walk(tree):
                    if isinstance(node, ast.Import):
                        found |= dict.fromkeys(alias.name for alias in node.names)
                    elif isinstance(node, ast.ImportFrom) and node.module:
                        found |= {node.module: None}
                        found |= {f"{node.module}.{alias.name}": None for alias in node.names}
    return list(found)


def _serve(control: socket.socket, modules: list[str]) -> None:
    """Fork a kernel for each request, until whoever asks is gone."""
    for name in modules:
        with suppress(Exception):  # the notebook tells it better
            import_module(name)
    signal.signal(signal.SIGCHLD, _reap)
    while True:
        request, lines, _flags, _address = socket.recv_fds(control, 1, 1)
        if not request:
            break
        if os.fork() == 0:
            control.close()
            _become_kernel(socket.socket(fileno=lines[0]))
        os.close(lines[0])
    with suppress(ChildProcessError):
        while True:
            os.wait()


def _reap(*_signal: object) -> None:
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _become_kernel(line: socket.socket) -> None:
    """Turn this fork into a kernel, in a process group of its own; never returns."""
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        line.set_inheritable(False)
        os.setsid()
        with line.makefile("rb") as request_line:
            request = json.loads(request_line.readline())
        os.environ.clear()
        os.environ.update(request["environment"])
        os.environ.pop("JPY_PARENT_PID", None)  # the line tells it, sooner
        os.chdir(request["folder"])
        Thread(target=_end_with, args=(line,), daemon=True).start()
        line.sendall(b"%d\n" % os.getpid())
        _choose_inline_figures()
        from ipykernel.kernelapp import launch_new_instance

        launch_new_instance(request["arguments"])
    finally:
        os._exit(1)


def _end_with(line: socket.socket) -> None:
    """End with everything we started as soon as whoever asked for us is gone."""
    with suppress(OSError):
        line.recv(1)
    os.killpg(0, signal.SIGKILL)


def _choose_inline_figures() -> None:
    """What pyplot needs to show figures: it may have been imported before there was a kernel."""
    os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    if "matplotlib" in sys.modules:  # has not seen the variable
        sys.modules["matplotlib"].rcParams["backend"] = os.environ["MPLBACKEND"]
    sys.modules.pop("matplotlib_inline.backend_inline", None)  # looks for a kernel when imported


if __name__ == "__main__":
    _serve(socket.socket(fileno=int(sys.argv[1])), sys.argv[2:])
