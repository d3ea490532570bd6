"""Times and spans as callers give them, in nanoseconds."""

from __future__ import annotations

import datetime
import time
from typing import Union

from . import _abi as abi
from ._pack import milliseconds

Time = Union[int, datetime.datetime, None]
"""Nanoseconds since 1970, UTC, or a datetime with a zone; None: the machine's clock, or with
clock="event" that of the events alone."""

clocks = {"host": abi.CLOCK_HOST, "event": abi.CLOCK_EVENT}


def nanoseconds_at(now: Time, clock: int) -> int:
    """0: no time but the events' own."""
    if now is None:
        return 0 if clock == abi.CLOCK_EVENT else time.time_ns()
    if isinstance(now, datetime.datetime):
        return milliseconds(now) * 1_000_000
    if isinstance(now, int):
        return now
    raise TypeError("now is nanoseconds as an int, or a datetime with a zone")


def nanoseconds_of(seconds: float) -> int:
    """At most what the library takes, also of infinity."""
    return min(int(seconds * 1e9), (1 << 63) - 1) if seconds != float("inf") else (1 << 63) - 1
