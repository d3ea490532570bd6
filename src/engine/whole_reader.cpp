#include "engine/whole_reader.h"

#include <algorithm>

#include "event/field_value.h"
#include "event/standard_fields.h"

namespace weir::engine {

WholeReader::Reading& WholeReader::reading(const std::shared_ptr<const LineFormat>& format) {
  // The last id of all has no slot left: 65,535 names are as many as a line's fields can be told
  // by.
  const std::uint32_t known = std::min<std::uint32_t>(field_count(), SlotMap::none);
  const auto found = std::find_if(readings_.begin(), readings_.end(), [&](const auto& one) {
    return one->format == format && one->known == known;
  });
  if (found != readings_.end()) {
    std::rotate(readings_.begin(), found, found + 1);
    return *readings_.front();
  }
  auto fresh = std::make_unique<Reading>();
  SlotMap slots(format->schema);
  for (FieldId id = 0; id < known; ++id) slots.want(id);
  fresh->keys = KeyTree(slots, format->map);
  fresh->row.resize(fresh->keys.width());
  fresh->known = known;
  fresh->format = format;
  if (readings_.size() == most_readings) readings_.pop_back();
  readings_.insert(readings_.begin(), std::move(fresh));
  return *readings_.front();
}

std::span<const weir_field> WholeReader::read(std::string_view line,
                                              const std::shared_ptr<const LineFormat>& format,
                                              Bump& memory, std::uint64_t& lost) {
  Reading& in = reading(format);
  in.reader.start(line);
  in.reader.read(line, in.keys, in.row.data(), memory, lost);
  extra_.clear();
  if (format->map != nullptr && format->map->keep) kept_.append(extra_, line, in.keys);
  // Only what is kept is Extra, beside those of its keys that have a field.
  if (!extra_.empty()) in.row[fields::Extra] = Value::json(memory.copy(extra_));
  std::size_t count = 0;
  for (std::uint32_t id = 0; id < in.known; ++id) count += in.row[id].present() ? 1 : 0;
  auto* const fields = reinterpret_cast<weir_field*>(memory.take((count + 1) * sizeof(weir_field)));
  std::size_t next = 0;
  for (FieldId id = 0; id < in.known; ++id)
    if (const Value& value = in.row[id]; value.present()) fields[next++] = field_of(id, value);
  return {fields, count};
}

}  // namespace weir::engine
