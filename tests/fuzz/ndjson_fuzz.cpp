// Any bytes as NDJSON: every line is read or rejected as simdjson's own parser would have it, and
// as a reader has it that has seen no line before; and nothing else happens.

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "../unit/event/judged.h"
#include "../unit/event/reading.h"
#include "engine/batch.h"

namespace {

using weir::engine::Batch;
using weir::engine::Ruleset;
using weir::engine::Verdict;

Ruleset wanted_fields() {
  Ruleset rules;
  for (const char* name :
       {"Name", "BytesIn", "F.x", "SA.x", "NA.x", "FA.x", "Extra", "Extra.a", "Timestamp"})
    rules.slots.want(weir::field_id(name));
  weir::FieldMap mapped;
  const auto map = [&](weir::KeyPath key, const char* field) {
    mapped.fields.push_back({weir::field_id(field), {{std::move(key), {}, {}, {}, {}}}, {}});
  };
  map({"a", "b"}, "Name");
  map({"a", "c", "d"}, "NA.x");
  map({"k"}, "BytesIn");
  const auto shared = std::make_shared<const weir::FieldMap>(std::move(mapped));
  rules.keys.emplace_back(rules.slots, shared);
  rules.formats = std::make_shared<const weir::engine::LineFormats>(weir::engine::LineFormats{
      std::make_shared<const weir::LineFormat>(weir::LineFormat{weir::Schema::kuma, shared})});
  return rules;
}

// Touches every text, so that a sanitizer sees one that is not there.
std::uint64_t touch(const weir::Value& value) {
  std::uint64_t sum = value.word;
  if (value.kind == weir::Kind::text || value.kind == weir::Kind::json)
    for (const char c : value.text()) sum += static_cast<unsigned char>(c);
  if (value.kind == weir::Kind::text_array)
    for (std::uint32_t i = 0; i < value.size; ++i)
      for (const char c : value.pointer<weir::TextRef>()[i].view())
        sum += static_cast<unsigned char>(c);
  if (value.kind == weir::Kind::text && value.size == 0) std::abort();  // it would be absent
  return sum;
}

bool means_the_same(const Ruleset& rules, std::string_view line, const weir::Value* row,
                    bool good) {
  std::vector<weir::Value> cold(rules.keys.front().width());
  weir::NdjsonReader reader;
  weir::Bump bump;
  std::uint64_t errors = 0;
  reader.start(line);
  const auto error = reader.read(line, rules.keys.front(), cold.data(), bump, errors);
  if ((error.error == weir::JsonError::none) != good) return false;
  for (std::size_t slot = 0; good && slot < rules.slots.size(); ++slot)
    if (weir::shown(cold[slot]) != weir::shown(row[slot])) return false;
  return true;
}

// The limits are Weir's own, and simdjson has others.
bool is_limit(std::string_view problem) {
  return problem.starts_with("nested deeper") || problem.starts_with("more than");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Ruleset rules = wanted_fields();
  static Batch batch;
  static weir::engine::LineReaders readers;
  static simdjson::dom::parser parser;
  static volatile std::uint64_t seen;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  weir_cursor cursor{sizeof(weir_cursor), 0, 0, 0, 0, 0, 0};
  while (cursor.consumed < size) {
    batch.read(rules, text.substr(cursor.consumed), true, cursor, readers);
    for (std::size_t event = 0; event < batch.size(); ++event) {
      const std::string_view line = batch.fed(event).line, problem = batch.problem(event);
      const bool good = batch.verdicts()[event] != Verdict::rejected;
      if (good != problem.empty()) std::abort();
      const auto verdict = weir::judge(parser, line);
      if (verdict && good != *verdict && !(*verdict && is_limit(problem))) std::abort();
      if (!means_the_same(rules, line, batch.row(event), good)) std::abort();
      for (std::size_t slot = 0; good && slot < batch.width(); ++slot)
        seen = seen + touch(batch.row(event)[slot]);
    }
    const std::uint64_t before = cursor.consumed;
    batch.advance(cursor, batch.size());
    if (cursor.consumed <= before) std::abort();
  }
  return 0;
}
