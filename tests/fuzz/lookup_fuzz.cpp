// Any bytes as rows of a lookup: no crash, no hang, a place for whatever is wrong, values that lie
// in the table's own memory, and all or nothing. The first byte says which kind and which format.

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string_view>

#include "base/error.h"
#include "lookup/import.h"

namespace {

using weir::FieldType;
using weir::Value;
using weir::lookup::Clock;
using weir::lookup::Columns;
using weir::lookup::Form;
using weir::lookup::Format;
using weir::lookup::Kind;
using weir::lookup::Table;

constexpr Clock now{{5}, {}, true};

Columns typed_columns() {
  return {{{"a", FieldType::number}, {"b"}},
          {{"c", FieldType::floating},
           {"d", FieldType::timestamp},
           {"e", FieldType::text, Form::boolean},
           {"f", FieldType::text_array, Form::address},
           {"g", FieldType::number_array, Form::time}}};
}

void check(const weir::Failure& failure, std::string_view text) {
  const weir::Position& at = failure.position();
  if (at.line == 0 || at.column == 0 || at.offset < 0) std::abort();
  if (static_cast<std::size_t>(at.offset) > text.size()) std::abort();
  if (std::string_view(failure.what()).find('\n') != std::string_view::npos) std::abort();
}

// The text goes before its rows are looked at, so that a sanitizer sees what was not copied.
std::unique_ptr<Table> read(Kind kind, Format format, std::string_view text) {
  const std::string copy(text);
  try {
    const bool typed = kind == Kind::context_table;
    return std::make_unique<Table>(weir::lookup::read_table(
        kind, typed ? typed_columns() : Columns{}, {10}, format, copy, now));
  } catch (const weir::Failure& failure) {
    check(failure, copy);
    return nullptr;
  }
}

std::uint64_t touch(const Value& value) {
  std::uint64_t sum = value.word;
  if (value.kind == weir::Kind::text) {
    for (const char c : value.text()) sum += static_cast<unsigned char>(c);
    if (value.size == 0 || value.text().data()[value.size] != '\0') std::abort();
  }
  if (weir::is_array(value.kind))
    for (std::uint32_t i = 0; i < value.size; ++i) sum += touch(weir::element_of(value, i));
  return sum;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static volatile std::uint64_t seen;
  if (size == 0) return 0;
  const auto kind = static_cast<Kind>(1 + data[0] % 6);
  const auto format = static_cast<Format>(1 + data[0] / 6 % 3);
  const std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
  const auto table = read(kind, format, text);
  if (table == nullptr) return 0;
  for (const std::string_view key : {"a", "key", "1|b", ""})
    if (const Value* const values = table->find(key, now))
      for (std::size_t i = 0; i < table->shape().columns.size(); ++i)
        seen = seen + touch(values[i]);
  // Its own rows once more change nothing, and its own keys erase all of them.
  const std::size_t rows = table->size();
  weir::lookup::update(*table, format, text, now);
  if (table->size() != rows) std::abort();
  if (weir::lookup::erase(*table, format, text) != rows || table->size() != 0) std::abort();
  return 0;
}
