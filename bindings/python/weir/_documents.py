"""Documents and rows, in whatever form they are given, as bytes."""

from __future__ import annotations

import json
import os
import pathlib
from typing import Any, Iterable, Mapping, Optional, Tuple, Union

from . import _abi as abi
from .errors import InvalidDocument

Document = Union[str, bytes, "os.PathLike[str]", Mapping[str, Any]]
Rows = Union[str, bytes, "os.PathLike[str]", Mapping[str, Any], Iterable[Any]]

_kinds = {"dictionary": abi.DICTIONARY, "table": abi.TABLE, "active_list": abi.ACTIVE_LIST,
          "context_table": abi.CONTEXT_TABLE, "assets": abi.ASSETS, "directory": abi.DIRECTORY}
_formats = {"csv": abi.CSV, "tsv": abi.TSV, "jsonl": abi.JSON_LINES}
_endings = {".csv": "csv", ".tsv": "tsv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "jsonl"}


def document_bytes(document: Document) -> Tuple[bytes, Optional[str]]:
    """The text of a document, and its file's name if it was a path."""
    if isinstance(document, bytes):
        return document, None
    if isinstance(document, str):
        return document.encode("utf-8", "surrogateescape"), None
    if isinstance(document, Mapping):
        return json.dumps(document, ensure_ascii=False).encode("utf-8", "surrogateescape"), None
    if isinstance(document, os.PathLike):
        return pathlib.Path(document).read_bytes(), os.fspath(document)
    raise TypeError("a document is its text, a dict, or the path of a file as a pathlib.Path, not "
                    f"{type(document).__name__}")


def explain_failure(error: InvalidDocument, document: Document, file: Optional[str]) -> None:
    """Says what only Python knows: the file, and that a name was taken for the text."""
    error.file = file
    if isinstance(document, str) and document.endswith((".yaml", ".yml", ".json")) and \
            "\n" not in document:
        error.message += f"; for a file, give pathlib.Path({document!r})"


def table(kind: str, name: str, rows: Rows, format: Optional[str]) -> Tuple[abi.Table, Any]:
    """A weir_table, and what it borrows."""
    if kind not in _kinds:
        raise ValueError(f"{kind!r} is no kind of lookup; the kinds are {', '.join(_kinds)}")
    data, format = _rows(kind, rows, format)
    if format not in _formats:
        raise ValueError(f"{format!r} is no format of rows; the formats are {', '.join(_formats)}")
    text = name.encode()
    made = abi.sized(abi.Table, kind=_kinds[kind], name=abi.text_of(text), format=_formats[format],
                     rows=abi.text_of(data))
    return made, (text, data)


def _rows(kind: str, rows: Rows, format: Optional[str]) -> Tuple[bytes, str]:
    if isinstance(rows, os.PathLike):
        path = pathlib.Path(rows)
        format = format or _endings.get(path.suffix)
        if format is None:
            raise ValueError(f"the name of {path} says no format; give format=, one of "
                             f"{', '.join(_formats)}")
        return path.read_bytes(), format
    if isinstance(rows, (str, bytes)):
        if format is None:
            raise TypeError(f"rows as text need format=, one of {', '.join(_formats)}")
        return rows.encode() if isinstance(rows, str) else rows, format
    if format not in (None, "jsonl"):
        raise TypeError("rows as objects have no format; leave it out")
    if isinstance(rows, Mapping):
        if kind != "dictionary":
            raise TypeError(f"only the rows of a dictionary are one dict; those of kind {kind} are a "
                            "list of dicts")
        rows = [{"key": str(key), "value": value} for key, value in rows.items()]
    lines = []
    for row in rows:
        if not isinstance(row, Mapping):
            if kind != "dictionary":
                raise TypeError(f"a row is a dict of its columns, not {type(row).__name__}")
            row = {"key": str(row)}
        lines.append(json.dumps(row, ensure_ascii=False))
    return "\n".join(lines).encode("utf-8", "surrogateescape"), "jsonl"
