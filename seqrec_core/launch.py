"""Start and stop the product on this machine: `python -m seqrec_core.launch run|stop`, what `make run` calls.

The worker runs in its own process session and outlives the app. The address is printed once a deep link answers.
A second `run` on the same home finds the first and prints its address.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from seqrec_core.errors import BadInput, Failed, SeqrecError
from seqrec_core.jobs.worker_state import ensure_worker, stop_worker
from seqrec_core.settings import settings
from seqrec_core.store.home import Home
from seqrec_core.text import say

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
START_SECONDS = 90


def tell(sentence: str) -> None:
    """Write one line for the person at the terminal."""
    sys.stdout.write(sentence + "\n")
    sys.stdout.flush()


def state_file(home: Home) -> Path:
    """Return where the running app notes its process and port."""
    return home.path / "app.json"


def running(home: Home) -> dict[str, int] | None:
    """Return pid and port of the app that serves this home, None where there is none."""
    try:
        state = json.loads(state_file(home).read_text())
        os.kill(state["pid"], 0)
    except (OSError, ValueError, KeyError):
        return None
    return state if answers(state["port"]) else None


def answers(port: int) -> bool:
    """Whether an app at this port answers a deep link."""
    try:
        with urllib.request.urlopen(f"http://{HOST}:{port}/explain", timeout=2) as reply:
            return bool(reply.status == 200)
    except (OSError, urllib.error.URLError):
        return False


def free_port(first: int) -> int:
    """Return the first free port from `first` on, of the next hundred.

    Raises:
        BadInput: all are taken.
    """
    for port in range(first, min(first + 100, 65_536)):
        with socket.socket() as probe:
            if probe.connect_ex((HOST, port)) != 0:
                return port
    raise BadInput("launch", "no_free_port", first=first)


def run() -> int:
    """Start worker and app, print the address, stay until the app ends; return its exit code."""
    home = Home(settings().home)
    there = running(home)
    if there:
        tell(say("launch.already", address=f"http://{HOST}:{there['port']}"))
        return 0
    port = free_port(settings().port)
    if port != settings().port:
        tell(say("launch.port_taken", taken=settings().port, port=port))
    tell(say("launch.starting", home=home.path))
    ensure_worker(home)
    command = [sys.executable, "-m", "streamlit", "run", "seqrec_core/server/app.py", "--server.port", str(port)]
    command += ["--server.headless", "true"]
    app = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    state_file(home).write_text(json.dumps({"pid": app.pid, "port": port}))
    try:
        _wait_until_it_answers(app, port)
        tell(say("launch.ready", address=f"http://{HOST}:{port}"))
        return max(0, app.wait())  # below 0: `make stop` ended it
    except KeyboardInterrupt:
        tell(say("launch.stopping"))
        return 0
    finally:
        app.terminate()
        state_file(home).unlink(missing_ok=True)


def _wait_until_it_answers(app: "subprocess.Popen[bytes]", port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not answers(port):
        if app.poll() is not None or time.monotonic() > deadline:
            raise Failed("launch", "did_not_start", seconds=START_SECONDS)
        time.sleep(0.1)


def stop() -> int:
    """Stop the app and the worker of this home."""
    home = Home(settings().home)
    there = running(home)
    if there:
        os.kill(there["pid"], signal.SIGTERM)
    stopped = stop_worker(home)
    tell(say("launch.stopped") if there or stopped else say("launch.nothing"))
    return 0


def main(arguments: list[str]) -> int:
    """Run one of the two commands."""
    commands = {"run": run, "stop": stop}
    try:
        if len(arguments) != 1 or arguments[0] not in commands:
            raise BadInput("launch", "usage", found=" ".join(arguments))
        return commands[arguments[0]]()
    except SeqrecError as error:
        sys.stderr.write(f"{error.message}\n{error.hint}\n")
        return error.exit_code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
