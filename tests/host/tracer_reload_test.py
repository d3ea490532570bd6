"""`weir tracer`: files that change while it serves."""

import os
import signal
import threading
import unittest

from tracer_program import FLAGS, TracerCase, connect


def feed(number):
    return f"ioc,n\na.example,{number}\n192.0.2.0/24,{number}\n"


class Reload(TracerCase):
    def setUp(self):
        super().setUp()
        self.feed = self.write("feed.csv", feed(1))

    def numbers(self, process):
        return [int(line.rsplit(b"=")[-1])
                for line in self.look_up(process, b"KUMA|url=a.example|ip=192.0.2.1|\n")]

    def replace(self, content, name="feed.csv"):
        os.replace(self.write("new", content), self.path(name))

    def test_follows_a_file_that_is_replaced(self):
        process = self.serve("--csv", self.feed)
        for number in (2, 3):
            self.replace(feed(number))
            self.assertIn(f"reloaded {self.feed}: 2 indicators", process.line("stdout"))
            self.assertEqual(self.numbers(process), [number] * 2)

    def test_follows_a_file_that_is_written_in_place(self):
        process = self.serve("--csv", self.feed)
        self.write("feed.csv", feed(2) + "b.example,5\n")
        self.assertIn("reloaded", process.line("stdout"))
        self.assertEqual(self.numbers(process), [2] * 2)

    def test_follows_a_symbolic_link(self):
        for folder in ("one", "two"):
            os.mkdir(self.path(folder))
        self.write("one/feed.csv", feed(1))
        self.write("two/feed.csv", feed(2))
        os.symlink(self.path("one"), self.path("current"))
        process = self.serve("--csv", self.path("current/feed.csv"))
        os.symlink(self.path("two"), self.path("next"))
        os.replace(self.path("next"), self.path("current"))
        process.process.send_signal(signal.SIGHUP)  # the folder of the link itself is not watched
        self.assertIn("reloaded", process.line("stdout"))
        self.assertEqual(self.numbers(process), [2] * 2)
        self.write("two/feed.csv", feed(3))
        self.assertIn("reloaded", process.line("stdout"))
        self.assertEqual(self.numbers(process), [3] * 2)

    def test_follows_a_file_in_the_current_folder(self):
        before = os.getcwd()
        os.chdir(self._folder.name)
        self.addCleanup(os.chdir, before)
        process = self.serve("--csv", "feed.csv")
        self.replace(feed(2))
        self.assertIn("reloaded feed.csv", process.line("stdout"))

    def test_keeps_the_rows_when_the_new_file_is_bad(self):
        process = self.serve("--csv", self.feed)
        self.replace("ioc,n\na.example\n")
        line = process.line("stderr")
        self.assertIn(f"{self.feed}:2:1: the line has 1 field", line)
        self.assertIn("the 2 indicators that were read before stay in force", line)
        self.assertEqual(self.numbers(process), [1] * 2)
        self.replace(feed(2))
        self.assertIn("reloaded", process.line("stdout"))
        self.assertEqual(self.numbers(process), [2] * 2)

    def test_keeps_the_rows_when_the_file_goes(self):
        process = self.serve("--csv", self.feed)
        os.remove(self.feed)
        self.assertIn("it has gone", process.line("stderr"))
        self.assertEqual(self.numbers(process), [1] * 2)
        self.write("feed.csv", feed(2))
        self.assertIn("reloaded", process.line("stdout"))
        self.assertEqual(self.numbers(process), [2] * 2)

    def test_leaves_files_beside_alone(self):
        other = self.write("other.csv", feed(7))
        process = self.serve("--csv", self.feed, "--csv", other)
        self.write("unrelated.csv", feed(9))
        self.replace(feed(2), "other.csv")
        self.assertIn(f"reloaded {other}", process.line("stdout"))
        code, out, error = process.finish(signal.SIGINT)
        self.assertEqual((code, out), (0, ""), error)

    def test_is_done_at_sighup_also_where_nothing_changed(self):
        process = self.serve("--csv", self.feed)
        process.process.send_signal(signal.SIGHUP)
        self.assertIn(f"reloaded {self.feed}", process.line("stdout"))

    def test_under_load_drops_no_connection_and_no_answer(self):
        process = self.serve("--csv", self.feed)
        stop = threading.Event()
        errors, counts = [], []

        def ask():
            try:
                with connect(process.port) as client:
                    client.send(FLAGS)
                    count = 0
                    while not stop.is_set():
                        found = client.ask(b"KUMA|url=a.example|ip=192.0.2.1|\n")
                        numbers = {line.rsplit(b"=")[-1] for line in found}
                        # Both rows are of one file: never half of the old and half of the new.
                        if len(found) != 2 or len(numbers) != 1:
                            raise AssertionError(found)
                        count += 1
                    counts.append(count)
            except Exception as error:  # pylint: disable=broad-except
                errors.append(error)

        threads = [threading.Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        for number in range(2, 12):
            self.replace(feed(number) + "".join(f"{i}.example,{number}\n" for i in range(20000)))
            self.assertIn("reloaded", process.line("stdout"))
        stop.set()
        for thread in threads:
            thread.join()
        self.assertEqual(errors, [])
        code, _, error = process.finish(signal.SIGINT)
        self.assertIn(f"requests     {sum(counts):,} in", error)
        self.assertIn("connections  4, 0 refused, 0 ended by errors", error)


if __name__ == "__main__":
    unittest.main()
