"""`weir tracer` serves files: each format, what is wrong with one, and real feeds."""

import glob
import gzip
import json
import os
import unittest

from program import Case
from tracer_program import FEED, TracerCase, connect

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

    def test_of_text_may_have_comments_behind_indicators(self):
        feed = self.write("f.txt", "192.0.2.1 # botnet\n  # indented\n\t\n  192.0.2.2  \t7\t# seven\n"
                                   "http://a.example/x#y\n192.0.2.3\tticket #12\n192.0.2.4\t#none\n\tno.indicator\tx\n")
        process = self.serve("--list", feed)
        self.assertIn("5 indicators", process.told[0])
        self.assertEqual(self.look_up(process, b"KUMA|ip=192.0.2.1|ip=192.0.2.2|url=a.example/x#y|ip=192.0.2.3|"
                                               b"ip=192.0.2.4|\n"),
                         [b"Category=f|MatchedIndicator=192.0.2.1",
                          b"Category=f|MatchedIndicator=192.0.2.2|column2=7",
                          b"Category=f|MatchedIndicator=http://a.example/x#y",
                          b"Category=f|MatchedIndicator=192.0.2.3|column2=ticket #12",
                          b"Category=f|MatchedIndicator=192.0.2.4"])

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
                ("--csv", "192.0.2.1,b\n", ["no names of columns", "write a line of names before it"]),
                ("--csv", "192.0.2.1\n", ["no names of columns", "or give the file as --list"]),
                ("--csv", "http://a.example/x,b\n", ["no names of columns but 'http://a.example/x'"]),
                ("--csv", "44D88612FEA8A8F36DE82E1278ABB02F\n", ["no names of columns but '44D88612"]),
                ("--jsonl", "\n", ["there is nothing in it", "write []"]),
                ("--list", "", ["there is nothing in it", "write a line that begins with '#'"]),
                ("--list", "\ufeff\n", ["there is nothing in it"]),
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

    def test_but_no_indicators_are_a_warning(self):
        for option, content in (("--list", "# none today\n"), ("--jsonl", "[]"), ("--csv", "ioc,score\n")):
            key = ["--key", "ioc"] if option == "--jsonl" else []
            process = self.start("tracer", "--listen", "127.0.0.1:0", option, self.write("feed", content), *key)
            self.assertIn("there is no indicator in it", process.line("stderr"))

    def test_in_keys_of_csv_are_told_with_the_columns(self):
        path = self.write("feed", "address,b\n1,2\n")
        self.assert_error(self.weir("tracer", "--csv", path, "--key", "adress"), 1,
                          "did you mean 'address'", "address, b")

    def test_in_names_of_files_are_told(self):
        for option in ("--csv", "--list"):
            self.assert_error(self.weir("tracer", option, self.path("none")), 1, "none", "no such")
            self.assert_error(self.weir("tracer", option, self._folder.name), 1, "directory")


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
