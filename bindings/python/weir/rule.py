"""A rule by itself."""

from __future__ import annotations

import ctypes

from ._handle import Handle


class Rule:
    """A rule that create_rule() made."""

    def __init__(self, engine: Handle, handle: ctypes.c_void_p) -> None:
        self._engine, self._handle = engine, handle

    def destroy(self) -> None:
        """Takes the rule out of its engine, which closes its open buckets; they come from the next
        call. Doing it twice is good; with the engine it goes by itself."""
        if self._handle and not self._engine.closed:
            self._engine.library.call("weir_destroy_rule", self._handle)
            self._handle = ctypes.c_void_p()
