"""What every run says at its end: on which stores the contract ran. Where CI is true, one left out fails the run."""

import os
from collections import Counter
from collections.abc import Iterable

import pytest

STORE = "contract_store"
"""The property of a report that names the store a test of the contract ran on; `tests/contract` sets it."""

STORES = ("sqlite", "counting", "tables", "cosmos")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Say which stores ran, and fail a run of continuous integration that left one out."""
    terminal = session.config.pluginmanager.get_plugin("terminalreporter")
    if terminal is None or hasattr(session.config, "workerinput"):
        return  # a worker of xdist tells the one that started it
    ran = passed_by_store(terminal.stats.get("passed", []))
    if not ran and not any(reports_of_contract(reports) for reports in terminal.stats.values()):
        return
    terminal.write_line("\nthe contract of stores: " + ", ".join(f"{store} {ran[store]} passed" for store in STORES))
    missing = [store for store in STORES if not ran[store]]
    if missing and os.environ.get("CI") == "true":
        terminal.write_line(f"not run on {', '.join(missing)}, and continuous integration skips none", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def passed_by_store(reports: Iterable[object]) -> Counter[str]:
    """How many tests of the contract passed on each store."""
    return Counter(store for store in map(store_of, reports) if store)


def reports_of_contract(reports: Iterable[object]) -> bool:
    """Whether a test of the contract is among them."""
    return any(map(store_of, reports))


def store_of(report: object) -> str:
    """The store that a report's test ran on; empty where it is no test of the contract."""
    return str(dict(getattr(report, "user_properties", ())).get(STORE, ""))
