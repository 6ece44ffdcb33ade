"""Whatever is sent to any operation, signed out, as a member or as an administrator, the answer is one the document names."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from release.smoke import fetch
from tests.web.conftest import running

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("schemathesis")]

HERE, ROOT = Path(__file__).parent, Path(__file__).parents[2]
PASSWORD = "a long enough sentence"
CHECKS = (
    "not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance",
    "response_headers_conformance",
)  # fmt: skip
ENDING = ("DeleteMe", "Logout", "WithdrawConsent")
"""They would shut the caller out; that they answer as documented is shown by their own tests."""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Vigor as `make run` starts it, with an administrator whose password is known."""
    chief = {"VIGOR_ADMIN_EMAIL": "chief@example.com", "VIGOR_ADMIN_PASSWORD": PASSWORD}
    with running(tmp_path_factory.mktemp("vigor"), VIGOR_ACCESS_TTL_S="900", **chief) as at:
        yield at


def signed_in(address: str, who: str) -> list[str]:
    """The header that makes the caller a member or an administrator; nothing for a stranger."""
    if who == "stranger":
        return []
    person = {
        "email": "anna@example.com", "username": "anna", "password": PASSWORD,
        "consent": {"terms": True, "health_data": True},
    }  # fmt: skip
    chief = {"identifier": "chief@example.com", "password": PASSWORD}
    path, body = ("register", person) if who == "member" else ("login", chief)
    answer = fetch(
        f"{address}/api/auth/{path}", "POST", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    return ["--header", f"X-Vigor-Authorization: Bearer {answer.json['access_token']}"]


@pytest.mark.parametrize("who", ["stranger", "member", "administrator"])
def test_every_answer_is_documented_and_none_is_a_bug(address: str, tmp_path: Path, who: str) -> None:
    report = tmp_path / "requests.json"
    tool = str(Path(sys.executable).parent / "schemathesis")
    command = [
        tool, "--config-file", str(HERE / "schemathesis.toml"), "run", str(ROOT / "static_web_app" / "openapi.json"),
        "--url", address, "--checks", ",".join(CHECKS), "--phases", "coverage,fuzzing", "--max-examples", "10",
        "--seed", "11", "--continue-on-failure", "--no-color", "--report", "har", "--report-har-path", str(report),
        *(part for one in ENDING for part in ("--exclude-operation-id", one)), *signed_in(address, who),
    ]  # fmt: skip
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout[-6000:] + run.stderr[-2000:]
    statuses = [one["response"]["status"] for one in json.loads(report.read_text())["log"]["entries"]]
    assert len(statuses) > 1000
    assert {"stranger": 401, "member": 403, "administrator": 200}[who] in statuses, "the caller was who they should be"
