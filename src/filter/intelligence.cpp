// What an event carries in its field TI: a list of entries, each an object with the members
// category, indicator, context (an object) and perhaps field. An entry is about the field that it
// names or, if it names none, about each field whose value is its indicator.
#include "event/json_scan.h"
#include "filter/json_walk.h"
#include "filter/operand.h"
#include "filter/scalar.h"

namespace weir::filter {
namespace {

struct Entry {
  JsonText category;
  JsonText indicator;
  JsonText field;
  std::string_view context;  // as written
};

// `buffer` must have room behind its end for what the text comes to.
std::string_view plain(const JsonText& text, std::string& buffer) {
  if (!text.escaped) return text.raw;
  const std::size_t begin = buffer.size();
  buffer.resize(begin + text.raw.size());
  const std::string_view written = unescape(text.raw, buffer.data() + begin);
  buffer.resize(begin + written.size());
  return {buffer.data() + begin, written.size()};
}

bool is(const JsonText& text, std::string_view expected, std::string& buffer) {
  if (!text.escaped) return text.raw == expected;
  const std::size_t size = buffer.size();
  const bool same = plain(text, buffer) == expected;
  buffer.resize(size);
  return same;
}

// Takes a value: a string or literal into `text`, anything else is left out. A null is as if it
// were not there.
void take_text(JsonWalk& walk, JsonText& text) {
  const char c = walk.peek();
  if (c == '"') {
    walk.take_string(text);
  } else if (c == '{' || c == '[') {
    walk.skip_value();
  } else {
    walk.take_literal(text);
    if (text.raw == "null") text = {};
  }
}

bool take_entry(JsonWalk& walk, Entry& entry, std::string& buffer) {
  entry = {};
  if (!walk.enter('{')) {
    walk.skip_value();
    return false;
  }
  JsonText key;
  while (walk.next('}') && walk.take_key(key)) {
    if (is(key, "category", buffer))
      take_text(walk, entry.category);
    else if (is(key, "indicator", buffer))
      take_text(walk, entry.indicator);
    else if (is(key, "field", buffer))
      take_text(walk, entry.field);
    else if (is(key, "context", buffer))
      entry.context = walk.skip_value();
    else
      walk.skip_value();
  }
  return !walk.failed();
}

bool is_about(const Entry& entry, const IntelligenceOperand& operand, const Value& field,
              std::string& buffer) {
  if (!operand.category.empty() && !is(entry.category, operand.category, buffer)) return false;
  if (!entry.field.raw.empty()) return is(entry.field, operand.name, buffer);
  if (entry.indicator.raw.empty()) return false;
  return any_text(field, [&](std::string_view text) { return is(entry.indicator, text, buffer); });
}

// Calls take(entry) for each about the field until it answers true.
template <class Take>
bool for_entries(const IntelligenceOperand& operand, const Value* row, std::string& buffer,
                 Take take) {
  const Value& data = row[operand.data];
  if (data.kind != Kind::json && data.kind != Kind::text) return false;
  buffer.clear();
  buffer.reserve(2 * std::size_t{data.size});  // so that what is written stays where it is
  const Value& field = row[operand.field];
  JsonWalk walk(data.text());
  Entry entry;
  if (walk.peek() == '{')  // one entry without a list around it
    return take_entry(walk, entry, buffer) && is_about(entry, operand, field, buffer) &&
           take(entry);
  if (!walk.enter('[')) return false;
  while (walk.next(']')) {
    if (!take_entry(walk, entry, buffer)) {
      if (walk.failed()) return false;
      continue;
    }
    if (is_about(entry, operand, field, buffer) && take(entry)) return true;
  }
  return false;
}

void keep(const JsonText& text, OperandScratch& scratch) {
  const std::string_view kept = plain(text, scratch.text);
  if (!kept.empty()) scratch.texts.push_back({kept.data(), kept.size()});
}

// The value under the key of a context: a text, or each text of a list.
void take_context(std::string_view context, const std::string& key, OperandScratch& scratch) {
  JsonWalk walk(context);
  if (!walk.enter('{')) return;
  JsonText name;
  while (walk.next('}') && walk.take_key(name)) {
    if (!is(name, key, scratch.text)) {
      walk.skip_value();
      continue;
    }
    JsonText text;
    if (!walk.enter('[')) {
      take_text(walk, text);
      keep(text, scratch);
      continue;
    }
    while (walk.next(']') && !walk.failed()) {
      text = {};
      take_text(walk, text);
      keep(text, scratch);
    }
  }
}

}  // namespace

bool detects(const IntelligenceOperand& operand, const Value* row, OperandScratch& scratch) {
  return for_entries(operand, row, scratch.text, [](const Entry&) { return true; });
}

Value intelligence(const IntelligenceOperand& operand, const Value* row, OperandScratch& scratch) {
  scratch.texts.clear();
  for_entries(operand, row, scratch.text, [&](const Entry& entry) {
    take_context(entry.context, operand.key, scratch);
    return false;
  });
  if (scratch.texts.empty()) return {};
  return Value::array(Kind::text_array, scratch.texts.data(),
                      static_cast<std::uint32_t>(scratch.texts.size()));
}

}  // namespace weir::filter
