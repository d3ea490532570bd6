// Memory that bounds give back.

#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <string>

#include "aggregate/group_table.h"
#include "aggregate/key_buffer.h"

namespace weir::aggregate {
namespace {

// Groups of one event each, whose keys are texts.
class Groups {
 public:
  explicit Groups(const Bounds& bounds) {
    Settings settings;
    settings.name = "r";
    settings.identical = {field_id("SourceUserName")};
    settings.unique = {field_id("DeviceAction")};
    rules_ = {std::make_shared<const Rule>(settings, 0)};
    plans_.emplace_back(rules_.front(), slots_);
    table_.set_bounds(bounds, rules_);
    closed_.reserve(100'000);
  }

  // A chunk of them, with names and values of a size.
  void open(std::size_t size) {
    constexpr std::uint32_t count = 256;
    std::deque<std::string> texts;
    std::vector<Value> rows(count * slots_.size());
    std::vector<Item> items;
    for (std::uint32_t i = 0; i < count; ++i) {
      std::string& name = texts.emplace_back(std::to_string(ordinal_ + i));
      name.resize(std::max(size, name.size()), '-');
      Value* const row = &rows[i * slots_.size()];
      for (const Slot slot : {plans_[0].identical[0], plans_[0].unique[0]})
        row[slot] = Value::of(std::string_view(name));
      const KeyBuffer::Key key = keys_.add(plans_[0], row);
      items.push_back({(ordinal_ + i) * 0x9E3779B97F4A7C15U, key.bytes, key.size, i, 0});
      ++open_[name];
    }
    Chunk chunk;
    chunk.plans = plans_;
    chunk.rows = rows.data();
    chunk.width = slots_.size();
    const std::vector<Time> line(count, Time{1000});
    chunk.line = line;
    chunk.first_ordinal = ordinal_;
    chunk.items = items;
    chunk.end = count;
    chunk.rounds = one_round_;
    chunk.closing = closing();
    table_.reserve(chunk);
    table_.apply(chunk);
    ordinal_ += count;
    keys_.clear();
  }
  void evict() {
    while (table_.over_bounds() && table_.evict(0, 1000, closing())) continue;
    take_closed();
  }
  void close_all() {
    while (table_.close_due({Time{INT64_MAX - 1}}, Reason::flush, nullptr, 4096, closing()))
      take_closed();
    take_closed();
  }
  Use use() const { return table_.use(); }
  // Groups that have not come out, once each and under their names.
  std::size_t missing() const { return open_.size(); }

 private:
  Closing closing() { return {{}, ranks_, "", &memory_, &closed_}; }
  void take_closed() {
    for (const Closed& one : closed_) {
      const std::string_view name(
          reinterpret_cast<const char*>(static_cast<std::uintptr_t>(one.fields[0].word)),
          one.fields[0].size);
      EXPECT_EQ(open_.erase(std::string(name)), 1U) << name;
    }
    closed_.clear();
    memory_.reset();
  }

  SlotMap slots_;
  std::vector<std::shared_ptr<const Rule>> rules_;
  std::vector<Plan> plans_;
  const std::vector<std::uint32_t> one_round_ = {0};
  const std::vector<std::uint32_t> ranks_ = {0};
  Bump memory_;
  KeyBuffer keys_;
  std::vector<Closed> closed_;
  GroupTable table_;
  std::uint64_t ordinal_ = 0;
  std::map<std::string, int> open_;
};

// Blocks serve again for their own size only: without compaction every size would leave its own.
TEST(Bounds, HoldTheMemoryOfKeysAndValuesWhoseSizesDrift) {
  constexpr std::uint64_t bound = 1 << 20;
  Groups groups({0, bound});
  for (std::size_t size = 8; size < 900; size += 8) {
    for (int i = 0; i < 8; ++i) {
      groups.open(size);
      groups.evict();
    }
    ASSERT_LE(groups.use().bytes, bound);
    const Use use = groups.use();
    ASSERT_TRUE(use.idle <= bound / 32 || use.bytes + use.idle <= bound + bound / 16) << use.idle;
    ASSERT_GT(groups.use().groups, 0U);
  }
  groups.close_all();
  EXPECT_EQ(groups.missing(), 0U);
  EXPECT_EQ(groups.use().groups, 0U);
}

TEST(Bounds, GiveTablesBackWhenTheyAreNearlyEmpty) {
  Groups groups({10, 0});
  for (int i = 0; i < 40; ++i) groups.open(16);
  const std::uint64_t before = groups.use().bytes;
  groups.evict();
  EXPECT_EQ(groups.use().groups, 10U);
  groups.open(16);
  groups.evict();
  EXPECT_LT(groups.use().bytes, before / 10);
  groups.close_all();
  EXPECT_EQ(groups.missing(), 0U);
}

}  // namespace
}  // namespace weir::aggregate
