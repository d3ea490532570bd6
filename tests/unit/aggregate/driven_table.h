// A table of several rules that is fed random events, and what closes in it as text.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "aggregate/group_table.h"
#include "aggregate/key_buffer.h"
#include "aggregate/key_hash.h"
#include "event/field_value.h"
#include "one_bucket.h"
#include "random_values.h"

namespace weir::aggregate {

inline Settings named(Settings settings, const std::string& name, std::uint8_t id = 0) {
  settings.name = name;
  for (std::size_t i = 0; i < std::min<std::size_t>(name.size(), 8); ++i)
    settings.id.bytes[i + 1] = static_cast<std::uint8_t>(name[i]);
  settings.id.bytes[0] ^= id;  // keys hash otherwise, and nothing else changes but the id
  return settings;
}

// All of a rule's options beside those that exclude one another.
inline Settings rich_rule(OtherFields others, UniqueMode mode, Single single) {
  Settings settings = rule_by({"SourceUserName", "SourcePort", "SA.key", "F.key"});
  settings.unique = ids({"DeviceAction", "NA.list", "F.list"});
  settings.unique_mode = mode;
  settings.unique_limit = 40;
  settings.sum = ids({"BytesIn", "F.sum", "DeviceCustomString1"});
  settings.sum_strings = others == OtherFields::last ? SumStrings::join : SumStrings::numeric;
  settings.other_fields = others;
  settings.single = single;
  settings.threshold = 60;
  const auto statistic = [&](const char* of, Function function, const char* into) {
    settings.statistics.push_back({field_id(of), function, field_id(into)});
  };
  statistic("BytesIn", Function::min, "N.min");
  statistic("F.sum", Function::max, "F.max");
  statistic("BytesIn", Function::avg, "F.avg");
  statistic("DeviceAction", Function::min, "S.min");
  statistic("DeviceAction", Function::first, "S.first");
  statistic("SourcePort", Function::last, "N.last");
  statistic("DeviceAction", Function::distinct, "N.distinct");
  return settings;
}

inline Settings open_rule(SumStrings strings) {
  Settings settings = rule_by({"k", "l"}, Schema::open);
  settings.unique = ids({"u"}, Schema::open);
  settings.sum = ids({"s"}, Schema::open);
  settings.sum_strings = strings;
  settings.other_fields = OtherFields::common;
  for (const auto& [function, into] :
       {std::pair{Function::max, "max"}, std::pair{Function::last, "last"},
        std::pair{Function::distinct, "distinct"}})
    settings.statistics.push_back({open_field_id("u"), function, open_field_id(into)});
  return settings;
}

class DrivenTable {
 public:
  explicit DrivenTable(std::vector<Settings> settings)
      : slots_(settings.front().schema), table_(std::make_unique<GroupTable>()) {
    for (Settings& one : settings) {
      const auto index = static_cast<std::uint32_t>(rules.size());
      rules.push_back(std::make_shared<const Rule>(std::move(one), index));
      plans_.emplace_back(rules.back(), slots_);
      ranks_.push_back(index);
    }
    other_.resize(slots_.size());
    for (const Slot slot : plans_.front().others) other_[slot] = true;
    closed_.reserve(100'000);
  }

  GroupTable& table() noexcept { return *table_; }
  void fresh_table() { table_ = std::make_unique<GroupTable>(); }

  // A chunk; what closes is appended to `closed`. The same for the same arguments.
  void feed(std::uint64_t first_ordinal, std::uint32_t count, std::int64_t line) {
    values_.reset();
    memory_.reset();
    keys_.clear();
    std::mt19937_64 random(first_ordinal * 7919 + count);
    std::vector<Value> rows(count * slots_.size());
    std::vector<FedEvent> fed(count);
    for (std::uint32_t i = 0; i < count; ++i) {
      const std::span<Value> row(rows.data() + i * slots_.size(), slots_.size());
      for (std::size_t slot = 0; slot < row.size(); ++slot)
        if (!other_[slot] || random() % 10 == 0)
          row[slot] = values_.any_value(slots_.type(static_cast<Slot>(slot)), random);
      for (const Slot slot : plans_.front().identical)
        row[slot] = values_.key_value(slots_.type(slot), random);
      fed[i] = fed_event(row, first_ordinal + i);
    }
    apply(rows, fed, first_ordinal, count, line);
  }

  // Closes all, by deadline.
  void close_all() {
    while (table_->close_due({Time{INT64_MAX - 1}}, Reason::flush, nullptr, 16, closing())) {
    }
    note_closed();
  }
  void evict(std::uint64_t max_groups) {
    table_->set_bounds({max_groups, 0}, rules);
    while (table_->evict(1234, 16, closing())) {
    }
    note_closed();
  }
  // Of all rules: texts of what save() wrote.
  struct Saved {
    std::vector<std::string> bytes;
    std::vector<RuleCounters> counters;
    std::vector<FieldId> fields;
  };
  Saved save() {
    StateWriter out;
    Saved saved;
    for (const auto& rule : rules) {
      const std::size_t before = out.size();
      table_->save(*rule, out);
      saved.bytes.push_back(out.bytes().substr(before));
      saved.counters.push_back(table_->counters(*rule));
    }
    saved.fields = out.fields();
    return saved;
  }
  void load(const Saved& saved) {
    for (std::size_t i = 0; i < rules.size(); ++i) load(saved, i, saved.bytes[i]);
  }
  void load(const Saved& saved, std::size_t rule, std::string_view bytes) {
    StateReader in(bytes, saved.fields);
    table_->load(rules[rule], saved.counters[rule], in);
    EXPECT_TRUE(in.empty());
  }

  std::vector<std::shared_ptr<const Rule>> rules;
  std::vector<std::string> closed;

 private:
  Closing closing() { return {Duration{5'000'000}, ranks_, "instance", &out_, &closed_}; }

  FedEvent fed_event(std::span<const Value> row, std::uint64_t cookie) {
    FedEvent fed;
    fed.event.cookie = cookie;
    if (cookie % 2 == 0) {
      fed.line = memory_.copy("{\"N.Line\":" + std::to_string(cookie) + "}");
      return fed;
    }
    auto* const fields =
        reinterpret_cast<weir_field*>(memory_.take(row.size() * sizeof(weir_field)));
    for (std::size_t slot = 0; slot < row.size(); ++slot)
      if (row[slot].present())
        fields[fed.event.field_count++] =
            field_of(slots_.field(static_cast<Slot>(slot)), row[slot]);
    fed.event.fields = fields;
    return fed;
  }

  void apply(const std::vector<Value>& rows, const std::vector<FedEvent>& fed,
             std::uint64_t first_ordinal, std::uint32_t count, std::int64_t line) {
    Chunk chunk;
    chunk.plans = plans_;
    chunk.rows = rows.data();
    chunk.width = slots_.size();
    const std::vector<Time> lines(count, Time{line});
    chunk.line = lines;
    chunk.first_ordinal = first_ordinal;
    chunk.fed = fed;
    chunk.closing = closing();
    std::vector<Item> items;
    for (std::uint32_t plan = 0; plan < plans_.size(); ++plan)
      for (std::uint32_t i = 0; i < count; ++i) {
        const Value* const row = rows.data() + i * slots_.size();
        const KeyBuffer::Key key = keys_.add(plans_[plan], row);
        items.push_back({hash_of_key({key.bytes, key.size}, plans_[plan].seed), key.bytes, key.size,
                         i, plan, key.combination_size});
      }
    chunk.items = items;
    chunk.end = count;
    chunk.rounds = one_round_;
    table_->reserve(chunk);
    table_->apply(chunk);
    note_closed();
  }

  void note_closed() {
    for (const Closed& one : closed_) {
      std::ostringstream text;
      text << one.rule->settings().name << ' ' << one.deadline.nanos << ' ' << one.ordinal << ' '
           << one.count << ' ' << reason_name(one.reason) << " at " << one.position;
      std::span<const weir_field> fields = one.fields;
      if (one.lone != nullptr) {
        text << " lone " << one.lone->event.cookie << ' ' << one.lone->line;
        fields = {one.lone->event.fields, one.lone->event.field_count};
      }
      for (const weir_field& field : fields)
        text << ' ' << field_name(field.id) << '=' << shown(value_of(field));
      closed.push_back(text.str());
    }
    closed_.clear();
    out_.reset();
  }

  SlotMap slots_;
  std::vector<Plan> plans_;
  std::vector<bool> other_;  // by slot: fields that no list names, which are many
  std::vector<std::uint32_t> ranks_;
  const std::vector<std::uint32_t> one_round_ = {0};
  RandomValues values_;
  KeyBuffer keys_;
  Bump memory_, out_;
  std::vector<Closed> closed_;
  std::unique_ptr<GroupTable> table_;
};

}  // namespace weir::aggregate
