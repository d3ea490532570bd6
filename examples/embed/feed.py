#!/usr/bin/env python3
"""Aggregates NDJSON from standard input with libweir, through ctypes.

usage: feed.py LIBRARY RULES < EVENTS

Bytes in, bytes out: one call for many lines costs Python nothing an event. A binding of the whole
interface is in tests/ffi/weir_abi.py.
"""
import ctypes as c
import os
import sys
import time


class Error(c.Structure):
    _fields_ = [("struct_size", c.c_uint32), ("status", c.c_int32), ("offset", c.c_int64),
                ("line", c.c_uint32), ("column", c.c_uint32), ("message", c.c_char * 488)]


class Text(c.Structure):
    _fields_ = [("data", c.c_void_p), ("size", c.c_uint64)]


class Output(c.Structure):
    _fields_ = [("struct_size", c.c_uint32), ("kind", c.c_uint32), ("reason", c.c_uint32),
                ("unused", c.c_uint32), ("count", c.c_uint64), ("event", c.c_uint64 * 3),
                ("bytes", Text), ("message", Text), ("line", c.c_uint64)]


Accept = c.CFUNCTYPE(None, c.c_void_p, c.POINTER(Output), c.POINTER(c.c_int32))


class Sink(c.Structure):
    _fields_ = [("struct_size", c.c_uint32), ("form", c.c_uint32), ("accept", Accept),
                ("user", c.c_void_p)]


class Cursor(c.Structure):
    _fields_ = [("struct_size", c.c_uint32), ("state", c.c_uint32), ("consumed", c.c_uint64),
                ("lines", c.c_uint64)]


NDJSON, ACCEPT, REJECTED, LAST = 1, 1, 4, 1


@Accept
def accept(user, output, answer):
    out = output[0]
    if out.kind == REJECTED:
        print(f"line {out.line}: {c.string_at(out.message.data, out.message.size).decode()}",
              file=sys.stderr)
    else:
        sys.stdout.buffer.write(c.string_at(out.bytes.data, out.bytes.size))
    answer[0] = ACCEPT  # not reached if the above raises: the library offers the output again


def main(library, rules):
    weir = c.CDLL(library, mode=os.RTLD_NOW | os.RTLD_LOCAL | os.RTLD_DEEPBIND)
    error = Error(struct_size=c.sizeof(Error))

    def check(status):
        if status < 0:
            sys.exit(f"{rules}:{error.line}:{error.column}: {error.message.decode()}"
                     if error.line else error.message.decode())

    engine = c.c_void_p()
    check(weir.weir_create_engine(None, c.byref(engine), c.byref(error)))
    with open(rules, "rb") as file:
        document = file.read()
    check(weir.weir_load(engine, document, c.c_uint64(len(document)), c.byref(error)))
    sink = Sink(c.sizeof(Sink), NDJSON, accept, None)
    cursor = Cursor(struct_size=c.sizeof(Cursor))
    held, last = b"", False
    while not last:
        block = sys.stdin.buffer.read(1 << 20)
        last = not block
        held += block
        check(weir.weir_feed_ndjson(engine, held, c.c_uint64(len(held)), c.c_int64(time.time_ns()),
                                    LAST if last else 0, c.byref(sink), c.byref(cursor),
                                    c.byref(error)))
        held = held[cursor.consumed:]
    check(weir.weir_flush(engine, c.c_int64(0), c.byref(sink), c.byref(error)))
    check(weir.weir_destroy_engine(engine, c.byref(error)))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: feed.py LIBRARY RULES < EVENTS")
    main(*sys.argv[1:])
