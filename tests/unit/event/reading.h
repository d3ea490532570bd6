// Lines read with a few wanted fields, and their values as text that a test can state.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "event/ndjson_reader.h"

namespace weir {

// The parts, one behind the other.
template <class... Parts>
std::string cat(const Parts&... parts) {
  std::string text;
  (text.append(parts), ...);
  return text;
}

// `-`: absent, `i:5`, `f:0.5`, `t:abc`, `b:1`, `I[1,2]`, `F[0.5]`, `T[a,b]`, `j:{...}`.
inline std::string shown(const Value& value) {
  const auto list = [&](char kind, auto&& element) {
    std::string text{kind, '['};
    for (std::uint32_t i = 0; i < value.size; ++i) text.append(i > 0 ? "," : "").append(element(i));
    return cat(text, "]");
  };
  const auto number = [](auto n) {
    char buffer[32];
    if constexpr (std::is_floating_point_v<decltype(n)>) {
      std::snprintf(buffer, sizeof buffer, "%.17g", n);
      return std::string(buffer);
    } else {
      return std::to_string(n);
    }
  };
  switch (value.kind) {
    case Kind::absent:
      return "-";
    case Kind::integer:
      return cat("i:", number(value.integer()));
    case Kind::floating:
      return cat("f:", number(value.floating()));
    case Kind::text:
      return cat("t:", value.text());
    case Kind::boolean:
      return value.word != 0 ? "b:1" : "b:0";
    case Kind::integer_array:
      return list('I', [&](auto i) { return number(value.pointer<std::int64_t>()[i]); });
    case Kind::float_array:
      return list('F', [&](auto i) { return number(value.pointer<double>()[i]); });
    case Kind::text_array:
      return list('T', [&](auto i) { return std::string(value.pointer<TextRef>()[i].view()); });
    case Kind::json:
      return cat("j:", value.text());
  }
  return "?";
}

struct Path {
  KeyPath key;
  std::string_view field;
};

inline Path path(KeyPath key, std::string_view field) { return {std::move(key), field}; }

// Of two keys for one field the first is preferred.
inline FieldMap map_of(const std::vector<Path>& paths) {
  FieldMap map;
  for (const Path& one : paths) {
    const FieldId id = field_id(one.field);
    const auto known = std::find_if(map.fields.begin(), map.fields.end(),
                                    [&](const MappedField& field) { return field.field == id; });
    MappedField& field = known != map.fields.end() ? *known : map.fields.emplace_back();
    field.field = id;
    field.sources.push_back({one.key, nullptr, nullptr, {}, {}});
  }
  return map;
}

class Lines {
 public:
  explicit Lines(std::initializer_list<std::string_view> fields, const FieldMap& mapped = {},
                 Schema schema = Schema::kuma)
      : slots_(schema) {
    for (const std::string_view field : fields)
      slots_.want(schema == Schema::open ? open_field_id(field) : field_id(field));
    keys_ = KeyTree(slots_, std::make_shared<const FieldMap>(mapped));
    row_.resize(keys_.width());
  }

  // Reads all lines of a block; the last may lack its LF.
  std::vector<LineError> read_all(std::string_view block) {
    std::vector<LineError> errors;
    reader_.start(block);
    for (std::size_t at = 0; at < block.size();) {
      const std::size_t end = std::min(block.find('\n', at), block.size());
      errors.push_back(
          reader_.read(block.substr(at, end - at), keys_, row_.data(), bump_, unstored));
      rows.push_back(row());
      at = end + 1;
    }
    return errors;
  }
  // One line; the fields are in row().
  LineError read(std::string_view line) {
    unstored = 0;
    bump_.reset();
    reader_.start(line);
    return reader_.read(line, keys_, row_.data(), bump_, unstored);
  }
  bool accepts(std::string_view line) { return read(line).error == JsonError::none; }

  // The wanted fields of the last line, in their order: `i:1 - t:a`.
  std::string row() const {
    std::string text;
    for (std::size_t slot = 0; slot < slots_.size(); ++slot)
      text.append(text.empty() ? "" : " ").append(shown(row_[slot]));
    return text;
  }
  std::string row_of(std::string_view line) {
    return accepts(line) ? row() : std::string("rejected");
  }
  const Value& value(std::size_t slot) const { return row_[slot]; }

  std::uint64_t unstored = 0;
  std::vector<std::string> rows;  // of read_all

 private:
  SlotMap slots_;
  KeyTree keys_;
  std::vector<Value> row_;
  NdjsonReader reader_;
  Bump bump_;
};

}  // namespace weir
