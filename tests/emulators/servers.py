"""Starts Azurite and the Cosmos DB stand-in for tests, installing them from npm the first time."""

import base64
import fcntl
import hashlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

HERE = Path(__file__).parent
_ACCOUNT = "vigortests"
_KEY = base64.b64encode(b"known to everyone, good for nothing").decode()
_START_S = 60.0
_STOP_S = 10.0


@dataclass(frozen=True, slots=True)
class Server:
    """A running emulator on the loopback interface."""

    port: int
    process: "subprocess.Popen[bytes]"

    @property
    def tables_connection(self) -> str:
        """How to reach it, if it is Azurite; `port` may be replaced by a proxy's."""
        return tables_connection(self.port)

    @property
    def tables_endpoint(self) -> str:
        """How to reach it with an identity, if it is an Azurite with a certificate."""
        return f"https://127.0.0.1:{self.port}/{_ACCOUNT}"

    @property
    def cosmos_endpoint(self) -> str:
        """How to reach it, if it is the Cosmos DB stand-in; any key opens it."""
        return f"http://127.0.0.1:{self.port}/"


COSMOS_KEY = _KEY


def tables_connection(port: int) -> str:
    """The connection string of an Azurite, or a proxy before one, on that port."""
    return (
        f"DefaultEndpointsProtocol=http;AccountName={_ACCOUNT};AccountKey={_KEY};"
        f"TableEndpoint=http://127.0.0.1:{port}/{_ACCOUNT};"
    )


@contextmanager
def azurite(logs: Path, *extra: str, kept_in: Path | None = None, port: int = 0) -> Iterator[Server]:
    """Azurite's table service, in memory: it is no proof of durability, so it need not touch the disk.

    With `kept_in` it writes its tables there when it is asked to leave, so that another on the same port goes on with
    them. One that is killed loses the seconds before.
    """
    place = ["--inMemoryPersistence"] if kept_in is None else ["--location", str(kept_in)]
    options = [*place, "--disableTelemetry", "--silent", "--tableHost", "127.0.0.1", "--tablePort"]
    main = HERE / "node_modules/azurite/dist/src/table/main.js"
    known = {"AZURITE_ACCOUNTS": f"{_ACCOUNT}:{_KEY}"}
    with _running([str(main), *extra, *options], logs / "azurite.log", known, port=port) as server:
        yield server


@contextmanager
def cosmos(logs: Path, *certificate: str) -> Iterator[Server]:
    """The Cosmos DB stand-in, in memory, with its faults mended by cosmos.cjs; over TLS with a certificate and key."""
    with _running([str(HERE / "cosmos.cjs"), *certificate], logs / "cosmos.log", {}) as server:
        yield server


def free_port() -> int:
    """A port nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _running(command: Sequence[str], log: Path, extra: dict[str, str], *, port: int = 0) -> Iterator[Server]:
    """`node`, the command, and the port, or a free one, as its last word, until the block ends."""
    node = _installed()
    port = port or free_port()
    with log.open("wb") as out:
        process = subprocess.Popen(
            [node, *command, str(port)], stdout=out, stderr=out, cwd=log.parent, env=os.environ | extra
        )
    try:
        _wait_until_open(port, process, log)
        yield Server(port, process)
    finally:
        # Azurite's table service flushes and leaves on SIGINT only; one that a test has stopped must first go on.
        process.send_signal(signal.SIGCONT)
        process.send_signal(signal.SIGINT)
        try:
            process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_open(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + _START_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"{process.args!r} did not open port {port}:\n{log.read_text(errors='replace')[-4000:]}")


def _installed() -> str:
    """The node to run with, after one `npm ci` for each state of the lock file, however many processes ask."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        message = "the emulators need node and npm on the PATH"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    wanted = hashlib.sha256((HERE / "package-lock.json").read_bytes()).hexdigest()
    marker = HERE / "node_modules" / ".installed"
    where = hashlib.sha256(str(HERE).encode()).hexdigest()[:16]
    with (Path(tempfile.gettempdir()) / f"vigor-emulators-{where}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not marker.exists() or marker.read_text() != wanted:
            subprocess.run([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=HERE, check=True)
            marker.write_text(wanted)
    return node
