"""Commands, options, exit codes and error messages."""

import json
import os
import subprocess
import unittest

from program import Case, PROGRAM, RULE, TIMEOUT


class Usage(Case):
    def test_every_command_has_help_with_an_example(self):
        for command in ([], ["run"], ["bench"], ["validate"], ["test"], ["fields"], ["schema"],
                        ["presets"], ["explain"], ["import"], ["tracer"], ["lookup"]):
            result = self.weir(*command, "--help")
            self.assertEqual(result.returncode, 0)
            self.assertIn("Example", result.stdout)

    def test_an_unknown_option_is_a_usage_error(self):
        self.assert_error(self.weir("run", "-r", self.rules, "--colour"), 2, "--colour")
        for line, meant in (("run --rule a", "--rules"), ("run -r a --wokers=3", "--workers"),
                            ("validate --deny-warning a", "--deny-warnings"),
                            ("--verson", "--version")):
            result = self.weir(*line.split())
            self.assert_error(result, 2, "unknown option", f"did you mean '{meant}'?")

    def test_an_unknown_command_is_a_usage_error(self):
        self.assert_error(self.weir("walk"), 2, "unknown command 'walk'; see weir --help")
        self.assert_error(self.weir("valdate", "a"), 2, "did you mean 'validate'?")

    def test_what_is_missing_or_too_much_points_to_the_help_of_the_command(self):
        self.assert_error(self.weir("validate"), 2, "FILE is required; see weir validate --help")
        self.assert_error(self.weir("import", "a", "b"), 2, "unexpected argument 'b'; see weir import")

    def test_an_empty_value_does_not_do_away_with_an_output_or_a_state(self):
        for option in ("--output", "--state", "--stats", "--rejects", "--metrics"):
            for given in ([option, ""], [option + "="]):
                result = self.weir("run", "-r", self.rules, *given)
                self.assert_error(result, 2, option, "an empty value; write one, or leave it out")

    def test_no_command_is_a_usage_error(self):
        self.assert_error(self.weir(), 2, "run")

    def test_run_without_rules_is_a_usage_error(self):
        self.assert_error(self.weir("run"), 2, "--rules")

    def test_a_value_that_an_option_does_not_have_is_a_usage_error(self):
        self.assert_error(self.weir("run", "-r", self.rules, "--clock", "sun"), 2, "sun")
        self.assert_error(self.weir("run", "-r", self.rules, "--format", "xml"), 2, "xml")
        self.assert_error(self.weir("run", "-r", self.rules, "--netflow-port", "70000"), 2, "70000")

    def test_workers_are_1_to_256(self):
        for number in ("0", "257", "-1", "two", "1.5"):
            for command in ("run", "bench"):
                result = self.weir(command, "-r", self.rules, "-i", self.rules, "--workers", number)
                self.assert_error(result, 2, "--workers", number)

    def test_a_port_of_netflow_is_one_number_from_1_to_65535(self):
        self.assert_error(self.weir("run", "-r", self.rules, "--netflow-port", "0"), 2, "0")
        self.assert_error(self.weir("run", "-r", self.rules, "--netflow-port", "1", "2"), 2, "2")

    def test_an_option_with_an_empty_value_is_a_usage_error(self):
        source = self.write("in.ndjson", "{}\n")
        result = self.weir("run", "-r", self.rules, "--instance=", "-i", source)
        self.assert_error(result, 2, "--instance", "empty")

    def test_the_version_names_program_and_library(self):
        result = self.weir("--version")
        self.assertEqual(result.returncode, 0)
        self.assertRegex(result.stdout, r"^weir \d+\.\d+\.\d+, library \d+\.\d+\.\d+")


class TheLibrary(Case):
    def test_that_is_missing_is_told_with_the_place(self):
        result = self.weir("fields", env={"WEIR_LIBRARY": "/nowhere/libweir.so"})
        self.assert_error(result, 3, "/nowhere/libweir.so", "--library")

    def test_named_by_the_option_wins_over_the_environment(self):
        result = self.weir("--library", "/nowhere/option.so", "fields")
        self.assert_error(result, 3, "/nowhere/option.so")

    def test_may_be_named_behind_the_command(self):
        result = self.weir("fields", "--library", "/nowhere/option.so")
        self.assert_error(result, 3, "/nowhere/option.so")
        result = self.weir("fields", "--library", os.environ["WEIR_LIBRARY"],
                           env={"WEIR_LIBRARY": "/nowhere/libweir.so"})
        self.assertEqual(result.returncode, 0, result.stderr)

    def test_that_is_no_library_is_told(self):
        other = self.write("libother.so", "text")
        self.assert_error(self.weir("--library", other, "fields"), 3, "cannot load", other)


class Rules(Case):
    def test_a_typo_is_shown_with_file_line_and_column(self):
        bad = self.write("bad.yaml", RULE.format(threshold=5, lifetime=60).replace(
            "[SourceAddress]", "[SourceAdress]"))
        result = self.weir("run", "-r", bad)
        self.assert_error(result, 1, f"{bad}:6:", "error:", "SourceAdress", "SourceAddress'")

    def test_that_are_wrong_leave_the_output_of_the_run_before(self):
        bad = self.write("bad.yaml", "aggregation: 5\n")
        out = self.write("out", "kept")
        self.assertEqual(self.weir("run", "-r", bad, "-o", out).returncode, 1)
        self.assertEqual(self.read("out"), "kept")

    def test_that_are_missing_are_told(self):
        self.assert_error(self.weir("run", "-r", "/nowhere.yaml"), 1, "/nowhere.yaml")

    def test_validate_says_on_standard_error_that_rules_are_good(self):
        result = self.weir("validate", self.rules)
        self.assertEqual((result.returncode, result.stdout, result.stderr),
                         (0, "", f"{self.rules}: no errors\n"))

    def test_validate_reads_standard_input(self):
        result = self.weir("validate", "-", stdin="agregation: []\n")
        self.assertEqual(result.returncode, 1)
        self.assertIn("-:1:1: error: ", result.stdout)

    def test_with_a_warning_run_and_show_it_with_file_line_and_column(self):
        rules = self.write("odd.yaml", RULE.format(threshold=5, lifetime=60) + "polarity: drop\n")
        result = self.weir("run", "-r", rules)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertRegex(result.stderr, r"odd\.yaml:8:\d+: warning: polarity")
        self.assertEqual(result.stderr.count("polarity does nothing"), 1)

    def test_that_need_a_callback_are_told_that_there_is_none(self):
        rules = self.write("call.yaml", RULE.format(threshold=5, lifetime=60) + "    callback: f\n")
        self.assert_error(self.weir("run", "-r", rules), 1, rules,
                          "this program has no callbacks; rule 'by address' needs one")

    def test_validate_shows_every_error_of_every_file(self):
        one = self.write("one.yaml", "agregation: []\nschemma: kuma\n")
        two = self.write("two.yaml", RULE.format(threshold=0, lifetime=60))
        result = self.weir("validate", one, self.rules, two)
        self.assertEqual(result.returncode, 1)
        self.assertIn(f"{one}:1:1: error: ", result.stdout)
        self.assertIn(f"{one}:2:1: error: ", result.stdout)
        self.assertIn(f"{two}:4:", result.stdout)
        self.assertNotIn(self.rules, result.stdout)

    def test_validate_writes_json(self):
        bad = self.write("bad.yaml", "agregation: []\n")
        result = self.weir("validate", "--format", "json", bad)
        self.assertEqual(result.returncode, 1)
        found = json.loads(result.stdout)
        self.assertEqual((found[0]["file"], found[0]["line"], found[0]["column"]), (bad, 1, 1))
        self.assertEqual(json.loads(self.weir("validate", "--format", "json", self.rules).stdout), [])

    def test_validate_goes_on_after_a_file_that_is_missing(self):
        bad = self.write("bad.yaml", "agregation: []\n")
        result = self.weir("validate", "/nowhere.yaml", bad)
        self.assertEqual(result.returncode, 1)
        self.assertIn("/nowhere.yaml", result.stderr)
        self.assertIn(bad, result.stdout)


class Fields(Case):
    def test_are_all_listed(self):
        lines = self.weir("fields").stdout.splitlines()
        self.assertGreater(len(lines), 150)
        self.assertTrue(any(line.startswith("SourceAddress ") for line in lines))

    def test_end_with_a_word_on_the_names_that_are_not_listed(self):
        end = self.weir("fields").stdout[-400:]
        for part in ("S.", "N.", "F.", "SA.", "NA.", "FA.", "Extra.", "informative"):
            self.assertIn(part, end)

    def test_one_is_described(self):
        result = self.weir("fields", "BytesIn")
        self.assertEqual(result.returncode, 0)
        self.assertIn("number", result.stdout)

    def test_of_the_extended_schema_are_known(self):
        self.assertIn("array of number", self.weir("fields", "NA.ports").stdout)

    def test_unknown_get_a_suggestion(self):
        self.assert_error(self.weir("fields", "SourceAdress"), 1, "SourceAddress")

    def test_the_schema_of_documents_is_json(self):
        self.assertIsInstance(json.loads(self.weir("schema").stdout), dict)


class Output(Case):
    LINES = '{"SourceAddress":"10.0.0.1","BytesIn":1}\n{"Name":"passes"}\n' * 20000

    def test_to_a_pipe_whose_reader_has_gone_is_a_clear_error(self):
        source = self.write("in.ndjson", self.LINES)
        reader, writer = os.pipe()
        os.close(reader)
        try:
            result = subprocess.run([PROGRAM, "run", "-r", self.rules, "-i", source], stdout=writer,
                                    stderr=subprocess.PIPE, text=True, timeout=TIMEOUT)
        finally:
            os.close(writer)
        self.assertEqual(result.returncode, 3)
        self.assertRegex(result.stderr, r"(?m)^weir: cannot write to standard output: broken pipe")
        self.assertIn("events in    ", result.stderr)

    def test_to_a_full_disk_is_a_clear_error(self):
        source = self.write("in.ndjson", self.LINES)
        result = self.weir("run", "-r", self.rules, "-i", source, "-o", "/dev/full", "--stats",
                           self.path("stats.json"))
        self.assertEqual(result.returncode, 3)
        self.assertIn("weir: cannot write to '/dev/full': no space left", result.stderr)
        self.assertIn("events in    ", result.stderr)
        report = json.loads(self.read("stats.json"))
        self.assertIn("/dev/full", report["failure"])
        self.assertTrue(report["conservation"]["holds"])

    def test_to_an_address_that_is_none_for_outputs_is_a_usage_error(self):
        for output in ("udp://127.0.0.1:514", "unix:///nowhere/x", "file:///nowhere/x"):
            result = self.weir("run", "-r", self.rules, "-o", output)
            self.assert_error(result, 2, output, "tcp://HOST:PORT")

    def test_to_a_folder_that_is_missing_is_a_clear_error(self):
        result = self.weir("run", "-r", self.rules, "-o", "/nowhere/out")
        self.assert_error(result, 3, "/nowhere/out")


if __name__ == "__main__":
    unittest.main()
