// Of many random events: what is explained is what feeding them then does.

#include <gtest/gtest.h>

#include <atomic>
#include <random>
#include <thread>

#include "explained.h"

namespace {

using namespace host;

struct Setting {
  const char* name;
  const char* document;
  std::uint32_t clock;
};

const Setting explained_settings[] = {
    {"first", R"(
filter: not Name = 'drop'
aggregation:
  - name: both
    threshold: 3
    lifetime: 5
    identical_fields: [SourceAddress, DestinationAddress]
    missing: pass
    filter: DestinationPort < 3
  - name: single
    threshold: 1
    lifetime: 5
    identical_fields: [DestinationAddress]
    filter: Name = ['x', 'y'] and DestinationPort = 4
  - name: rest
    threshold: 4
    lifetime: 3
    identical_fields: [SourceAddress]
    filter: DestinationAddress = 'b' or Name startsWith 'x'
)",
     WEIR_CLOCK_HOST},
    {"dedup", R"(
aggregation:
  - name: no doubles
    threshold: 4
    lifetime: 6
    identical_fields: [SourceAddress]
    unique_fields: [Name]
    unique_mode: dedup
    unique_limit: 2
  - name: refused
    threshold: 3
    lifetime: 5
    identical_fields: [SourceAddress]
    filter: DestinationPort > 1
)",
     WEIR_CLOCK_EVENT},
    {"all", R"(
match: all
aggregation:
  - {name: one, threshold: 3, lifetime: 2, identical_fields: [SourceAddress]}
  - {name: two, threshold: 2, lifetime: 9, identical_fields: [DestinationAddress], filter: "Name = 'x'"}
)",
     WEIR_CLOCK_EVENT},
};

class Random {
 public:
  explicit Random(std::uint32_t seed) : engine_(seed) {}
  std::size_t below(std::size_t n) { return engine_() % n; }

  std::string line(std::int64_t millis) {
    if (below(40) == 0) return "{torn";
    std::string out = R"({"Timestamp":)" + std::to_string(millis);
    const auto add = [&](std::string_view name, std::initializer_list<const char*> values) {
      if (below(6) > 0)
        out += ",\"" + std::string(name) + "\":" + *(values.begin() + below(values.size()));
    };
    add("SourceAddress", {"\"a\"", "\"b\"", "\"c\""});
    add("DestinationAddress", {"\"a\"", "\"b\""});
    add("DestinationPort", {"1", "2", "3", "4", "\"no\""});
    add("Name", {"\"x\"", "\"y\"", "\"z\"", "\"drop\""});
    return out + "}";
  }

 private:
  std::mt19937 engine_;
};

// What feeding one line did to a rule.
struct Change {
  std::uint64_t taken, refused, by_count, opened;
};
Change change(const weir_rule_stats& before, const weir_rule_stats& after) {
  const std::uint64_t closed = after.aggregated - before.aggregated;
  return {after.taken - before.taken, after.refused - before.refused,
          after.closed_count - before.closed_count,
          after.open_groups + closed - before.open_groups};
}

std::string outcome(const weir_stats& before, const weir_stats& after) {
  if (after.rejected > before.rejected) return "rejected";
  if (after.filtered > before.filtered) return "filtered";
  return after.taken > before.taken ? "taken" : "passed";
}

// How often each outcome, reason and effect was met.
using Met = std::map<std::string, int>;

void check_rule(const Answer& answer, std::size_t index, const Change& did, Met& met) {
  const std::string why = answer.rule(index, "because");
  const std::string effect = answer.rule(index, "effect");
  ++met[why];
  ++met[effect];
  met["closes first"] += answer.rule(index, "bucket/closes_first") == "true" ? 1 : 0;
  ASSERT_EQ(answer.rule(index, "takes"), did.taken == 1 ? "true" : "false");
  ASSERT_EQ(why == "met" || why == "full", did.refused == 1);
  ASSERT_EQ(effect == "closes", did.by_count == 1);
  const bool opens = !effect.empty() && answer.rule(index, "count") == "1";
  ASSERT_EQ(opens, did.opened == 1);
}

TEST(ExplainRandom, SaysWhatAFeedThenDoes) {
  Met met;
  for (const Setting& setting : explained_settings) {
    Engine engine(setting.document, setting.clock);
    Random random(77);
    Sink sink;
    std::int64_t now = start;
    for (int i = 0; i < 3000; ++i) {
      now += static_cast<std::int64_t>(random.below(8)) * second / 10;
      const std::string line = random.line(now / 1'000'000);
      const Answer answer(engine, question_of(line, now));
      SCOPED_TRACE(std::string(setting.name) + " " + line + "\n" + answer.json());
      const weir_stats before = engine.stats();
      std::vector<weir_rule_stats> rules;
      for (std::size_t index = 0; !answer.at("/rules").empty() && index < answer.rules(); ++index)
        rules.push_back(engine.rule_stats(index));
      ASSERT_EQ(engine.feed_lines(line + "\n", now, sink), WEIR_OK);
      ASSERT_EQ(answer.outcome(), outcome(before, engine.stats()));
      ++met[answer.outcome()];
      if (answer.outcome() != "rejected") {
        ASSERT_EQ(answer.at("/clock"), std::to_string(engine.stats().clock / 1'000'000));
      }
      for (std::size_t index = 0; index < rules.size(); ++index)
        ASSERT_NO_FATAL_FAILURE(
            check_rule(answer, index, change(rules[index], engine.rule_stats(index)), met));
    }
  }
  for (const char* const wanted :
       {"rejected", "filtered", "passed", "taken", "earlier rule", "filter", "missing fields",
        "met", "full", "opens", "joins", "closes", "closes first"})
    EXPECT_GT(met[wanted], 20) << wanted;
}

TEST(ExplainRandom, IsAnsweredWhileOthersFeedAndLoad) {
  Engine engine(explained_settings[0].document);
  std::atomic<bool> done = false;
  std::thread feeder([&] {
    Random random(1);
    Sink sink;
    std::string lines;
    for (int i = 0; i < 200; ++i) lines += random.line(start / 1'000'000) + "\n";
    weir_cursor cursor{sizeof(weir_cursor), 0, 0, 0, 0, 0, 0};
    for (int i = 0; i < 200; ++i)
      EXPECT_EQ(weir_feed_ndjson(engine, lines.data(), lines.size(), start + i * second, 0, sink,
                                 &cursor, nullptr),
                WEIR_OK);
    done = true;
  });
  std::thread loader([&] {
    for (std::size_t i = 0; !done; ++i) {
      const std::string_view document = explained_settings[i % 2].document;
      EXPECT_EQ(weir_load(engine, document.data(), document.size(), nullptr), WEIR_OK);
    }
  });
  Random random(2);
  while (!done) {
    const std::string line = random.line(start / 1'000'000);
    EXPECT_NE(Answer(engine, question_of(line, 0)).outcome(), "");
  }
  feeder.join();
  loader.join();
}

}  // namespace
