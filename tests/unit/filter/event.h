// An event by field names, and the question whether an expression is true of it.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "event/slots.h"
#include "event/value.h"
#include "filter/program.h"
#include "filter/tree.h"

namespace weir::filter {

struct Event {
  std::map<FieldId, Value> fields;
  // What the values point to; deques, so that it stays where it is.
  std::deque<std::string> texts;
  std::deque<std::vector<std::int64_t>> integers;
  std::deque<std::vector<double>> doubles;
  std::deque<std::vector<TextRef>> references;

  Event& set(std::string_view name, std::string_view text) {
    return put(name, Value::of(std::string_view(texts.emplace_back(text))));
  }
  Event& set(std::string_view name, const char* text) { return set(name, std::string_view(text)); }
  Event& set(std::string_view name, std::int64_t number) { return put(name, Value::of(number)); }
  Event& set(std::string_view name, int number) { return set(name, std::int64_t{number}); }
  Event& set(std::string_view name, double number) { return put(name, Value::of(number)); }
  Event& set(std::string_view name, bool truth) {
    return put(name, Value{truth ? 1U : 0U, 0, Kind::boolean});
  }
  Event& set(std::string_view name, std::vector<std::int64_t> numbers) {
    const auto& kept = integers.emplace_back(std::move(numbers));
    return put(name, Value::array(Kind::integer_array, kept.data(), size32(kept)));
  }
  Event& set(std::string_view name, std::vector<double> numbers) {
    const auto& kept = doubles.emplace_back(std::move(numbers));
    return put(name, Value::array(Kind::float_array, kept.data(), size32(kept)));
  }
  Event& set(std::string_view name, const std::vector<std::string>& items) {
    auto& kept = references.emplace_back();
    for (const std::string& item : items) {
      const std::string& text = texts.emplace_back(item);
      kept.push_back({text.data(), text.size()});
    }
    return put(name, Value::array(Kind::text_array, kept.data(), size32(kept)));
  }
  Event& put(std::string_view name, Value value) {
    fields[open_field_id(name)] = value;  // a test has events of either schema
    return *this;
  }

  std::vector<Value> row(const SlotMap& slots) const {
    std::vector<Value> values(slots.size() + 1);
    for (const auto& [id, value] : fields) {
      const Slot slot = slots.find(id);
      if (slot != SlotMap::none) values[slot] = value;
    }
    return values;
  }

 private:
  template <class Container>
  static std::uint32_t size32(const Container& container) {
    return static_cast<std::uint32_t>(container.size());
  }
};

template <class V>
Event event(std::string_view name, V value) {
  Event made;
  made.set(name, value);
  return made;
}

inline bool matches(const Node& tree, const Event& event) {
  SlotMap slots;
  const Program program = compile(tree, {}, slots);
  Scratch scratch;
  return program.matches(event.row(slots).data(), scratch);
}

inline bool open_matches(std::string_view expression, const Event& event) {
  SlotMap slots(Schema::open);
  const Program program = compile(parse_expression(expression, Schema::open), {}, slots);
  Scratch scratch;
  return program.matches(event.row(slots).data(), scratch);
}

inline bool matches(std::string_view expression, const Event& event) {
  return matches(parse_expression(expression), event);
}

// What building the filter fails with; an empty message if it does not.
struct Refusal {
  std::string message;
  std::int64_t offset = -1;
  Status status = Status::ok;
};

inline Refusal refusal(std::string_view expression) {
  try {
    SlotMap slots;
    compile(parse_expression(expression), {}, slots);
    return {};
  } catch (const Failure& failure) {
    return {failure.what(), failure.position().offset, failure.status()};
  }
}

}  // namespace weir::filter
