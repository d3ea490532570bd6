// The event schema: names of fields, their types, and the process-wide table of ids.
//
// Ids 0 .. standard_field_count-1 are KUMA's standard fields, generated at build time from
// src/event/kuma_fields.tsv. Names of the extended schema (`S.x`, `NA.y`) and `Extra.<key>` get
// their ids when a document or weir_field_id first names them; input never creates one.
// Any thread; look-up of a known name takes a shared lock, so resolve names at load.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace weir {

using FieldId = std::uint32_t;

enum class FieldType : std::uint8_t {
  text,
  number,     // int64
  floating,   // double
  timestamp,  // int64, milliseconds since the epoch, UTC
  text_array,
  number_array,
  float_array,
  structured,  // TI, BaseEvents and the like: JSON
  any,         // of an open schema: integer, double, text or bool, as fed
};

inline bool is_array(FieldType type) noexcept {
  return type == FieldType::text_array || type == FieldType::number_array ||
         type == FieldType::float_array;
}

// kuma: the names and types of KUMA's schema. open: any name, each value of the type that it was
// fed as.
enum class Schema : std::uint8_t { kuma, open };

struct StandardField {
  std::string_view name;
  FieldType type;
  std::string_view limits;
  std::string_view description;
};

// In the order of their ids.
std::span<const StandardField> standard_fields() noexcept;

// `string`, `number`, `float`, `timestamp`, `array of string` …: as `weir fields` prints it.
std::string_view type_name(FieldType type) noexcept;

// The id of a name, created if it is of the extended schema or `Extra.<key>` and new.
// Throws Failure (base/error.h): not_found with a did-you-mean, limit when the table is full.
FieldId field_id(std::string_view name);

// Bytes of a name under an open schema. A longer one is no name that a person wrote.
inline constexpr std::size_t max_open_name = 1024;

// The id of any name of 1 to 1024 bytes, created if it is new; one that is not of KUMA's schema has
// the type any. Throws Failure: limit when the table is full.
FieldId open_field_id(std::string_view name);

inline FieldId field_id(std::string_view name, Schema schema) {
  return schema == Schema::open ? open_field_id(name) : field_id(name);
}

// Whether field_id knows the name, or could: throws Failure(not_found) as it does. Creates nothing:
// for names that say nothing about what events are kept of.
void check_field_name(std::string_view name);

// The id of a name that already has one; false otherwise. Creates nothing: for readers of input.
bool find_field(std::string_view name, FieldId& id) noexcept;

// Ids are dense: 0 .. field_count()-1. The text lives as long as the process and ends in NUL.
std::uint32_t field_count() noexcept;
std::string_view field_name(FieldId id) noexcept;  // REQUIRES id < field_count()
FieldType field_type(FieldId id) noexcept;         // REQUIRES id < field_count()

// What readers convert the field's values to. Times are read as times under every schema.
inline FieldType field_type(FieldId id, Schema schema) noexcept {
  const FieldType own = field_type(id);
  return schema == Schema::kuma || own == FieldType::timestamp ? own : FieldType::any;
}

// The name as JSON has it, in quotes and with its colon; of `Extra.<key>` the key's alone, for it
// is a member of an object of that name. REQUIRES id < field_count()
std::string_view field_member(FieldId id) noexcept;

constexpr std::string_view extra_prefix = "Extra.";

// True of a field whose name begins with it.
bool is_extra(FieldId id) noexcept;

}  // namespace weir
