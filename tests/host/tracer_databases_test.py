"""`weir tracer` asks SQLite databases: rows, what changes while it runs, and what is wrong with a query."""

import os
import signal
import sqlite3
import time
import unittest

from program import Case, TIMEOUT
from tracer_program import TracerCase


class Mistakes(Case):
    def test_in_queries_are_told(self):
        path = self.path("ti.db")
        with sqlite3.connect(path) as database:
            database.execute("CREATE TABLE ioc (value TEXT)")
        database.close()
        for query, part in (("SELECT", "cannot be used"), ("SELECT * FROM ioc", "0 parameters"),
                            ("SELECT * FROM ioc WHERE value IN (?1, ?2)", "2 parameters"),
                            ("DELETE FROM ioc WHERE value = ?", "write a SELECT"), (" ", "empty"),
                            ("SELECT ?1; SELECT 2", "one SELECT")):
            self.assert_error(self.weir("tracer", "--sqlite", path, "--query", query), 1, path, part)
        text = self.write("text.db", "this is no database, but a text" * 100)
        self.assert_error(self.weir("tracer", "--sqlite", text, "--query", "SELECT ?1"), 1, text,
                          "not a database")
        self.assert_error(self.weir("tracer", "--sqlite", self.path("no.db"), "--query", "SELECT ?1"),
                          1, "no.db", "unable to open")


class Databases(TracerCase):
    def make(self, name="ti.db", threat="bad", index=True):
        with sqlite3.connect(self.path(name)) as database:
            database.execute("CREATE TABLE ioc (value TEXT, threat TEXT, score INTEGER, note TEXT)")
            if index:
                database.execute("CREATE INDEX by_value ON ioc (value)")
            database.executemany("INSERT INTO ioc VALUES (?, ?, ?, ?)",
                                 [("a.example", threat, 7, None), ("a.example", "worse", 9, "x|y"),
                                  ("it's", "quoted", 1, "")])
        database.close()
        return self.path(name)

    def test_give_a_detection_a_row(self):
        for parameter in ("?1", ":value", "?"):
            process = self.serve("--sqlite", self.make(f"{len(parameter)}.db"), "--query",
                                 "SELECT threat, score, note FROM ioc WHERE value = " + parameter,
                                 "--category", "DB")
            self.assertEqual(self.look_up(process, b"KUMA|url=a.example|url=b.example|\n"),
                             [b"Category=DB|MatchedIndicator=a.example|threat=bad|score=7",
                              b"Category=DB|MatchedIndicator=a.example|threat=worse|score=9|note=x y"])
            self.assertEqual(len(self.look_up(process, b"KUMA|url=it's|\n")), 1)
            self.assertEqual(self.look_up(process, b"KUMA|url=' OR 1=1 --|\n"), [])
            code, _, error = process.finish(signal.SIGINT)
            self.assertIn("4 asked, 2 hits, 2 misses, 0 failures", error)

    def test_show_what_is_written_to_them(self):
        path = self.make()
        process = self.serve("--sqlite", path, "--query", "SELECT threat FROM ioc WHERE value = ?1")
        with sqlite3.connect(path) as database:
            database.execute("INSERT INTO ioc VALUES ('new', 'fresh', 1, '')")
        database.close()
        self.assertEqual(self.look_up(process, b"KUMA|url=new|\n"),
                         [b"Category=ti|MatchedIndicator=new|threat=fresh"])

    def test_that_are_replaced_are_opened_anew(self):
        path = self.make()
        process = self.serve("--sqlite", path, "--query", "SELECT threat FROM ioc WHERE value = ?1")
        os.replace(self.make("new.db", "replaced"), path)
        self.assertEqual(process.line("stdout"), f"reopened {path}")
        self.assertIn(b"threat=replaced", self.look_up(process, b"KUMA|url=a.example|\n")[0])

    def test_without_an_index_are_warned_of(self):
        process = self.serve("--sqlite", self.make(index=False), "--query",
                             "SELECT threat FROM ioc WHERE value = ?1")
        self.assertIn("create an index", process.line("stderr"))

    def test_that_take_too_long_are_ended(self):
        process = self.serve("--sqlite", self.make(), "--timeout", "50ms", "--query",
                             "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) "
                             "SELECT count(*) FROM n WHERE x = ?1")
        self.assertIn("create an index", process.line("stderr"))
        self.assertEqual(self.look_up(process, b"KUMA|url=a|\n"), [])
        self.assertIn("took too long", process.line("stderr"))
        # A line with many costs no more time than a line with one.
        begin = time.monotonic()
        self.assertEqual(self.look_up(process, b"KUMA|" + b"url=a|" * 5000 + b"\n"), [])
        self.assertLess(time.monotonic() - begin, TIMEOUT / 2)
        self.assertIn("5,001 failures", process.finish(signal.SIGINT)[2])


if __name__ == "__main__":
    unittest.main()
