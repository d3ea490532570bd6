// One event that rules change, with fields by name and values that a test can state.
#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "../event/reading.h"
#include "enrich/subject.h"
#include "event/field_value.h"

namespace weir::enrich {

inline Value text(std::string_view text) { return Value::of(text); }

inline std::string repeat(std::string_view text, std::size_t count) {
  std::string all;
  for (std::size_t i = 0; i < count; ++i) all += text;
  return all;
}

class EnrichedEvent {
 public:
  SlotMap slots;
  lookup::Tables tables;
  lookup::Clock clock;
  Scratch scratch;
  Bump memory;

  explicit EnrichedEvent(Schema schema = Schema::kuma) : slots(schema) { row_.resize(64); }

  // Of rules that are compiled against it.
  Wiring wiring() { return {slots, tables}; }

  EnrichedEvent& set(std::string_view name, Value value) {
    row_[slots.want(field(name))] = value;
    return *this;
  }
  EnrichedEvent& set(std::string_view name, std::string_view text) {
    return set(name, Value::of(std::string_view(texts_.emplace_back(text))));
  }
  EnrichedEvent& set(std::string_view name, const char* text) {
    return set(name, std::string_view(text));
  }
  EnrichedEvent& set(std::string_view name, const std::vector<std::string>& items) {
    auto& kept = lists_.emplace_back();
    for (const std::string& item : items) {
      const std::string& text = texts_.emplace_back(item);
      kept.push_back({text.data(), text.size()});
    }
    return set(name, Value::array(weir::Kind::text_array, kept.data(),
                                  static_cast<std::uint32_t>(kept.size())));
  }
  EnrichedEvent& set(std::string_view name, const std::vector<std::int64_t>& numbers) {
    const auto& kept = numbers_.emplace_back(numbers);
    return set(name, Value::array(weir::Kind::integer_array, kept.data(),
                                  static_cast<std::uint32_t>(kept.size())));
  }

  // As text: see shown().
  std::string operator[](std::string_view name) { return shown(row_[slots.want(field(name))]); }
  // All that rules have set, `Name=t:abc …`.
  std::string changes() const {
    std::string all;
    for (const weir_field& change : changes_)
      all += cat(all.empty() ? "" : " ", field_name(change.id), "=", shown(value_of(change)));
    return all;
  }
  std::uint64_t cut() const { return cut_; }

  template <class Rule>
  Effect apply(const Rule& rule) {
    return with([&](Subject& subject) { return rule.apply(subject); });
  }
  template <class Use>
  auto with(Use use) {
    Subject subject(row_.data(), changes_, memory, clock, slots, scratch);
    const auto result = use(subject);
    cut_ += subject.cut();
    return result;
  }

  FieldId field(std::string_view name) const { return field_id(name, slots.schema()); }

 private:
  std::vector<Value> row_;
  std::vector<weir_field> changes_;
  std::deque<std::string> texts_;
  std::deque<std::vector<TextRef>> lists_;
  std::deque<std::vector<std::int64_t>> numbers_;
  std::uint64_t cut_ = 0;
};

inline std::ostream& operator<<(std::ostream& out, Effect effect) {
  return out << (effect == Effect::applied  ? "applied"
                 : effect == Effect::missed ? "missed"
                                            : "failed");
}

}  // namespace weir::enrich
