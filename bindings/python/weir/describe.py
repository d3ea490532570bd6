"""What Weir knows, without an engine: fields, schema, presets, and what it says about documents."""

from __future__ import annotations

import json
import os
from typing import Any, Dict, List, NamedTuple, Optional, Tuple

from ._documents import Document, document_bytes
from ._library import Path, library


class Diagnostic(NamedTuple):
    """An error or a warning about a document."""

    severity: str
    """"error" or "warning"."""
    line: int
    column: int
    message: str


class Imported(NamedTuple):
    """A document made of KUMA's JSON."""

    document: str
    """YAML."""
    diagnostics: List[Diagnostic]


class Expressions(NamedTuple):
    """KUMA's filters as expressions, by their names."""

    expressions: List[Tuple[str, str]]
    diagnostics: List[Diagnostic]


def version() -> str:
    """Of the library, such as "0.1.0"."""
    return library().version()


def abi_version() -> Tuple[int, int]:
    """Of the library, major and minor."""
    return library().abi_version()


def fields() -> List[Dict[str, Any]]:
    """The event schema: name, type, limits and description of each field."""
    found: List[Dict[str, Any]] = _ask("fields")
    return found


def schema() -> Dict[str, Any]:
    """The JSON Schema of rule documents."""
    found: Dict[str, Any] = _ask("schema")
    return found


def presets() -> Dict[str, str]:
    """The shipped mappings: name and description."""
    return {preset["name"]: preset["description"] for preset in _ask("presets")}


def preset(name: str) -> str:
    """The YAML of a shipped mapping."""
    return library().describe("presets", name.encode()).decode()


def diagnostics(document: Document, directory: Optional[Path] = None) -> List[Diagnostic]:
    """All that is wrong with a document, in the order of its text; [] is a good one. directory: where
    relative paths of its files start; by default where it lies itself, if it is a pathlib.Path."""
    text, topic = _placed("diagnostics", document, directory)
    return _diagnostics(_ask(topic, text))


def tests(document: Document, directory: Optional[Path] = None) -> List[Dict[str, Any]]:
    """The tests that a document carries, as docs/tests.md describes them: name, line, steps."""
    text, topic = _placed("tests", document, directory)
    found: List[Dict[str, Any]] = _ask(topic, text)
    return found


def import_kuma(resources: Document) -> Imported:
    """KUMA's JSON as a document."""
    made = _ask("import", document_bytes(resources)[0])
    return Imported(made["document"], _diagnostics(made["diagnostics"]))


def expressions(resources: Document) -> Expressions:
    """The filters of KUMA's JSON."""
    made = _ask("expressions", document_bytes(resources)[0])
    named = [(each["name"], each["expression"]) for each in made["expressions"]]
    return Expressions(named, _diagnostics(made["diagnostics"]))


def _ask(topic: str, text: bytes = b"") -> Any:
    return json.loads(library().describe(topic, text))


def _placed(topic: str, document: Document, directory: Optional[Path]) -> Tuple[bytes, str]:
    text, file = document_bytes(document)
    if directory is None and file is not None:
        directory = os.path.dirname(os.path.abspath(file))
    return text, f"{topic} {os.fspath(directory)}" if directory is not None else topic


def _diagnostics(found: List[Dict[str, Any]]) -> List[Diagnostic]:
    return [Diagnostic(each["severity"], each["line"], each["column"], each["message"])
            for each in found]
