#include "engine/additions.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "event/convert.h"
#include "event/event_copy.h"
#include "event/field_check.h"
#include "event/field_value.h"

void weir_additions::set(const weir_field& field) {
  using namespace weir;
  if (field.id >= field_count())
    throw Failure(Status::invalid_argument,
                  fmt::format("field id {} is none that weir_field_id gave", field.id));
  if (field.kind > WEIR_JSON || field.size > WEIR_MAX_EVENT_BYTES)
    throw Failure(
        Status::invalid_argument,
        fmt::format("field '{}' has an unknown kind or more than 4 MiB", field_name(field.id)));
  const bool sized = field.kind == WEIR_TEXT || field.kind >= WEIR_INTEGER_ARRAY;
  std::uint64_t bytes = 0;
  std::string_view problem;
  if (sized && field.size > 0 && field.word == 0)
    problem = null_text;
  else if (field.kind == WEIR_TEXT_ARRAY)
    problem = check_texts(field, bytes);
  if (!problem.empty())
    throw Failure(Status::invalid_argument,
                  fmt::format("field '{}': {}", field_name(field.id), problem));
  Value value = value_of(field);
  if (!convert(value, field_type(field.id), memory_))
    throw Failure(Status::invalid_argument,
                  fmt::format("the value does not convert to field '{}', a {}",
                              field_name(field.id), type_name(field_type(field.id))));
  const weir_field added = copy_field(field_of(field.id, value), memory_);
  const auto same = [&](const weir_field& other) { return other.id == field.id; };
  if (const auto found = std::find_if(fields_.begin(), fields_.end(), same); found != fields_.end())
    *found = added;
  else
    fields_.push_back(added);
}
