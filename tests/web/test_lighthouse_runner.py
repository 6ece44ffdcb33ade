"""How Lighthouse is run: its own failures are told and tried again, its verdicts stand."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.web import lighthouse
from tests.web.lighthouse import Stumbled, audit, report_of

GOOD: dict[str, Any] = {
    "categories": {name: {"score": 1, "auditRefs": [{"id": "one", "weight": 1}]} for name in lighthouse.CATEGORIES},
    "audits": {
        "one": {"score": 0},
        "largest-contentful-paint": {"numericValue": 1},
        "cumulative-layout-shift": {"numericValue": 0},
        "total-byte-weight": {"numericValue": 1},
    },
}


def stand_in(folder: Path, *said: str) -> Path:
    """A program that prints the first of these at its first run, the second at its second; `!` first means failing."""
    program, runs = folder / "stand-in", folder / "runs"
    program.write_text(
        f"#!{sys.executable}\nimport sys\nopen({str(runs)!r}, 'a').write('x')\n"
        f"said = {list(said)!r}[len(open({str(runs)!r}).read()) - 1]\n"
        "print(said.lstrip('!'), file=sys.stderr if said[0] == '!' else sys.stdout)\nsys.exit(said[0] == '!')\n"
    )
    program.chmod(0o755)
    return program


def test_a_failure_of_lighthouse_is_tried_again_and_a_verdict_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = json.dumps({"runtimeError": {"code": "PROTOCOL_TIMEOUT", "message": "slow"}})
    monkeypatch.setattr(lighthouse, "COMMAND", stand_in(tmp_path, "!target crashed", late, json.dumps(GOOD), "!never"))
    assert audit("http://there", 1).failed == ["one"]
    assert (tmp_path / "runs").read_text() == "xxx"


def test_three_failures_are_all_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lighthouse, "COMMAND", stand_in(tmp_path, "!first", "!second", "!third", "!never"))
    with pytest.raises(AssertionError, match=r"(?s)exit 1.*first.*second.*third"):
        audit("http://there", 1)


def test_a_page_that_answers_with_an_error_is_not_loaded_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = json.dumps({"runtimeError": {"code": "ERRORED_DOCUMENT_REQUEST", "message": "404"}})
    monkeypatch.setattr(lighthouse, "COMMAND", stand_in(tmp_path, gone, "!never"))
    with pytest.raises(AssertionError, match="ERRORED_DOCUMENT_REQUEST"):
        audit("http://there", 1)
    assert (tmp_path / "runs").read_text() == "x"


def test_one_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "hangs"
    program.write_text(f"#!{sys.executable}\nimport threading\nthreading.Event().wait()\n")
    program.chmod(0o755)
    monkeypatch.setattr(lighthouse, "COMMAND", program)
    with pytest.raises(Stumbled, match="nothing within"):
        report_of("http://there", 1, within_s=1)
