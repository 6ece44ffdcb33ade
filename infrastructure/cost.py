"""What a month costs while nobody trains, for each size, read off the Bicep files and list prices.

`python -m infrastructure.cost [--against FOLDER]` prints it as a table; FOLDER is another copy of infrastructure/, such as the one
before a change. What use costs on top stands in docs/cost.md.
"""

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path

from infrastructure.check.bicep import BicepFile, Expression, Value, read_folder

HERE = Path(__file__).parent
SIZES = ("dev", "prod")
HOURS = 730.0
READY_GB_S = 0.000004
"""An always-ready instance while idle, dollars per gigabyte and second (from memory)."""
STANDARD_SITE = 9.0
"""The Standard plan of a Static Web App, dollars a month (from memory)."""
LOG_RULE = 0.50
METRIC_RULE = 0.10
"""An alert rule that looks every quarter of an hour or more seldom, and one on a metric, dollars a month (from memory)."""
VISIT = 0.0006
"""One visit of a standard availability test from one place, dollars (from memory)."""
LOG_GB, LOG_GB_FREE = 2.30, 5.0
"""Logs: dollars a gigabyte, and gigabytes of a month that are free (from memory)."""


def month(files: Mapping[str, BicepFile], size: str) -> dict[str, float]:
    """Dollars a month of each part that is paid for while idle; the last is what logs can add at most."""
    main, alerts = files["main.bicep"], files["modules/alerts.bicep"]

    def default(name: str) -> str | int:
        return _chosen(main.parameters[name].default, size)

    is_full = default("watch") == "full"
    rules = [_rows(alerts, name) for name in ("essentialRules", *(["fullRules"] if is_full else []))]
    (visit,) = (one.body for one in alerts.resources if one.type == "Microsoft.Insights/webtests")
    places = visit.at("properties.Locations")
    visits = HOURS * 3600 / _number(visit, "properties.Frequency") * (len(_list(places)) if is_full else 0)
    ready_gb = int(default("alwaysReadyInstances")) * int(default("instanceMemoryMB")) / 1024
    capped_gb = float(default("logDailyCapGb")) * HOURS / 24
    return {
        "Function App, instances kept ready": ready_gb * HOURS * 3600 * READY_GB_S,
        "Static Web App": STANDARD_SITE if default("webBackend") == "linked" else 0.0,
        "alert rules": sum(map(len, rules)) * LOG_RULE + (METRIC_RULE if is_full else 0.0),
        "visits from outside": visits * VISIT,
        "logs, at most": max(0.0, capped_gb - LOG_GB_FREE) * LOG_GB,
    }


def table(files: Mapping[str, BicepFile], before: Mapping[str, BicepFile] | None = None) -> str:
    """Both sizes as a Markdown table; what differs from `before` says what it was."""
    now = {size: month(files, size) for size in SIZES}
    then = {size: month(before, size) for size in SIZES} if before is not None else now
    rows = {part: [_cell(now[size][part], then[size].get(part, 0.0)) for size in SIZES] for part in now["dev"]}
    rows["**together, with as many logs as the cap lets in**"] = [
        _cell(sum(now[size].values()), sum(then[size].values())) for size in SIZES
    ]
    lines = [f"| {part} | {' | '.join(cells)} |" for part, cells in rows.items()]
    return "\n".join([f"| dollars a month, idle | {' | '.join(SIZES)} |", "|---|---:|---:|", *lines, ""])


def _cell(now: float, then: float) -> str:
    return f"{now:.2f}" if round(now, 2) == round(then, 2) else f"{now:.2f} (before: {then:.2f})"


def _chosen(value: Value | None, size: str) -> str | int:
    """The default for a size: a literal, or one of two that hang on the size."""
    given = value.data if value is not None else None
    if isinstance(given, Expression) and given.arms and given.text.startswith("size == 'prod' ?"):
        given = given.arms[0 if size == "prod" else 1].data
    if not isinstance(given, str | int):
        raise TypeError(f"a default that hangs on more than the size: {value}")
    return given


def _rows(file: BicepFile, variable: str) -> list[Value]:
    return _list(file.variables[variable])


def _list(value: Value | None) -> list[Value]:
    if value is None or not isinstance(value.data, list):
        raise TypeError(f"a list expected: {value}")
    return value.data


def _number(body: Value, path: str) -> int:
    found = body.plain(path)
    if not isinstance(found, int):
        raise TypeError(f"a number expected at {path}")
    return found


def main(arguments: list[str]) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--against", type=Path, help="infrastructure/ as it was before")
    before: Path | None = parser.parse_args(arguments).against
    sys.stdout.write(table(read_folder(HERE), read_folder(before) if before else None))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
