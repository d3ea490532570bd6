"""libweir.so: found, loaded, checked, and called with errors as exceptions."""

from __future__ import annotations

import ctypes
import ctypes.util
import os
import pathlib
import threading
from typing import Any, Dict, Iterator, List, Optional, Tuple, Union

from . import _abi as abi
from .errors import LibraryError, NotSupported, error_of

Path = Union[str, "os.PathLike[str]"]

# DEEPBIND keeps the library's calls to its own RE2 and TBB, whatever this process has loaded.
_mode = os.RTLD_NOW | os.RTLD_LOCAL | getattr(os, "RTLD_DEEPBIND", 0)
_soname = f"libweir.so.{abi.ABI_MAJOR}"


class Library:
    """A loaded libweir.so. Any thread may use it."""

    def __init__(self, path: str) -> None:
        try:
            self.c = ctypes.CDLL(path, mode=_mode)
        except OSError as error:
            raise LibraryError(f"cannot load '{path}': {error}") from error
        self.path = path
        self._declare()
        self._names: Dict[int, str] = {}

    def _declare(self) -> None:
        for name, arguments in abi.PROTOTYPES.items():
            try:
                function = getattr(self.c, name)
            except AttributeError:
                if name in abi.OPTIONAL:
                    continue
                raise LibraryError(f"'{self.path}' has no {name}: it is no libweir.so, or one of "
                                   f"another version than {self._needed()}") from None
            function.argtypes = arguments
            function.restype = abi.RESULTS.get(name, ctypes.c_int32)
        major, minor = self.abi_version()
        if major != abi.ABI_MAJOR or minor < abi.ABI_MINOR:
            raise LibraryError(f"'{self.path}' has the ABI {major}.{minor}, and this package needs "
                               f"{self._needed()}; install the two from one version")

    @staticmethod
    def _needed() -> str:
        return f"{abi.ABI_MAJOR}.{abi.ABI_MINOR}"

    def call(self, name: str, *arguments: Any) -> int:
        """Calls a function that can fail: returns 0 or STOPPED, or raises."""
        error = abi.sized(abi.Error)
        function = getattr(self.c, name, None)
        if function is None:
            raise NotSupported(f"'{self.path}' has no {name} yet; use a later version")
        status: int = function(*arguments, error)
        if status < 0:
            raise error_of(status, error)
        return status

    def abi_version(self) -> Tuple[int, int]:
        version: int = self.c.weir_abi_version()
        return divmod(version, 1 << 16)

    def version(self) -> str:
        version: bytes = self.c.weir_version()
        return version.decode()

    def field_id(self, name: str) -> int:
        text, number = name.encode("utf-8", "surrogateescape"), ctypes.c_uint32()
        self.call("weir_field_id", text, len(text), number)
        return number.value

    def field_name(self, number: int) -> str:
        name = self._names.get(number)
        if name is None:
            text = abi.Text()
            self.call("weir_field_name", number, text)
            name = self._names[number] = abi.string_of(text.data, text.size)
        return name

    def preset_id(self, name: str) -> int:
        text, number = name.encode(), ctypes.c_uint32()
        self.call("weir_preset_id", text, len(text), number)
        return number.value

    def describe(self, topic: str, document: bytes = b"") -> bytes:
        with Written() as written:
            text = topic.encode("utf-8", "surrogateescape")
            self.call("weir_describe", text, len(text), document, len(document), written.write, None)
        return written.data


class Written:
    """Gathers what a function of the library writes."""

    def __init__(self) -> None:
        self._parts: List[bytes] = []
        self.write = abi.WriteFn(self._take)

    def _take(self, user: Any, data: int, size: int) -> None:
        self._parts.append(ctypes.string_at(data, size))

    def __enter__(self) -> "Written":
        return self

    def __exit__(self, *_: object) -> None:
        del self.write  # it refers to this object, which refers to it

    @property
    def data(self) -> bytes:
        return b"".join(self._parts)


# ---- Where it is

_loaded: Dict[str, Library] = {}
_default: Optional[Library] = None
_lock = threading.RLock()


def library(path: Union[Library, Path, None] = None) -> Library:
    """The library at `path`, or else the first that there is: $WEIR_LIBRARY, beside the package, in
    the build tree of the checkout that the package lies in, where the system has its libraries.
    Raises LibraryError."""
    global _default
    if isinstance(path, Library):
        return path
    with _lock:
        if path is not None:
            return _load(os.fspath(path))
        if _default is None:
            _default = _search()
        return _default


def _load(path: str) -> Library:
    if path not in _loaded:
        _loaded[path] = Library(path)
    return _loaded[path]


def _search() -> Library:
    named = os.environ.get("WEIR_LIBRARY")
    if named:
        return _load(named)  # who names one wants no other
    for path in _nearby(pathlib.Path(__file__).resolve().parent):
        if path.exists():
            return _load(str(path))
    for name in (_soname, ctypes.util.find_library("weir")):
        try:
            if name:
                return _load(name)
        except LibraryError as error:
            if not isinstance(error.__cause__, OSError):
                raise  # it is there, and of the wrong version
    raise LibraryError(f"cannot find {_soname}: install it, or say where it is in WEIR_LIBRARY or "
                       "with `library=`")


def _nearby(package: pathlib.Path) -> Iterator[pathlib.Path]:
    yield package / _soname
    yield package / "libweir.so"
    checkout = package.parents[2] if len(package.parents) > 2 else package
    if (checkout / "include" / "weir" / "weir.h").exists():
        for build in ["build", *sorted(path.name for path in checkout.glob("build-*"))]:
            yield checkout / build / "src" / "abi" / _soname
