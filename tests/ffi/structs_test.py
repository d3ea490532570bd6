#!/usr/bin/env python3
"""Structs across the boundary: laid out as the C compiler does, and of a size that may grow."""

import ctypes
import json
import os
import subprocess
import unittest

import weir_abi as abi
from case import LIBRARY, Case, flow


class Layout(Case):
    def test_ctypes_lays_structs_out_as_the_c_compiler_does(self):
        output = subprocess.run([os.environ["WEIR_LAYOUT"], "--json"], capture_output=True,
                                check=True).stdout
        ours = {}
        for name, struct in abi.STRUCTS.items():
            members = {}
            for member, _ in struct._fields_:
                place = getattr(struct, member)
                members[member] = [place.offset, place.size]
            ours[name] = {"size": ctypes.sizeof(struct), "members": members}
        self.assertEqual(ours, json.loads(output))

    def test_the_library_has_the_abi_of_the_binding(self):
        self.assertEqual(LIBRARY.abi_version(), (0, 1))
        self.assertRegex(LIBRARY.version(), r"^\d+\.\d+\.\d+$")


class StructSize(Case):
    """A struct may grow: what the library does not know must be zero."""

    class Larger(ctypes.Structure):
        _fields_ = [("known", abi.EngineOptions), ("later", ctypes.c_uint64)]

    def create(self, options):
        handle = ctypes.c_void_p()
        pointer = ctypes.cast(ctypes.byref(options), ctypes.POINTER(abi.EngineOptions))
        LIBRARY.call("weir_create_engine", pointer, handle)
        LIBRARY.call("weir_destroy_engine", handle)

    def larger(self, tail):
        options = self.Larger(later=tail)
        options.known.struct_size = ctypes.sizeof(self.Larger)
        return options

    def test_a_larger_struct_with_a_zero_tail_is_accepted(self):
        self.create(self.larger(0))

    def test_a_larger_struct_with_a_tail_that_is_not_zero_is_refused(self):
        self.assertStatus(abi.NOT_SUPPORTED, self.create, self.larger(1))

    def test_a_smaller_struct_is_accepted_and_the_rest_reads_as_zero(self):
        options = abi.EngineOptions(struct_size=abi.EngineOptions.max_groups.offset,
                                    max_future_skew=-1)
        self.create(options)

    def test_a_struct_without_a_size_is_refused(self):
        self.assertStatus(abi.INVALID_ARGUMENT, self.create, abi.EngineOptions())

    def test_statistics_fill_no_more_than_the_host_knows(self):
        engine = self.engine()
        self.feed(engine, flow())
        stats = abi.Stats(struct_size=abi.Stats.rejected.offset, taken=77)
        LIBRARY.call("weir_get_stats", engine.handle, stats)
        self.assertEqual((stats.events_in, stats.taken), (1, 77))

    def test_a_smaller_error_is_not_overrun(self):
        error = abi.Error(struct_size=abi.Error.message.offset + 16)
        error.message = b"x" * 100
        guard = bytes(error)[error.struct_size:]
        LIBRARY.c.weir_field_id(b"no such field", 13, ctypes.c_uint32(), error)
        self.assertEqual(error.status, abi.NOT_FOUND)
        self.assertEqual(bytes(error)[error.struct_size:], guard)


if __name__ == "__main__":
    unittest.main()
