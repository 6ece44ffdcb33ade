"""What the log keeps of a request: one line of numbers, and for a bug where it broke, never what with."""

import json
import logging
import time
import traceback
from typing import TYPE_CHECKING

from shared.operations import Call, Operation

if TYPE_CHECKING:
    from shared.storage.counting import Count

_requests = logging.getLogger("vigor.requests")
_failures = logging.getLogger("vigor.failures")


def log_request(operation: Operation, status: int, began: float, count: "Count", call: Call) -> None:
    """One line for a request that was answered; `began` is a reading of `time.perf_counter`."""
    line = {
        "event": "request",
        "function": operation.name,
        "status": status,
        "ms": round((time.perf_counter() - began) * 1000, 1),
        "store_round_trips": count.round_trips,
        "store_operations": count.operations,
        "provider": call.provider,
        "cost_micro_usd": call.cost_micro_usd,
        "problem": call.problem,
        "correlation_id": call.correlation_id,
    }
    _requests.info(json.dumps(line))


def log_bug(bug: BaseException, operation: Operation, call: Call) -> None:
    """Where it broke, and never what with: an exception's own text may hold what a person wrote."""
    frames = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(bug.__traceback__)[-8:]]
    line = {
        "event": "bug",
        "function": operation.name,
        "error": type(bug).__name__,
        "frames": frames,
        "correlation_id": call.correlation_id,
    }
    _failures.error(json.dumps(line))
