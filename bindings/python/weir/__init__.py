"""Weir: aggregates, filters and enriches security events.

    import pathlib, weir

    with weir.Engine(pathlib.Path("rules.yaml")) as engine:
        for output in engine.stream(events):       # dicts in, dicts out
            print(output.kind, output.event)

Engine applies rules; weir.describe knows fields, schema and documents; weir.tracer serves lookups to
KUMA's `cybertrace` enrichment. It needs libweir.so and nothing else: the package is ctypes alone.
"""

from . import describe
from ._library import Library, library
from ._tracer import Tracer, TracerStats, tracer
from ._version import version as __version__
from .engine import Engine
from .errors import (AlreadyExists, Busy, CallbackFailed, Error, InternalError, InvalidArgument,
                     InvalidDocument, InvalidEvent, InvalidSnapshot, LibraryError, LimitReached,
                     NotFound, NotSupported, OutOfMemory)
from .outputs import EnrichmentStats, Kind, Output, Reason, RuleStats, Stats
from .rule import Rule
from .source import Source

__all__ = [
    "AlreadyExists", "Busy", "CallbackFailed", "Engine", "EnrichmentStats", "Error", "InternalError",
    "InvalidArgument", "InvalidDocument", "InvalidEvent", "InvalidSnapshot", "Kind", "Library",
    "LibraryError", "LimitReached", "NotFound", "NotSupported", "OutOfMemory", "Output", "Reason",
    "Rule", "RuleStats", "Source", "Stats", "Tracer", "TracerStats", "__version__", "describe",
    "library", "tracer",
]
