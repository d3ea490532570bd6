"""What would happen to an event, and why."""

from __future__ import annotations

import json
from typing import Any, Dict, Mapping, Optional, Union

from . import _abi as abi
from ._handle import Handle
from ._library import Written
from ._pack import Packer


def explain(handle: Handle, event: Union[Mapping[str, Any], str, bytes], now: int,
            preset: Optional[str]) -> Dict[str, Any]:
    """now: 0 leaves the clock where it stands."""
    question = abi.sized(abi.Question, now=now)
    packer = Packer(handle.layouts)
    if isinstance(event, Mapping):
        if preset is not None:
            raise TypeError("a preset maps lines; give the event as a line of JSON")
        question.event, _, problem = packer.pack([event])
        if problem is not None:
            raise problem
    else:
        line = event.encode() if isinstance(event, str) else event
        question.line = abi.text_of(line)
        question.preset = handle.library.preset_id(preset) if preset else 0
    with Written() as written:
        handle.call("weir_explain", question, written.write, None)
    answer: Dict[str, Any] = json.loads(written.data)
    return answer
