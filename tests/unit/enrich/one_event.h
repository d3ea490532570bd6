// One event, and a rule that is applied to it.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "enrich/subject.h"

namespace weir::enrich {

// The rule is compiled first, so that its fields have slots; then the event gets its values.
class OneEvent {
 public:
  explicit OneEvent(Schema schema = Schema::kuma) : slots_(schema) {}

  Wiring wiring() { return {slots_, tables_}; }

  void set(std::string_view name, Value value) { values_[field_id(name, slots_.schema())] = value; }
  void set_clock(std::int64_t millis) { clock_.now = {millis * 1'000'000}; }

  template <class Rule>
  Effect apply(const Rule& rule) {
    row_.assign(slots_.size(), {});
    for (const auto& [field, value] : values_)
      if (const Slot slot = slots_.find(field); slot != SlotMap::none) row_[slot] = value;
    changes_.clear();
    memory_.reset();
    Subject subject(row_.data(), changes_, memory_, clock_, slots_);
    const Effect effect = rule.apply(subject);
    cut_ = subject.cut();
    return effect;
  }

  // What the field is after apply().
  Value value(std::string_view name) const {
    const Slot slot = slots_.find(field_id(name, slots_.schema()));
    return slot == SlotMap::none ? Value{} : row_[slot];
  }
  std::string text(std::string_view name) const {
    const Value found = value(name);
    return found.kind == weir::Kind::text ? std::string(found.text()) : std::string();
  }
  std::uint64_t cut() const noexcept { return cut_; }
  std::size_t changes() const noexcept { return changes_.size(); }

 private:
  SlotMap slots_;
  lookup::Tables tables_;
  std::map<FieldId, Value> values_;
  std::vector<Value> row_;
  std::vector<weir_field> changes_;
  Bump memory_;
  lookup::Clock clock_;
  std::uint64_t cut_ = 0;
};

}  // namespace weir::enrich
