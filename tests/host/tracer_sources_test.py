"""`weir tracer`: each kind of source, what is wrong with one, and real feeds."""

import glob
import gzip
import http.server
import json
import os
import signal
import sqlite3
import threading
import time
import unittest
import urllib.parse

from program import Case, TIMEOUT
from tracer_program import FEED, FLAGS, TracerCase, connect

FEEDS = os.path.join(os.environ.get("WEIR_DATA", "../shared/data"), "ti")


class Files(TracerCase):
    def test_of_json_lines_give_all_members_but_the_key(self):
        feed = self.write("ti.jsonl", '{"ioc": "a.example", "score": 7, "ok": true, "none": null}\n\n'
                                      '{"score": 7.5, "tags": ["x", "y|z"], "ioc": "192.0.2.0/25"}\n')
        process = self.serve("--jsonl", feed, "--key", "ioc", "--category", "TI")
        self.assertEqual(self.look_up(process, b"KUMA|url=a.example|ip=192.0.2.1|\n"),
                         [b"Category=TI|MatchedIndicator=a.example|score=7|ok=true",
                          b'Category=TI|MatchedIndicator=192.0.2.0/25|score=7.5|tags=["x","y z"]'])

    def test_of_json_may_be_one_list(self):
        feed = self.write("ti.json", json.dumps([{"mask": "a.example", "id": 1}, {"mask": "b.example"}]))
        process = self.serve("--jsonl", feed, "--key", "mask")
        self.assertEqual(self.look_up(process, b"KUMA|url=b.example|url=a.example|\n"),
                         [b"Category=ti|MatchedIndicator=b.example",
                          b"Category=ti|MatchedIndicator=a.example|id=1"])

    def test_of_csv_may_have_comments_semicolons_and_another_key(self):
        feed = self.write("f.csv", '# made today\n# by us\nid;url;"a=b"\n1;x.example;"say ""hi"""\n')
        process = self.serve("--csv", feed, "--key", "url")
        self.assertEqual(self.look_up(process, b"KUMA|url=X.example|\n"),
                         [b'Category=f|MatchedIndicator=x.example|id=1|a_b=say "hi"'])

    def test_of_text_have_columns_behind_tabs(self):
        feed = self.write("f.txt", "# comment\n\n192.0.2.1\t7\r\n192.0.2.9/30\n")
        process = self.serve("--list", feed, "--kind", "ip")
        self.assertEqual(self.look_up(process, b"KUMA|ip=192.0.2.1|ip=192.0.2.10|\n"),
                         [b"Category=f|MatchedIndicator=192.0.2.1|column2=7",
                          b"Category=f|MatchedIndicator=192.0.2.9/30"])

    def test_that_are_compressed_are_expanded(self):
        with gzip.open(self.path("f.csv.gz"), "wb") as file:
            file.write(FEED.encode())
        process = self.serve("--csv", self.path("f.csv.gz"))
        self.assertIn("6 indicators", process.told[0])
        self.assertIn("category f)", process.told[0])

    def test_cannot_break_the_lines_of_an_answer(self):
        feed = self.write("f.csv", 'ioc,a|b\nx,"one|two\nLookupFinished\n"\n')
        process = self.serve("--csv", feed, "--category", "c|d")
        self.assertEqual(self.look_up(process, b"KUMA|url=x|\n"),
                         [b"Category=c d|MatchedIndicator=x|a b=one two LookupFinished "])

    def test_of_two_rows_with_one_indicator_the_later_counts(self):
        feed = self.write("f.csv", "ioc,n\na,1\nA,2\n192.0.2.1,1\n192.0.2.1/32,2\n")
        process = self.serve("--csv", feed)
        self.assertIn("2 indicators", process.told[0])
        found = self.look_up(process, b"KUMA|url=a|ip=192.0.2.1|\n")
        self.assertEqual([line[-3:] for line in found], [b"n=2", b"n=2"])

    def test_are_asked_for_the_kind_they_serve_in_their_order(self):
        process = self.serve("--csv", self.write("a.csv", "i\nx\n"), "--kind", "url",
                             "--csv", self.write("b.csv", "i\nx\n"), "--kind", "hash",
                             "--csv", self.write("c.csv", "i\nx\n"))
        found = {kind: [line.split(b"|")[0] for line in self.look_up(process, b"KUMA|%s=x|\n" % kind)]
                 for kind in (b"url", b"hash", b"ip")}
        self.assertEqual(found, {b"url": [b"Category=a", b"Category=c"],
                                 b"hash": [b"Category=b", b"Category=c"], b"ip": [b"Category=c"]})
        self.assertEqual(len(self.look_up(process, b"x\n")), 3)

    def test_rows_without_an_address_are_left_out_of_kind_ip_and_told(self):
        feed = self.write("f.csv", "ioc\n192.0.2.1\nlocalhost\n\"\"\n")
        process = self.serve("--csv", feed, "--kind", "ip")
        self.assertIn("1 indicators", process.told[0])
        self.assertIn("2 rows were left out; the first: line 3: 'localhost' is no address",
                      process.line("stderr"))


class Mistakes(Case):
    def test_in_files_are_told_with_their_place(self):
        for option, content, parts in (
                ("--csv", "a,b\n1,2\n1\n", [":3:1:", "1 field"]),
                ("--csv", "# c\n\na,b\n1,\"2\n", [":4:3:", "quotes"]),
                ("--csv", "192.0.2.1,b\n", ["no names of columns", "--list"]),
                ("--csv", "", ["names of the columns"]),
                ("--csv", b"a\n\xff\n", [":2:1:", "not UTF-8"]),
                ("--jsonl", '{"k": 1}\n{"k": }\n', [":2:", "invalid JSON"]),
                ("--jsonl", '{"k": 1}\n[1]\n', [":2:", "no object"]),
                ("--jsonl", '{"ioc": 1}\n', ["no object has the member 'k'", "--key"]),
                ("--list", '{"ioc": 1}\n', ["no MISP warning list", "--jsonl"]),
                ("--list", '{"type": "regex", "list": ["a"]}', ["'regex'", "cidr"])):
            path = self.write("feed", content)
            key = ["--key", "k"] if option == "--jsonl" else []
            self.assert_error(self.weir("tracer", option, path, *key), 1, path, *parts)

    def test_that_leave_nothing_are_told(self):
        path = self.write("feed", "localhost\n")
        self.assert_error(self.weir("tracer", "--list", path, "--kind", "ip"), 1, "--kind ip",
                          "line 1: 'localhost'")

    def test_in_keys_of_csv_are_told_with_the_columns(self):
        path = self.write("feed", "address,b\n1,2\n")
        self.assert_error(self.weir("tracer", "--csv", path, "--key", "adress"), 1,
                          "did you mean 'address'", "address, b")

    def test_in_names_of_files_are_told(self):
        for option in ("--csv", "--list"):
            self.assert_error(self.weir("tracer", option, self.path("none")), 1, "none", "no such")
            self.assert_error(self.weir("tracer", option, self._folder.name), 1, "directory")

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


class Service(http.server.ThreadingHTTPServer):
    """Answers by the last part of the path."""
    daemon_threads = True

    def __init__(self):
        self.asked, self.connections, self.release = [], set(), threading.Event()
        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, *_):
        pass  # whoever asked has gone, which is what some tests are about

    def close(self):
        self.release.set()
        self.shutdown()
        self.server_close()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    ANSWERS = {"one": {"threat": "bad", "score": 7, "more": {"a": 1}, "a=b": "c"},
               "two": [{"n": 1}, {"n": 2}], "empty": {}, "null": None, "list": [], "number": 7}

    def do_GET(self):
        self.server.asked.append((self.path, self.headers.get("X-Key")))
        self.server.connections.add(self.client_address)
        name = urllib.parse.unquote(self.path.rsplit("/", 1)[1])
        if name == "slow":
            self.server.release.wait(TIMEOUT)
        body = b"{" if name == "broken" else json.dumps(self.ANSWERS.get(name)).encode()
        if name == "big":
            body = b'{"a": "' + b"x" * (2 << 20) + b'"}'
        self.send_response({"missing": 404, "error": 500, "moved": 302}.get(name, 200))
        if name == "moved":
            self.send_header("Location", "/one")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Services(TracerCase):
    def setUp(self):
        super().setUp()
        self.service = Service()
        self.addCleanup(self.service.close)
        self.url = "http://127.0.0.1:%d/{kind}/{value}" % self.service.server_address[1]

    def ask(self, process, *values):
        return self.look_up(process, b"KUMA|" + b"".join(b"url=%s|" % v for v in values) + b"\n")

    def test_are_asked_with_the_indicator_percent_encoded(self):
        process = self.serve("--http", self.url, "--category", "Web")
        self.assertEqual(self.ask(process, b"one"),
                         [b'Category=Web|MatchedIndicator=one|threat=bad|score=7|more={"a":1}|a_b=c'])
        self.ask(process, "http://a.example/?q=1&r=ж{value}".encode())
        self.assertEqual(self.service.asked[-1][0],
                         "/url/http%3A%2F%2Fa.example%2F%3Fq%3D1%26r%3D%D0%B6%7Bvalue%7D")

    def test_may_answer_with_a_list_or_nothing(self):
        process = self.serve("--http", self.url)
        self.assertEqual([line.split(b"|")[-1] for line in self.ask(process, b"two")], [b"n=1", b"n=2"])
        for name in (b"empty", b"null", b"list", b"missing"):
            self.assertEqual(self.ask(process, name), [], name)
        self.assertIn("5 asked, 1 hits, 4 misses, 0 failures", process.finish(signal.SIGINT)[2])

    def test_that_fail_cost_nothing_but_their_part_of_the_answer(self):
        process = self.serve("--http", self.url, "--csv", self.write("f.csv", "i\none\nerror\n"))
        for name in (b"error", b"broken", b"number", b"big", b"moved"):
            self.assertEqual([line[:10] for line in self.ask(process, name)],
                             [b"Category=f"] if name == b"error" else [], name)
        self.assertIn("status 500", process.line("stderr"))
        self.assertNotIn("/one", [path for path, _ in self.service.asked])
        self.assertIn("5 failures", process.finish(signal.SIGINT)[2])

    def test_that_are_slow_are_not_waited_for_longer_than_the_timeout(self):
        process = self.serve("--http", self.url, "--timeout", "300ms")
        begin = time.monotonic()
        self.assertEqual(self.ask(process, b"slow", b"one")[0].split(b"|")[1], b"MatchedIndicator=one")
        self.assertLess(time.monotonic() - begin, TIMEOUT / 2)

    def test_hold_up_one_connection_only_and_keep_its_order(self):
        process = self.serve("--http", self.url, "--timeout", "60s", "--csv",
                             self.write("f.csv", "i\nfast\n"))
        with connect(process.port) as slow, connect(process.port) as other:
            slow.send(FLAGS + b"KUMA|url=slow|url=one|\nKUMA|url=fast|\nKUMA|url=two|\n")
            self.assertEqual(len(other.ask(b"KUMA|url=fast|\n")), 1)
            self.service.release.set()
            self.assertEqual([len(slow.answer()) for _ in range(3)], [1, 1, 2])

    def test_whose_client_went_away_are_forgotten(self):
        process = self.serve("--http", self.url, "--timeout", "60s")
        for end in ("reset", "close"):
            client = connect(process.port)
            client.send(b"KUMA|url=slow|\n")
            while not any("slow" in path for path, _ in self.service.asked):
                time.sleep(0.01)
            self.service.asked.clear()
            client.reset() if end == "reset" else client.socket.close()
        self.service.release.set()
        self.assertEqual(len(self.ask(process, b"one")), 1)
        self.assertEqual(process.finish(signal.SIGINT)[0], 0)

    def test_may_be_outstanding_when_the_server_ends(self):
        process = self.serve("--http", self.url, "--timeout", "60s")
        with connect(process.port) as client:
            client.send(b"KUMA|url=slow|\n")
            while not self.service.asked:
                time.sleep(0.01)
            self.assertEqual(process.finish(signal.SIGINT)[0], 0)

    def test_are_asked_over_connections_that_stay_with_few_requests_at_a_time(self):
        process = self.serve("--http", self.url, "--http-requests", "2")
        for _ in range(5):
            self.assertEqual(len(self.ask(process, *[b"one"] * 20)), 20)
        self.assertEqual(len(self.service.asked), 100)
        self.assertLessEqual(len(self.service.connections), 2)

    def test_get_headers_from_a_file(self):
        headers = self.write("headers", "X-Key: secret\r\n\nAccept: application/json\n")
        process = self.serve("--http", self.url, "--header-file", headers)
        self.ask(process, b"one")
        self.assertEqual(self.service.asked[-1][1], "secret")
        self.assert_error(self.weir("tracer", "--http", self.url, "--header-file",
                                    self.write("bad", "secret\n")), 1, "no header")

    def test_that_are_not_there_are_failures(self):
        process = self.serve("--http", "http://127.0.0.1:1/{value}")
        self.assertEqual(self.ask(process, b"one"), [])
        self.assertIn("127.0.0.1:1/{value}: a look-up failed", process.line("stderr"))


@unittest.skipUnless(os.path.isdir(FEEDS), f"the real feeds are not there: {FEEDS}")
class RealFeeds(TracerCase):
    def test_of_addresses_are_served_whole(self):
        path = os.path.join(FEEDS, "ipsum-level3.txt")
        process = self.serve("--list", path, "--kind", "ip", "--category", "IPsum")
        with open(path) as file:
            addresses = [line.split()[0] for line in file if line.strip() and line[0] != "#"]
        self.assertIn(f"{len(set(addresses)):,} indicators", process.told[0])
        with connect(process.port) as client:
            client.send(b"".join(b"KUMA|ip=%s|\n" % a.encode() for a in addresses[:2000]))
            for address in addresses[:2000]:
                self.assertEqual(client.answer()[0].split(b"|")[1],
                                 b"MatchedIndicator=" + address.encode())

    def test_that_are_compressed_are_served(self):
        process = self.serve("--list", os.path.join(FEEDS, "ipsum.txt.gz"), "--kind", "ip")
        self.assertIn("120,430 indicators", process.told[0])
        self.assertRegex(self.look_up(process, b"KUMA|ip=77.90.185.20|\n")[0], rb"\|column2=\d+$")

    def test_of_misp_are_served(self):
        lists = sorted(glob.glob(os.path.join(FEEDS, "misp-warninglists", "*.json")))
        process = self.serve(*[word for path in lists for word in ("--list", path)])
        self.assertEqual(len(process.told), len(lists))
        names = [line.split(b"|")[0] for line in self.look_up(process, b"KUMA|ip=10.1.2.3|\n")]
        self.assertIn(b"Category=List of RFC 1918 CIDR blocks", names)
        self.assertEqual(self.look_up(process, b"KUMA|url=https://BIT.ly/|\n")[0].split(b"|")[:2],
                         [b"Category=List of known URL Shorteners domains", b"MatchedIndicator=bit.ly"])


if __name__ == "__main__":
    unittest.main()
