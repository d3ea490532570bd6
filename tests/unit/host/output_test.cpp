#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "failure.h"
#include "file_descriptor.h"
#include "json_text.h"
#include "library.h"
#include "output/rejects.h"
#include "output/writer.h"
#include "run/report.h"

namespace weir::host {
namespace {

std::string temporary(const std::string& name) {
  return (std::filesystem::path(testing::TempDir()) / ("weir_host_" + name)).string();
}

TEST(JsonText, EscapesWhatJsonDemands) {
  EXPECT_EQ(json_text("a\"b\\c\n\t\x01"), R"("a\"b\\c\n\t\u0001")");
  EXPECT_EQ(json_text("привет"), "\"привет\"");
}

TEST(JsonText, ReplacesInvalidUtf8ByteByByte) {
  EXPECT_EQ(json_text("a\xff"
                      "b"),
            "\"a\xef\xbf\xbd"
            "b\"");
  EXPECT_EQ(json_text("\xc0\x80"), "\"\xef\xbf\xbd\xef\xbf\xbd\"");                  // overlong
  EXPECT_EQ(json_text("\xed\xa0\x80").size(), 2 + 3 * 3u);                           // a surrogate
  EXPECT_EQ(json_text("\xf0\x9f\x98"), "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"");  // cut off
  EXPECT_EQ(json_text("\xf0\x9f\x98\x80"), "\"\xf0\x9f\x98\x80\"");
}

TEST(Writer, WritesBlocksLargerThanItsBufferInOrder) {
  const std::string path = temporary("writer");
  Writer writer(path);
  writer.open();
  const std::string large(3 << 20, 'x');
  EXPECT_TRUE(writer.append("begin "));
  EXPECT_TRUE(writer.append(large));
  EXPECT_TRUE(writer.append(" end"));
  EXPECT_TRUE(writer.close());
  EXPECT_EQ(read_file(path), "begin " + large + " end");
}

TEST(Writer, ToNowhereTakesEverything) {
  Writer writer("");
  writer.open();
  EXPECT_TRUE(writer.append(std::string(3 << 20, 'x')));
  EXPECT_TRUE(writer.close());
}

TEST(Writer, SaysThatTheDiskIsFull) {
  Writer writer("/dev/full");
  writer.open();
  writer.append("x");
  EXPECT_FALSE(writer.flush());
  EXPECT_EQ(writer.error(), "cannot write to '/dev/full': no space left on device");
  EXPECT_FALSE(writer.append("y"));
}

TEST(Writer, ThatCannotOpenNamesThePath) {
  Writer writer("/nowhere/at/all");
  EXPECT_THROW(writer.open(), Failure);
}

TEST(Rejects, ShowsTheFirstFiveAndKeepsAll) {
  const std::string path = temporary("rejects");
  std::vector<std::string> shown;
  Rejects rejects(path, [&](const std::string& text) { shown.push_back(text); });
  rejects.writer()->open();
  for (std::uint64_t line = 1; line <= 9; ++line) {
    EXPECT_TRUE(rejects.add("in", line, "not \"JSON\"", "{\xff\n"));
  }
  rejects.writer()->close();
  ASSERT_EQ(shown.size(), 6u);
  EXPECT_EQ(shown[0], "in:1: rejected: not \"JSON\"");
  EXPECT_EQ(rejects.count(), 9u);
  const std::string kept = read_file(path);
  EXPECT_EQ(
      kept.substr(0, kept.find('\n')),
      "{\"source\":\"in\",\"line\":1,\"reason\":\"not \\\"JSON\\\"\",\"text\":\"{\xef\xbf\xbd\"}");
}

TEST(Library, IsLookedForBesideTheProgramFirstAndOnTheSystemsPathLast) {
  const std::vector<std::string> places = candidates("/opt/weir/bin");
  ASSERT_GE(places.size(), 3u);
  EXPECT_EQ(places.front(), "/opt/weir/bin/libweir.so." + std::to_string(WEIR_ABI_MAJOR));
  EXPECT_EQ(places.back(), "libweir.so." + std::to_string(WEIR_ABI_MAJOR));
}

TEST(Library, ThatIsMissingIsToldWithThePlaces) {
  try {
    open_library("/nowhere/libweir.so");
    ADD_FAILURE();
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.exit(), Exit::runtime);
    EXPECT_NE(std::string(failure.what()).find("/nowhere/libweir.so"), std::string::npos);
  }
}

TEST(Report, SpellsTheConservationEquationOut) {
  Report report;
  report.stats.events_in = 10;
  report.stats.rejected = 1;
  report.stats.filtered = 2;
  report.stats.passed = 3;
  report.stats.taken = 4;
  EXPECT_NE(report_json(report).find(
                "\"equation\": \"events_in 10 = rejected 1 + filtered 2 + passed 3 + taken 4\",\n"
                "    \"holds\": true"),
            std::string::npos);
  report.stats.taken = 5;
  EXPECT_NE(report_json(report).find("\"holds\": false"), std::string::npos);
}

TEST(Report, ReducesOnlyWhatCouldBeRead) {
  Report report;
  report.stats.events_in = 12;
  report.stats.rejected = 2;
  report.lines_out = 3;
  EXPECT_NE(report_json(report).find("\"reduction\": 3.333,"), std::string::npos);
  EXPECT_NE(summary_text(report).find("reduction    3.3 to 1"), std::string::npos);
}

TEST(Report, WritesNumbersWithoutNoise) {
  Report report;
  report.seconds = 0.1 + 0.2;
  report.stats.events_in = 1;
  EXPECT_NE(report_json(report).find("\"elapsed_seconds\": 0.300000,"), std::string::npos);
  EXPECT_NE(report_json(report).find("\"events_per_second\": 3,"), std::string::npos);
}

TEST(Report, CountsWhatTheSystemDroppedBesideTheSequenceGaps) {
  Report report;
  report.netflow.emplace().sequence_gaps = 3;
  EXPECT_NE(summary_text(report).find("netflow loss 3 sequence gaps\n"), std::string::npos);
  report.used_sockets = true;
  report.dropped = 7;
  EXPECT_NE(summary_text(report).find(
                "netflow loss 3 sequence gaps, 7 datagrams dropped by the system\n"),
            std::string::npos);
  EXPECT_NE(report_json(report).find("\"dropped\": 7"), std::string::npos);
}

TEST(Report, DoesNotClaimAnOutputThatFailed) {
  Report report;
  report.stats.aggregated = 5;
  report.output_failed = true;
  report.failure = "the disk is \"full\"";
  EXPECT_NE(summary_text(report).find("fewer than the 5 made"), std::string::npos);
  EXPECT_NE(report_json(report).find("\"failure\": \"the disk is \\\"full\\\"\","),
            std::string::npos);
}

TEST(Report, TellsOfGroupsThatHadNoRoomAndWhatHelps) {
  Report report;
  EXPECT_EQ(summary_text(report).find("evicted"), std::string::npos);
  report.stats.closed_evicted = 4;
  EXPECT_NE(summary_text(report).find("\nevicted      4 groups closed early for want of room; "
                                      "raise `bounds:` or the rule's own\n"),
            std::string::npos);
}

TEST(Report, TellsOfRefusedAndLoneEventsWhenThereAreAny) {
  Report report;
  EXPECT_EQ(summary_text(report).find("refused"), std::string::npos);
  EXPECT_EQ(summary_text(report).find("lone"), std::string::npos);
  report.stats.refused = 4;
  report.stats.lone = 2;
  report.stats.aggregated = 1;
  report.lines_out = 3;
  EXPECT_NE(summary_text(report).find("events out   3 = 1 aggregated + 0 passed + 2 lone\n"),
            std::string::npos);
  EXPECT_NE(summary_text(report).find("\nrefused      4 times, by unique_mode: dedup\n"),
            std::string::npos);
}

TEST(Report, CountsLoneEventsInTheConservationOfARule) {
  Report report;
  weir_rule_stats& rule = report.rules.emplace_back();
  rule.taken = 7;
  rule.out = 4;
  rule.lone = 1;
  rule.open_events = 2;
  EXPECT_NE(report_json(report).find("taken 7 = out 4 + lone 1 + open_events 2\", \"holds\": true"),
            std::string::npos);
}

TEST(Report, WritesSizesAndRatiosForPeople) {
  EXPECT_EQ(bytes_text(12), "12 B");
  EXPECT_EQ(bytes_text(1536), "1.5 KiB");
  EXPECT_EQ(reduction_text(100, 8), "12.5 to 1");
  EXPECT_EQ(reduction_text(100, 0), "no output");
}

}  // namespace
}  // namespace weir::host
