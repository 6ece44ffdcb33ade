"""What Vigor costs a month on Azure, from measured requests and list prices: writes docs/cost.md.

`python -m benchmarks.cost` writes it from the measurements in benchmarks/cost.json; with `--measure` those are taken anew
first. The habits of a person and the prices stand in benchmarks/cost_inputs.py.
"""

import argparse
import asyncio
import json
import math
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks import cost_inputs as given
from benchmarks.a_life import Cost, every_capability, person
from benchmarks.charging import QUERY_KB_RU
from tests.providers.planning_vendor import PlanningVendor

HERE = Path(__file__).parent
MEASURED, PAGE = HERE / "cost.json", HERE.parent / "docs" / "cost.md"
USERS = (0, 1_000, 100_000)
GB, MONTH_S = 1024**3, 30.4 * 86_400
BYTES_A_TOKEN = 4


@dataclass(frozen=True, slots=True)
class Request:
    """One capability as it was measured; `tokens_in` are of the prompt that was sent, where there was one."""

    waits: int
    transactions: int
    request_units: float
    bytes_written: int
    ms: float
    tokens_in: int = 0
    tokens_out: int = 0


@dataclass(frozen=True, slots=True)
class Bill:
    """US dollars a month for each part; `models` is what model calls would cost, `capped` what budgets let through."""

    functions: float
    tables: float
    cosmos: float
    telemetry: float
    telemetry_capped: float
    web: float
    models: float
    capped: float

    @property
    def with_tables(self) -> float:
        """Everything on Table storage without models, telemetry up to its daily cap."""
        return self.functions + self.tables + self.telemetry_capped + self.web

    @property
    def with_cosmos(self) -> float:
        """Everything on Cosmos DB without models, telemetry up to its daily cap."""
        return self.functions + self.cosmos + self.telemetry_capped + self.web


async def measure() -> dict[str, Request]:
    """Live one person's life against a vendor that writes plans, and note what each request took."""
    async with PlanningVendor() as vendor:
        models = {"OPENAI_API_KEY": "sk-bench", "OPENAI_BASE_URL": f"{vendor.base_url}/v1"}
        with tempfile.TemporaryDirectory() as folder:
            async with person(Path(folder), environ={"VIGOR_TRUSTED_HOPS": "1", **models}) as one:
                one.prompts = lambda: [len(json.dumps(asked.body)) for asked in vendor.asked]
                await every_capability(one, logs=60)
                return {what: _request(what, cost) for what, cost in one.costs.items()}


def _request(what: str, cost: Cost) -> Request:
    charge = cost.charge
    return Request(
        waits=cost.waits,
        transactions=charge.transactions,
        request_units=round(charge.request_units, 1),
        bytes_written=charge.bytes_written,
        ms=cost.ms,
        tokens_in=cost.prompt_bytes // BYTES_A_TOKEN,
        tokens_out=given.TOKENS_OUT.get(what, 0),
    )


def bill(requests: dict[str, Request], users: int) -> Bill:
    """What a month of so many people's habits comes to."""
    count = users * sum(given.HABITS.values())
    transactions = users * _each(requests, "transactions") + _nightly_transactions(users)
    units = users * _each(requests, "request_units") + _nightly_units(requests, users)
    kept_gb = users * given.MONTHS_KEPT * _each(requests, "bytes_written") / GB
    models = users * _models(requests)
    telemetry_gb = count * given.TELEMETRY_BYTES / GB
    return Bill(
        functions=_functions(requests, users, count),
        tables=transactions / 10_000 * given.TABLES_10K + kept_gb * given.TABLES_GB,
        cosmos=units / 1e6 * given.COSMOS_MILLION_RU + kept_gb * given.COSMOS_GB,
        telemetry=_logs(telemetry_gb),
        telemetry_capped=_logs(min(telemetry_gb, given.LOGS_CAP_GB_A_DAY * 30.4)),
        web=given.WEB_STANDARD if users > given.WEB_FREE_UP_TO else 0.0,
        models=models,
        capped=min(models, given.BUDGET_A_WEEK * 30.4 / 7),
    )


def _logs(kept_gb: float) -> float:
    return max(0.0, kept_gb - given.LOGS_FREE_GB) * given.LOGS_GB


def _each(requests: dict[str, Request], what: str) -> float:
    """One person's month of something that every request has."""
    return sum(times * float(getattr(requests[name], what)) for name, times in given.HABITS.items())


def _models(requests: dict[str, Request]) -> float:
    tokens = ((times, requests[name]) for name, times in given.HABITS.items())
    return sum(n * (one.tokens_in * given.MODEL_IN + one.tokens_out * given.MODEL_OUT) / 1e6 for n, one in tokens)


def seconds_a_request(requests: dict[str, Request]) -> float:
    """How long an instance is busy with a request on average: our work, waits for the store, and for a model."""
    total = sum(
        times * (one.ms / 1000 + one.waits * given.STORE_WAIT_S + given.MODEL_WAIT_S * bool(one.tokens_in))
        for name, times in given.HABITS.items()
        for one in [requests[name]]
    )
    return total / sum(given.HABITS.values())


def _functions(requests: dict[str, Request], users: int, count: float) -> float:
    """Active instance time, at least a second at a time, and executions, less the monthly grant.

    Requests that come as they please (Poisson) keep an instance busy in 1 - e^-rate of all seconds; a crowd needs
    several, half full.
    """
    rate = count / MONTH_S
    shared = rate * seconds_a_request(requests) / (given.CONCURRENCY * 0.5)
    seconds = MONTH_S * max(1 - math.exp(-rate), shared) + given.TIMER_SECONDS + users * given.NIGHT_S_A_USER
    gb_s = max(0.0, seconds * given.INSTANCE_GB - given.FREE_GB_S)
    executions = max(0.0, count + given.TIMER_RUNS - given.FREE_EXECUTIONS)
    return gb_s * given.GB_S + executions / 1e6 * given.MILLION_EXECUTIONS


def _nights(users: int) -> float:
    """How often somebody is on the nightly list: at most as often as they ask the coach."""
    return users * sum(times for name, times in given.HABITS.items() if name in given.TOKENS_OUT)


def _nightly_transactions(users: int) -> float:
    documents = users * given.MONTHS_KEPT * given.DOCUMENTS_A_MONTH
    return 2.2 * _nights(users) + given.SWEEPS_A_MONTH * documents / 200 + given.TIMER_RUNS * 10


def _nightly_units(requests: dict[str, Request], users: int) -> float:
    kept_kb = users * given.MONTHS_KEPT * _each(requests, "bytes_written") / 1024
    return 20 * _nights(users) + given.SWEEPS_A_MONTH * QUERY_KB_RU * kept_kb + given.TIMER_RUNS * 30


def people_until(requests: dict[str, Request], dollars: float, store: str) -> int:
    """With how many people a month comes to so many dollars on that store, without models; in thousands, rounded down."""
    few, many = 0, 10_000_000
    while many - few > 1:
        middle = (few + many) // 2
        few, many = (middle, many) if getattr(bill(requests, middle), store) <= dollars else (few, middle)
    return few // 1000 * 1000


def page(requests: dict[str, Request]) -> str:
    """docs/cost.md."""
    bills = {users: bill(requests, users) for users in USERS}
    return given.PAGE.format(
        totals=_totals(bills),
        requests=_requests(requests),
        prices="\n".join(f"| {what} | {price} | {source} |" for what, price, source in given.PRICES),
        always_on=given.ALWAYS_ON,
        tables_people=people_until(requests, given.ALWAYS_ON, "with_tables"),
        cosmos_people=people_until(requests, given.ALWAYS_ON, "with_cosmos"),
        count=f"{sum(given.HABITS.values()):.0f}",
        seconds=f"{seconds_a_request(requests):.2f}",
        month_transactions=f"{_each(requests, 'transactions'):,.0f}",
        month_units=f"{_each(requests, 'request_units'):,.0f}",
        month_kb=f"{_each(requests, 'bytes_written') / 1024:,.0f}",
        user_models=f"{_models(requests):.3f}",
        capped=f"{given.BUDGET_A_WEEK * 30.4 / 7:.0f}",
        log_cap=f"{given.LOGS_CAP_GB_A_DAY:g}",
    )


def _totals(bills: dict[int, Bill]) -> str:
    parts = {
        "Functions": "functions",
        "Table storage": "tables",
        "or Cosmos DB, serverless": "cosmos",
        "telemetry, up to the daily cap": "telemetry_capped",
        "(telemetry, without a cap)": "telemetry",
        "web client": "web",
        "**together, with Table storage**": "with_tables",
        "**together, with Cosmos DB**": "with_cosmos",
        "models, unlimited": "models",
        "models, within the default budget": "capped",
    }
    head = f"| dollars a month | {' | '.join(f'{users:,} people' if users else 'idle' for users in bills)} |"
    rows = [
        f"| {name} | {' | '.join(f'{getattr(one, what):,.2f}' for one in bills.values())} |"
        for name, what in parts.items()
    ]
    return "\n".join([head, f"|---|{'---:|' * len(bills)}", *rows])


def _requests(requests: dict[str, Request]) -> str:
    head = (
        "| request | a month | waits | transactions | RU | bytes written | ms here | tokens in / out |\n|---|"
        + "---:|" * 7
    )
    rows = [
        f"| {what} | {given.HABITS[what]:g} | {one.waits} | {one.transactions} | {one.request_units:.1f} |"
        f" {one.bytes_written:,} | {one.ms:.0f} | {f'{one.tokens_in:,} / {one.tokens_out}' if one.tokens_in else ''} |"
        for what, one in requests.items()
    ]
    return "\n".join([head, *rows])


def measured() -> dict[str, Request]:
    """The measurements as they were last taken."""
    return {what: Request(**row) for what, row in json.loads(MEASURED.read_text()).items()}


def main() -> None:
    """Write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--measure", action="store_true", help="take the measurements anew")
    if parser.parse_args().measure:
        taken = {what: asdict(one) for what, one in asyncio.run(measure()).items()}
        MEASURED.write_text(json.dumps(taken, indent=1) + "\n")
    PAGE.write_text(page(measured()))
    print(f"{PAGE.name} is written.")


if __name__ == "__main__":
    main()
