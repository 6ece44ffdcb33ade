"""What docs/cost.md assumes: a person's habits, Azure's list prices with where they come from, and the page's words."""

HABITS: dict[str, float] = {
    "register": 0.1,
    "sign in": 0.5,
    "refresh a session": 26,
    "read the profile": 26,
    "change the profile": 0.3,
    "generate a worker's first plan": 0.1,
    "generate a plan": 1.5,
    "log a workout": 16,
    "sync ten workouts": 0.4,
    "list workouts": 12,
    "read a workout": 8,
    "list plans": 10,
    "see the next session": 26,
    "see progress": 6,
    "see one's usage": 8,
    "list measurements": 4,
    "read the chat": 4,
    "read a motivation": 12,
    "analyse a workout": 8,
    "chat": 8,
}
"""Requests of one active person in a month: four sessions a week, and the pages around them. An assumption."""

DOCUMENTS_A_MONTH = 80
MONTHS_KEPT = 12
"""The store holds a year of everybody's month."""

TOKENS_OUT = {"generate a worker's first plan": 700, "generate a plan": 700, "analyse a workout": 250, "chat": 250}
"""Assumed lengths of replies; prompts are measured."""

STORE_WAIT_S = 0.008
MODEL_WAIT_S = 2.0
"""Assumed: what a wait for the store, or for a model, takes on Azure."""

TELEMETRY_BYTES = 4500
LOGS_CAP_GB_A_DAY = 1.0
"""`logDailyCapGb` of prod."""

TIMER_RUNS = 6 * 30.4
TIMER_SECONDS = TIMER_RUNS * 2
NIGHT_S_A_USER = 0.05
"""Of a month, for the nightly walk over those who were active."""

SWEEPS_A_MONTH = 30.4 / 7

INSTANCE_GB = 0.5
CONCURRENCY = 16
GB_S, MILLION_EXECUTIONS = 0.000026, 0.40
FREE_GB_S, FREE_EXECUTIONS = 100_000, 250_000
TABLES_10K, TABLES_GB = 0.00036, 0.045
COSMOS_MILLION_RU, COSMOS_GB = 0.25, 0.25
LOGS_GB, LOGS_FREE_GB = 2.30, 5.0
WEB_STANDARD, WEB_FREE_UP_TO = 9.0, 10_000
MODEL_IN, MODEL_OUT = 0.10, 0.50
BUDGET_A_WEEK = 10.0
ALWAYS_ON = 150.0
"""An App Service with PostgreSQL and Redis, the least that is asked for them."""

PRICES = [
    (
        "Functions, Flex Consumption: memory in use",
        f"${GB_S:.6f} a GB-second, {FREE_GB_S:,} a month free",
        "two public sources",
    ),
    (
        "Functions: executions",
        f"${MILLION_EXECUTIONS:.2f} a million, {FREE_EXECUTIONS:,} a month free",
        "two public sources",
    ),
    ("Table storage: transactions", f"${TABLES_10K} for 10,000", "from memory, to be checked"),
    ("Table storage: data", f"${TABLES_GB} a GB and month", "from memory, to be checked"),
    ("Cosmos DB serverless: request units", f"${COSMOS_MILLION_RU} a million", "public; $0.279 in one table"),
    ("Cosmos DB: data", f"${COSMOS_GB} a GB and month", "public"),
    ("Log Analytics", f"${LOGS_GB:.2f} a GB, {LOGS_FREE_GB:g} GB a month free", "from memory, to be checked"),
    ("Static Web Apps", f"Free, or Standard ${WEB_STANDARD:.0f} a month", "from memory, to be checked"),
    (
        "a small model",
        f"${MODEL_IN:.2f} / ${MODEL_OUT:.2f} a million tokens in / out",
        "public price lists, November 2026",
    ),
]

PAGE = """# What Vigor costs on Azure

Written by `make cost` (`python -m benchmarks.cost`, measurements in `benchmarks/cost.json`, habits and prices in
`benchmarks/cost_inputs.py`); a test holds this page to them. Nothing here was seen on a bill: requests, transactions,
bytes and prompts are measured on this code, request units are estimated (`benchmarks/charging.py`), prices are list
prices of November 2026 as noted below.

{totals}

An always-on App Service with PostgreSQL and Redis is $150 to $180 a month, idle or not; Vigor's idle month is less than a
cent. It comes to ${always_on:.0f} with some {tables_people:,} people on Table storage, and with some {cosmos_people:,} on
Cosmos DB; models, which cost the same there and here, are left out of that.
Models cost ${user_models} a person and month; the owner's weekly budget for all providers ends that at ${capped} a month,
and the offline coach, which costs nothing, answers whoever comes after.

What the numbers hang on:
- Functions: an instance of 512 MB (a worker holds about 100 MB), {seconds} s a request on average, 16 requests at once in
  an instance (`perInstanceConcurrency`; with Python's default of one, a busy month costs several times as much). Flex
  bills at least a second for each time an instance wakes. No instance is kept ready; one would be $5 to $21 a month more.
- Telemetry: `host.json` keeps every line, so that the one that an alert waits for is never left out; what ends its bill is
  the daily cap of {log_cap} GB (`logDailyCapGb` of prod; dev has a tenth of it). Past the cap a day's lines are not kept.
- Cosmos DB is strongly consistent (`shared/storage/cosmos.py` says why), so a read is counted as twice what it costs with
  session consistency.
- A store on Cosmos DB with a shared minimum of throughput (autoscale) starts at about $8.80 a month and wins over
  serverless past some 35 million request units a month.
- Not in it: bandwidth beyond what plans include, backups, Key Vault (cents), tax.

## One person's month

{count} requests, {month_transactions} transactions, {month_units} request units, {month_kb} KB written.

{requests}

## Prices

| what | price | source |
|---|---|---|
{prices}
"""
