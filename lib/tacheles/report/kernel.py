"""A notebook's process: this very interpreter, and gone with all it started when we are done."""

import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psutil
from jupyter_client import AsyncKernelManager
from jupyter_client.kernelspec import KernelSpec
from jupyter_core.utils import run_sync

from tacheles.report import warm

#: Not what `python3` means to Jupyter on this machine, which may be another installation.
_THIS_INTERPRETER = KernelSpec(
    argv=[sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
    display_name="Python 3",
    language="python",
)


class Kernel(AsyncKernelManager):
    """The process that runs one notebook."""

    made_client: Any = None
    is_ended = False

    @property
    def kernel_spec(self) -> KernelSpec:
        """How to start it."""
        return _THIS_INTERPRETER

    def client(self, **options: Any) -> Any:
        """A client; remembered, because its sockets are closed with the kernel."""
        self.made_client = super().client(**options)
        if self.is_ended:  # while it was being started
            self.end()
        return self.made_client

    def end(self) -> None:
        """Kill it and everything it started, and wait until they are gone."""
        self.is_ended = True
        pid = getattr(self.provisioner, "pid", None)
        if pid is None:
            return
        family = _family(pid)  # now: once the kernel is gone, nobody knows whose its children were
        if sys.platform != "win32":
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(pid, signal.SIGKILL)
        for process in family:
            with suppress(psutil.Error):
                process.kill()
        psutil.wait_procs(family, timeout=10)

    def forget(self) -> None:
        """Close what we opened to talk to it."""
        if self.made_client is not None:
            self.made_client.stop_channels()
        process = getattr(self.provisioner, "process", None)
        if process is not None:
            process.wait()
            if process.stdin:
                process.stdin.close()
        run_sync(self.cleanup_resources)()


@contextmanager
def started(server: warm.Server | None = None) -> Iterator[Kernel]:
    """
    A kernel to run one notebook in.

    Parameters
    ----------
    server : warm.Server, optional
        Where it is forked; by default it is a fresh process.
    """
    with tempfile.TemporaryDirectory(prefix="tacheles-", ignore_cleanup_errors=True) as folder:
        options = {"transport": "ipc", "ip": f"{folder}/kernel"} if sys.platform != "win32" else {}
        kernel = Kernel(connection_file=f"{folder}/kernel.json", **options)
        if server:
            kernel.provisioner = warm.Provisioner(
                kernel_id="", kernel_spec=_THIS_INTERPRETER, parent=kernel
            )
            kernel.provisioner.server = server
        try:
            yield kernel
        finally:
            kernel.end()
            kernel.forget()


def _family(pid: int) -> list[psutil.Process]:
    """A process and its descendants."""
    try:
        process = psutil.Process(pid)
        return [process, *process.children(recursive=True)]
    except psutil.Error:
        return []
