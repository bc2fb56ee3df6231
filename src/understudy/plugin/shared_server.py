"""One server for all workers of a run: the first that needs it starts it, the controller ends it.

It is a process of its own, so that it outlives the worker which started it.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

from understudy.errors import UnderstudyError

if TYPE_CHECKING:
    import pytest

    from understudy.settings import Settings

PATIENCE = 60  # seconds for a server to start
EVERY = 0.05  # seconds between two looks at whether it has
WATCH = 0.5  # seconds between two looks at whether the controller still runs
PREFIX = "understudy-"
SETTINGS, URL, PID, FAILED = "settings", "url", "pid", "failed"


def shared_url(config: pytest.Config, settings: Settings) -> str:
    """The URL of the run's server, started where nobody has; empty where workers cannot share one:
    outside of xdist, or with settings that no other process can be told."""
    worker: dict[str, Any] | None = getattr(config, "workerinput", None)
    if worker is None or sys.platform == "win32":
        return ""
    try:
        told = pickle.dumps(settings)
    except (pickle.PicklingError, AttributeError, TypeError):
        return ""
    digest = hashlib.sha256(told).hexdigest()[:12]
    folder = Path(tempfile.gettempdir()) / f"{PREFIX}{worker['testrunuid']}-{digest}"
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        return _awaited(folder)
    (folder / SETTINGS).write_bytes(told)
    process = subprocess.Popen(
        [sys.executable, "-m", __name__, str(folder), str(os.getppid())],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    (folder / PID).write_text(str(process.pid), encoding="ascii")
    return _awaited(folder)


def end_all(run: str) -> None:
    """Ends the servers of a run, and takes their folders away."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}{run}-*"):
        with suppress(OSError, ValueError):  # it has not begun, or has ended
            os.kill(int((folder / PID).read_text(encoding="ascii")), signal.SIGTERM)
        shutil.rmtree(folder, ignore_errors=True)


def _awaited(folder: Path) -> str:
    """The URL, once it stands there; UnderstudyError with what kept the server from starting."""
    for _ in range(round(PATIENCE / EVERY)):
        if (folder / URL).is_file():
            return (folder / URL).read_text(encoding="utf-8")
        if (folder / FAILED).is_file():
            raise UnderstudyError((folder / FAILED).read_text(encoding="utf-8"))
        Event().wait(EVERY)
    raise UnderstudyError(f"the workers' server did not start within {PATIENCE} s")


def serve(folder: Path, controller: int) -> None:
    """Serves until the controller ends."""
    from understudy.client.application import create_app
    from understudy.server.wire.thread_server import ThreadServer

    settings = pickle.loads((folder / SETTINGS).read_bytes())  # written by a worker of this run
    try:
        app = create_app(settings)
    except UnderstudyError as error:
        _place(folder / FAILED, str(error))
        return
    with ThreadServer(app) as server:
        _place(folder / URL, server.url)
        while _runs(controller):
            Event().wait(WATCH)


def _place(file: Path, text: str) -> None:
    """Writes a file that is there only when it is whole."""
    draft = file.with_suffix(".draft")
    draft.write_text(text, encoding="utf-8")
    draft.replace(file)


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


if __name__ == "__main__":
    serve(Path(sys.argv[1]), int(sys.argv[2]))
