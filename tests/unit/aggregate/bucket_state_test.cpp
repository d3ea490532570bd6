// Open buckets as bytes and back.

#include <gtest/gtest.h>

#include <new>
#include <random>
#include <string>
#include <vector>

#include "../engine/failing_memory.h"
#include "aggregate/key_state.h"
#include "driven_table.h"

namespace weir::aggregate {
namespace {

constexpr std::int64_t second = 1'000'000'000;

// Each shares the events with those of its schema.
std::vector<Settings> kuma_rules(std::uint8_t id = 0) {
  Settings plain = rule_by({"SourceUserName"});
  plain.sum = ids({"BytesIn"});
  plain.threshold = 1000;
  return {named(rich_rule(OtherFields::first, UniqueMode::list, Single::pass), "first", id),
          named(rich_rule(OtherFields::last, UniqueMode::dedup, Single::aggregate), "last", id),
          named(rich_rule(OtherFields::common, UniqueMode::dedup, Single::pass), "common", id),
          named(rich_rule(OtherFields::drop, UniqueMode::list, Single::pass), "drop", id),
          named(plain, "plain", id)};
}

std::vector<Settings> open_rules(std::uint8_t id = 0) {
  return {named(open_rule(SumStrings::join), "join", id),
          named(open_rule(SumStrings::numeric), "numeric", id)};
}

using Rules = std::vector<Settings> (*)(std::uint8_t);

// Chunks of 40 events from chunk `first` on, a second apart.
void feed(DrivenTable& driven, std::uint64_t first, std::uint64_t end) {
  for (std::uint64_t chunk = first; chunk < end; ++chunk)
    driven.feed(chunk * 40, 40, static_cast<std::int64_t>(chunk + 1) * second);
}

void expect_equal(const RuleCounters& a, const RuleCounters& b) {
  EXPECT_EQ(a.taken, b.taken);
  EXPECT_EQ(a.out, b.out);
  EXPECT_EQ(a.lone, b.lone);
  EXPECT_EQ(a.refused, b.refused);
  EXPECT_EQ(a.aggregated, b.aggregated);
  for (std::size_t i = 0; i < reasons; ++i) EXPECT_EQ(a.closed[i], b.closed[i]);
  EXPECT_EQ(a.open_groups, b.open_groups);
  EXPECT_EQ(a.open_events, b.open_events);
  EXPECT_EQ(a.oldest_opened, b.oldest_opened);
}

void expect_equal_counters(DrivenTable& a, DrivenTable& b) {
  for (std::size_t i = 0; i < a.rules.size(); ++i)
    expect_equal(a.table().counters(*a.rules[i]), b.table().counters(*b.rules[i]));
}

void expect_empty(DrivenTable& driven) {
  for (const auto& rule : driven.rules) {
    driven.table().remove(*rule);
    const RuleCounters counters = driven.table().counters(*rule);
    EXPECT_EQ(counters.taken, 0U);
    EXPECT_EQ(counters.open_groups, 0U);
    EXPECT_EQ(counters.open_bytes, 0U);
  }
  EXPECT_EQ(driven.table().use().groups, 0U);
  EXPECT_EQ(driven.table().use().bytes, 0U);
  EXPECT_FALSE(driven.table().any_due(Time{INT64_MAX - 1}));
}

class BucketState : public testing::TestWithParam<Rules> {};

TEST_P(BucketState, GoesOnAsTheTableThatWasSaved) {
  for (const std::uint64_t chunks : {1U, 7U, 30U, 75U}) {
    DrivenTable saved(GetParam()(0)), loaded(GetParam()(0));
    feed(saved, 0, chunks);
    const DrivenTable::Saved bytes = saved.save();
    loaded.load(bytes);
    EXPECT_GT(loaded.table().use().groups, 0U);
    EXPECT_EQ(loaded.table().use().groups, saved.table().use().groups);
    expect_equal_counters(saved, loaded);
    const DrivenTable::Saved again = loaded.save();
    EXPECT_EQ(again.bytes, bytes.bytes);
    EXPECT_EQ(again.fields, bytes.fields);

    saved.closed.clear();
    feed(saved, chunks, chunks + 20);
    feed(loaded, chunks, chunks + 20);
    EXPECT_EQ(loaded.closed, saved.closed);
    EXPECT_EQ(loaded.save().bytes, saved.save().bytes);
    for (DrivenTable* one : {&saved, &loaded}) {
      one->evict(10);
      one->close_all();
    }
    EXPECT_EQ(loaded.closed, saved.closed);
    EXPECT_GT(loaded.closed.size(), 0U);
    expect_equal_counters(saved, loaded);
    expect_empty(loaded);
  }
}

// Its keys hash otherwise, so that its buckets lie in other shards.
TEST_P(BucketState, SaysNothingOfWhereABucketLies) {
  DrivenTable one(GetParam()(0)), other(GetParam()(1)), third(GetParam()(2));
  feed(one, 0, 30);
  feed(other, 0, 30);
  const DrivenTable::Saved bytes = one.save();
  EXPECT_EQ(bytes.bytes, other.save().bytes);
  third.load(bytes);
  EXPECT_EQ(third.save().bytes, bytes.bytes);
}

TEST_P(BucketState, IsRefusedWhereverItEnds) {
  DrivenTable saved(GetParam()(0)), loaded(GetParam()(0));
  saved.feed(0, 4, second);
  const DrivenTable::Saved bytes = saved.save();
  for (std::size_t rule = 0; rule < saved.rules.size(); ++rule)
    for (std::size_t size = 0; size < bytes.bytes[rule].size(); ++size) {
      try {
        loaded.load(bytes, rule, bytes.bytes[rule].substr(0, size));
        ADD_FAILURE() << "rule " << rule << " loads " << size << " bytes";
      } catch (const Failure& failure) {
        ASSERT_EQ(failure.status(), Status::invalid_snapshot);
      }
      loaded.table().remove(*loaded.rules[rule]);
      ASSERT_EQ(loaded.table().use().groups, 0U);
      ASSERT_EQ(loaded.table().use().bytes, 0U);
    }
  loaded.load(bytes);
  EXPECT_EQ(loaded.save().bytes, bytes.bytes);
  expect_empty(loaded);
}

// What loads goes on, and closes.
TEST_P(BucketState, IsRefusedOrConsistentWhateverByteIsWrong) {
  DrivenTable saved(GetParam()(0)), loaded(GetParam()(0));
  saved.feed(0, 4, second);
  const DrivenTable::Saved bytes = saved.save();
  std::mt19937_64 random(3);
  std::size_t refused = 0, loads = 0;
  for (std::size_t rule = 0; rule < saved.rules.size(); ++rule)
    for (std::size_t at = 0; at < bytes.bytes[rule].size(); ++at)
      for (const unsigned flip :
           {1U, 1U << random() % 8, 1U + static_cast<unsigned>(random() % 255)}) {
        std::string wrong = bytes.bytes[rule];
        wrong[at] = static_cast<char>(static_cast<unsigned char>(wrong[at]) ^ flip);
        try {
          StateReader in(wrong, bytes.fields);
          loaded.table().load(loaded.rules[rule], {}, in);
          ++loads;
          loaded.save();
          loaded.feed(1000, 8, 2 * second);
          loaded.close_all();
        } catch (const Failure& failure) {
          ASSERT_EQ(failure.status(), Status::invalid_snapshot);
          ++refused;
        }
        for (const auto& one : loaded.rules) loaded.table().remove(*one);
        ASSERT_EQ(loaded.table().use().groups, 0U);
        ASSERT_EQ(loaded.table().use().bytes, 0U);
      }
  EXPECT_GT(refused, 100U);
  EXPECT_GT(loads, 100U);
}

TEST_P(BucketState, LeavesTheTableCleanWhenMemoryEnds) {
  DrivenTable saved(GetParam()(0)), loaded(GetParam()(0));
  feed(saved, 0, 8);
  const DrivenTable::Saved bytes = saved.save();
  std::uint64_t failures = 0;
  for (std::size_t rule = 0; rule < saved.rules.size(); ++rule)
    for (std::uint64_t first = 1;; ++first) {
      loaded.fresh_table();
      bool failed = false;
      StateReader in(bytes.bytes[rule], bytes.fields);
      fail_allocations(first);
      try {
        loaded.table().load(loaded.rules[rule], bytes.counters[rule], in);
      } catch (const std::bad_alloc&) {
        failed = true;
      }
      allow_allocations();
      if (!failed) break;
      ++failures;
      expect_empty(loaded);
    }
  EXPECT_GT(failures, 50U);
  loaded.fresh_table();
  loaded.load(bytes);
  EXPECT_EQ(loaded.save().bytes, bytes.bytes);
}

TEST_P(BucketState, ChangesNothingWhenMemoryEndsWhileItIsSaved) {
  DrivenTable saved(GetParam()(0));
  feed(saved, 0, 8);
  const DrivenTable::Saved bytes = saved.save();
  std::uint64_t failures = 0;
  for (std::uint64_t first = 1;; ++first) {
    bool failed = false;
    fail_allocations(first);
    try {
      saved.save();
    } catch (const std::bad_alloc&) {
      failed = true;
    }
    allow_allocations();
    if (!failed) break;
    ++failures;
  }
  EXPECT_GT(failures, 5U);
  EXPECT_EQ(saved.save().bytes, bytes.bytes);
}

INSTANTIATE_TEST_SUITE_P(Schemas, BucketState, testing::Values(&kuma_rules, &open_rules),
                         [](const auto& schema) { return schema.index == 0 ? "Kuma" : "Open"; });

// Buckets of a rule of one text, without accumulators.
class OneRule {
 public:
  struct Head {
    std::string key = std::string("\4\1u", 3);
    std::int64_t deadline = 61 * second;
    std::int64_t opened = second;
    std::uint64_t ordinal = 7;
    std::uint32_t count = 3;
    std::int64_t start = 10;
    std::int64_t end = 20;
  };
  // The bytes of the buckets; empty if they load.
  std::string refusal(const std::vector<Head>& heads, const Horizon& horizon = {latest}) {
    StateWriter out;
    out.number(std::uint64_t{heads.size()});
    for (const Head& head : heads) {
      out.number(static_cast<std::uint32_t>(head.key.size()));
      out.raw(head.key);
      out.number(head.deadline);
      out.number(head.opened);
      out.number(head.ordinal);
      out.number(head.count);
      out.number(head.start);
      out.number(head.end);
    }
    std::string why;
    StateReader in(out.bytes());
    try {
      table.load(rule, {}, in, horizon);
      StateWriter again;
      table.save(*rule, again);
      EXPECT_EQ(again.bytes(), out.bytes());
    } catch (const Failure& failure) {
      EXPECT_EQ(failure.status(), Status::invalid_snapshot);
      why = failure.what();
    }
    oldest = table.counters(*rule).oldest_opened;
    table.remove(*rule);
    EXPECT_EQ(table.use().bytes, 0U);
    return why;
  }

  GroupTable table;
  const std::shared_ptr<const Rule> rule =
      std::make_shared<const Rule>(rule_by({"SourceUserName"}), 0);
  Time oldest;
};

TEST(BucketHead, IsRefusedWithWhatCannotBe) {
  OneRule one;
  using Head = OneRule::Head;
  const auto with = [](auto change) {
    Head head;
    change(head);
    return std::vector<Head>{head};
  };
  EXPECT_EQ(one.refusal({Head()}), "");
  EXPECT_EQ(one.oldest, Time{second});
  EXPECT_NE(one.refusal(with([](Head& head) { head.key.pop_back(); })), "");
  EXPECT_NE(one.refusal(with([](Head& head) { head.key += '\0'; })), "");
  EXPECT_NE(one.refusal(with([](Head& head) { head.key = "\1\1\1"; })), "");  // a number
  EXPECT_NE(one.refusal(with([](Head& head) { head.deadline = 60 * second - 1; })), "");
  EXPECT_NE(one.refusal(with([](Head& head) { head.deadline = INT64_MIN; })), "");
  EXPECT_NE(one.refusal(with([](Head& head) { head.deadline = INT64_MAX; })), "");
  EXPECT_EQ(one.refusal(with([](Head& head) { head.deadline = latest.nanos + 60 * second; })), "");
  EXPECT_NE(one.refusal(with([](Head& head) { head.opened = INT64_MAX; })), "");
  EXPECT_NE(one.refusal(with([](Head& head) { head.opened = INT64_MIN; })), "");
  EXPECT_NE(one.refusal(with([](Head& head) { head.ordinal = no_ordinal; })), "");
  EXPECT_NE(one.refusal(with([](Head& head) { head.count = 0; })), "");
  EXPECT_NE(one.refusal(with([](Head& head) { head.start = 21; })), "");
  // Behind the clock, or of an event that was not fed yet.
  EXPECT_EQ(one.refusal({Head()}, {Time{second}, 8}), "");
  EXPECT_NE(one.refusal({Head()}, {Time{second - 1}, 8}), "");
  EXPECT_NE(one.refusal({Head()}, {Time{second}, 7}), "");
}

TEST(BucketHead, IsOfAKeyThatNoOtherHas) {
  OneRule one;
  OneRule::Head first, next;
  next.ordinal = 8;
  EXPECT_NE(one.refusal({first, next}), "");
  next.key = std::string("\4\1v", 3);
  next.opened = 9 * second;
  EXPECT_EQ(one.refusal({first, next}), "");
  EXPECT_EQ(one.oldest, Time{second});
  EXPECT_NE(one.refusal({next, first}), "");  // the order of the openings
  next.deadline += 1;
  EXPECT_NE(one.refusal({next, first}), "");
}

TEST(BucketCounters, AreThoseThatWereGiven) {
  OneRule one;
  StateWriter out;
  out.number(std::uint64_t{0});
  StateReader in(out.bytes());
  RuleCounters counters;
  counters.taken = 1;
  counters.closed[2] = 2;
  counters.late = 3;
  counters.shortfalls.joins_cut = 4;
  counters.open_groups = 5;
  counters.open_events = 6;
  counters.oldest_opened = Time{7};
  one.table.load(one.rule, counters, in);
  const RuleCounters loaded = one.table.counters(*one.rule);
  EXPECT_EQ(loaded.taken, 1U);
  EXPECT_EQ(loaded.closed[2], 2U);
  EXPECT_EQ(loaded.late, 3U);
  EXPECT_EQ(loaded.shortfalls.joins_cut, 4U);
  EXPECT_EQ(loaded.open_groups, 0U);
  EXPECT_EQ(loaded.open_events, 0U);
  EXPECT_EQ(loaded.open_bytes, 0U);
  EXPECT_EQ(loaded.oldest_opened, Time{});
}

// Threads that take their ordinals first may apply their chunks last.
TEST(BucketsOfARule, AreInTheOrderOfTheOpenings) {
  std::vector<std::vector<std::string>> saved;
  for (const auto& order : {std::vector<std::uint64_t>{0, 40, 80}, {40, 80, 0}}) {
    DrivenTable driven(
        {named(rule_by({"SourceUserName", "SourcePort", "SA.key", "BytesIn"}), "r")});
    for (const std::uint64_t first : order) driven.feed(first, 40, second);
    driven.closed.clear();
    DrivenTable loaded(
        {named(rule_by({"SourceUserName", "SourcePort", "SA.key", "BytesIn"}), "r")});
    loaded.load(driven.save());
    driven.close_all();
    loaded.close_all();
    EXPECT_EQ(loaded.closed, driven.closed);
  }
}

TEST(BucketsOfARule, LeaveOutAFieldThatTheRuleDoesNotKnow) {
  Settings settings = rule_by({"SourceUserName"});
  settings.other_fields = OtherFields::first;
  DrivenTable before({named(settings, "r")});
  const FieldId later = field_id("S.later");
  DrivenTable after({named(settings, "r")});
  after.feed(0, 40, second);
  const DrivenTable::Saved saved = after.save();
  ASSERT_NE(std::find(saved.fields.begin(), saved.fields.end(), later), saved.fields.end());
  before.load(saved);
  const DrivenTable::Saved again = before.save();
  EXPECT_EQ(std::find(again.fields.begin(), again.fields.end(), later), again.fields.end());
  EXPECT_EQ(again.fields.size() + 1, saved.fields.size());
}

TEST(KeyState, TakesWhatAppendKeyWrites) {
  Bump memory;
  const TextRef texts[] = {{"a", 1}, {"", 0}, {"bc", 2}};
  const std::int64_t integers[] = {-1, 5};
  const double floats[] = {1.5, 2.0, -0.0};
  const std::string medium(255, 'm'), large(256, 'l');
  const std::vector<std::pair<Value, FieldType>> values{
      {{}, FieldType::number},
      {number(0), FieldType::number},
      {number(65'535), FieldType::timestamp},
      {number(65'536), FieldType::any},
      {number(-1), FieldType::number},
      {floating(1.5), FieldType::floating},
      {floating(2.0), FieldType::floating},
      {floating(1e300), FieldType::any},
      {text("t"), FieldType::text},
      {text(medium), FieldType::text},
      {text(large), FieldType::any},
      {boolean(true), FieldType::any},
      {boolean(false), FieldType::any},
      {Value::array(Kind::text_array, texts, 3), FieldType::text_array},
      {Value::array(Kind::integer_array, integers, 2), FieldType::number_array},
      {Value::array(Kind::float_array, floats, 3), FieldType::float_array},
      {Value::array(Kind::float_array, floats, 0), FieldType::float_array}};
  for (const auto& [value, type] : values) {
    std::string room(key_room(value), '\0');
    const std::string key(room.data(), append_key(room.data(), value));
    std::string_view rest = key;
    EXPECT_TRUE(take_key_value(rest, type)) << shown(value);
    EXPECT_TRUE(rest.empty());
    for (std::size_t size = 0; size < key.size(); ++size) {
      rest = std::string_view(key).substr(0, size);
      EXPECT_FALSE(take_key_value(rest, type)) << shown(value) << " cut to " << size;
    }
    rest = key;
    EXPECT_EQ(take_key_value(rest, FieldType::structured), key[0] == key_tag::absent);
  }
}

TEST(KeyState, RefusesWhatAppendKeyWritesOtherwise) {
  const auto taken = [](std::string_view bytes, FieldType type = FieldType::any) {
    return take_key_value(bytes, type);
  };
  using namespace std::string_view_literals;
  EXPECT_FALSE(taken("\x0b"sv));
  EXPECT_FALSE(taken("\4\0"sv));                                 // an empty text
  EXPECT_FALSE(taken("\5\1\0\0\0a"sv));                          // a short one
  EXPECT_FALSE(taken("\2\1\0\0\0\0\0\0\0"sv));                   // a small number
  EXPECT_FALSE(taken("\3\0\0\0\0\0\0\xf0\x3f"sv));               // 1.0
  EXPECT_FALSE(taken("\3\0\0\0\0\0\0\xf8\x7f"sv));               // no number
  EXPECT_FALSE(taken("\x0a\0\0\0\0"sv, FieldType::text_array));  // an empty array
  EXPECT_FALSE(taken("\x0a\xff\xff\xff\xff"sv, FieldType::text_array));
  EXPECT_FALSE(taken("\x09\1\0\0\0\0\0\0\0\0\0\0\x80"sv, FieldType::float_array));  // -0.0
}

}  // namespace
}  // namespace weir::aggregate
