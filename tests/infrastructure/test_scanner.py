"""What checkov says is judged whole: new findings, accepted ones that are gone, and files it could not read."""

import json
from pathlib import Path

import pytest

from infrastructure.check.scanner import ACCEPTED, check_with_checkov


class Checkov:
    """Stands in for checkov: prints what it is given, as the real one does with --output json."""

    def __init__(self, home: Path) -> None:
        self.path = home / "checkov"
        self.failed = [self._finding(policy) for policy in ACCEPTED]
        self.parsing_errors = 0
        self.code = 0

    @staticmethod
    def _finding(policy: str) -> dict:
        return {
            "check_id": policy,
            "check_name": "a name",
            "resource": "Microsoft.X/y.z",
            "file_path": "/modules/x.bicep",
            "file_line_range": [7, 9],
        }

    def find(self, policy: str) -> None:
        self.failed.append(self._finding(policy))

    def faults(self, folder: Path) -> list[str]:
        told = {
            "summary": {"parsing_errors": self.parsing_errors, "resource_count": 30},
            "results": {"failed_checks": self.failed, "parsing_errors": ["main.bicep"]},
        }
        (self.path.parent / "told.json").write_text(json.dumps(told))
        self.path.write_text(f"#!/bin/sh\ncat {self.path.parent}/told.json\necho oh no >&2\nexit {self.code}\n")
        self.path.chmod(0o755)
        return [str(fault) for fault in check_with_checkov(self.path, folder)]


@pytest.fixture
def checkov(tmp_path: Path) -> Checkov:
    return Checkov(tmp_path)


def test_what_is_accepted_is_no_fault(checkov, tmp_path):
    assert checkov.faults(tmp_path) == []


def test_a_new_finding_is_a_fault_where_it_stands(checkov, tmp_path):
    checkov.find("CKV_AZURE_3")
    assert checkov.faults(tmp_path) == ["modules/x.bicep:7: CKV_AZURE_3: a name (Microsoft.X/y.z)"]


def test_a_finding_that_is_gone_must_not_stay_accepted(checkov, tmp_path):
    gone = checkov.failed.pop()["check_id"]
    assert checkov.faults(tmp_path) == [f"check/scanner.py:0: {gone} is kept, so it need not be accepted"]


def test_a_file_that_checkov_could_not_read_is_a_fault_although_it_ends_well(checkov, tmp_path):
    checkov.parsing_errors = 1
    assert checkov.faults(tmp_path) == ["checkov:0: it could not read ['main.bicep']"]


def test_a_checkov_that_fails_is_a_fault(checkov, tmp_path):
    checkov.code = 2
    assert checkov.faults(tmp_path) == ["checkov:0: it failed: oh no"]
