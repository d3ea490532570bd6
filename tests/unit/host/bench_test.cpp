#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "bench/bench.h"
#include "bench/flow_store.h"

namespace weir::host {
namespace {

weir_field integer(std::int64_t value) {
  return {1, WEIR_INTEGER, 0, static_cast<std::uint64_t>(value)};
}

weir_field text(const std::string& value) {
  return {2, WEIR_TEXT, value.size(), reinterpret_cast<std::uintptr_t>(value.data())};
}

std::string text_of(const weir_field& field) {
  return {reinterpret_cast<const char*>(field.word), field.size};
}

TEST(FlowStore, KeepsEventsWhenTheirOriginalsAreWrittenOver) {
  FlowStore store;
  std::string address = "10.0.0.1";
  std::vector<weir_field> fields = {integer(7), text(address), {3, WEIR_ABSENT, 0, 0}};
  weir_event event{fields.data(), fields.size(), 0};
  store.add({&event, 1});
  address = "10.0.0.2";
  fields[0] = integer(8);
  store.add({&event, 1});
  address.assign(8, 'x');
  fields[0] = integer(9);
  const std::span<const weir_event> kept = store.events();
  ASSERT_EQ(kept.size(), 2u);
  for (std::size_t i = 0; i < 2; ++i) {
    ASSERT_EQ(kept[i].field_count, 3u);
    EXPECT_EQ(kept[i].fields[0].word, 7 + i);
    EXPECT_EQ(text_of(kept[i].fields[1]), "10.0.0." + std::to_string(i + 1));
    EXPECT_EQ(kept[i].fields[2].kind, std::uint32_t{WEIR_ABSENT});
  }
}

TEST(FlowStore, KeepsAnEmptyTextAndAnEventWithoutFields) {
  FlowStore store;
  weir_field nothing{2, WEIR_TEXT, 0, 0};
  const weir_event events[] = {{&nothing, 1, 0}, {nullptr, 0, 0}};
  store.add(events);
  ASSERT_EQ(store.events().size(), 2u);
  EXPECT_EQ(store.events()[0].fields[0].size, 0u);
  EXPECT_EQ(store.events()[1].field_count, 0u);
}

// Lines of 2 MB in all, 1000 events, and runs of 1, 2, 4 and 10 seconds.
struct Measured {
  Measured() : bytes(2'000'000, ' ') {
    input.name = "in";
    input.lines = bytes;
    input.size = bytes.size();
    figures.seconds = {1, 2, 4, 10};
    figures.fed.events_in = 1000;
    figures.fed.rejected = 200;
    figures.fed.taken = 800;
    figures.fed.open_groups = 3;
    figures.events_out = 8;
    figures.fed_out = 5;
  }
  std::string bytes;
  HeldInput input;
  BenchFigures figures;
};

TEST(Bench, TellsTheMiddleOfTheRunsAndTheirEnds) {
  const Measured measured;
  const std::string text = bench_text(measured.input, measured.figures);
  EXPECT_NE(text.find("events/s     333 (100 to 1000)\n"), std::string::npos) << text;
  EXPECT_NE(text.find("ns/event     3000000 (1000000 to 10000000)\n"), std::string::npos) << text;
  EXPECT_NE(text.find("MB/s         1 (0 to 2)\n"), std::string::npos) << text;
}

TEST(Bench, LeavesRejectedEventsOutOfTheReduction) {
  const Measured measured;
  const std::string text = bench_text(measured.input, measured.figures);
  EXPECT_NE(text.find("reduction    100.0 to 1\n"), std::string::npos) << text;
  EXPECT_NE(text.find("events out   8, 3 of them by the flush\n"), std::string::npos) << text;
}

TEST(Bench, OfNetflowHasNoBytesASecond) {
  Measured measured;
  measured.input.format = Format::pcap;
  Library library;
  library.version = [] { return "1.2.3"; };
  EXPECT_EQ(bench_text(measured.input, measured.figures).find("MB/s"), std::string::npos);
  const std::string json = bench_json(library, measured.input, measured.figures);
  EXPECT_NE(json.find("\"megabytes_per_second\": null"), std::string::npos) << json;
}

}  // namespace
}  // namespace weir::host
