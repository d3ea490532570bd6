"""What can go wrong, as exceptions: one class for each status of weir.h."""

from __future__ import annotations

from typing import Any, Dict, Optional, Type

from . import _abi as abi


class Error(Exception):
    """A call that failed. str() of it is one sentence that names the culprit and the remedy, behind
    the place in the document where there is one: `rules.yaml:3:24: unknown field …`."""

    status: int = 0
    """As in weir.h, such as -2; 0 for what the package itself found."""

    def __init__(self, message: str, *, line: int = 0, column: int = 0, offset: int = -1,
                 file: Optional[str] = None) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        """1-based; 0: not known."""
        self.column = column
        """1-based, in code points; 0: not known."""
        self.offset = offset
        """In bytes from the start of the text, or -1."""
        self.file = file
        """The document's file, if it was given as a path."""

    def __str__(self) -> str:
        place = [str(part) for part in (self.file, self.line, self.column) if part]
        return ": ".join(filter(None, [":".join(place), self.message]))


class LibraryError(Error, OSError):
    """libweir.so cannot be found or loaded, or is of another version than this package needs."""

    __str__ = Error.__str__


class InvalidArgument(Error, ValueError):
    """A value that the library does not take."""

    status = abi.INVALID_ARGUMENT


class InvalidEvent(InvalidArgument):
    """An event that is no event: a name that is no field, a value of no kind that a field holds."""

    def __init__(self, message: str, index: int, event: Any) -> None:
        super().__init__(f"event {index}: {message}")
        self.index = index
        """Its place among the events that were passed in, from 0."""
        self.event = event


class InvalidDocument(Error, ValueError):
    """A document, or rows of a lookup, with an error at line and column. Nothing was changed."""

    status = abi.INVALID_DOCUMENT


class NotFound(Error, LookupError):
    """No such field, preset, rule or lookup; the message suggests one that there is."""

    status = abi.NOT_FOUND


class AlreadyExists(Error):
    """A name that is in use."""

    status = abi.ALREADY_EXISTS


class Busy(Error):
    """An engine was entered from inside one of its own callbacks."""

    status = abi.BUSY


class CallbackFailed(Error):
    """Outputs could not be handed over. None is lost: the next call offers them again."""

    status = abi.CALLBACK_FAILED


class OutOfMemory(Error, MemoryError):
    """The library got no memory."""

    status = abi.NO_MEMORY


class LimitReached(Error):
    """A limit that the message names."""

    status = abi.LIMIT


class NotSupported(Error, NotImplementedError):
    """Known, but not in the loaded version of the library."""

    status = abi.NOT_SUPPORTED


class InvalidSnapshot(Error, ValueError):
    """A snapshot that is cut, altered or of a format that this version does not know. Nothing was
    changed."""

    status = abi.INVALID_SNAPSHOT


class InternalError(Error):
    """A bug in Weir: please report the message."""

    status = abi.INTERNAL


_classes: Dict[int, Type[Error]] = {
    kind.status: kind
    for kind in (InvalidArgument, InvalidDocument, NotFound, AlreadyExists, Busy, CallbackFailed,
                 OutOfMemory, LimitReached, NotSupported, InvalidSnapshot, InternalError)
}


def error_of(status: int, error: abi.Error) -> Error:
    """The exception of a call that returned `status`."""
    message = error.message.decode("utf-8", "replace") or "the library says no more"
    kind = _classes.get(status, InternalError)
    made = kind(message, line=error.line, column=error.column, offset=error.offset)
    made.status = status
    return made
