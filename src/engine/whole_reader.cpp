#include "engine/whole_reader.h"

#include <algorithm>

#include "event/field_value.h"

namespace weir::engine {

std::span<const weir_field> WholeReader::read(std::string_view line,
                                              const std::shared_ptr<const LineFormat>& format,
                                              Bump& memory) {
  // The last id of all has no slot left: 65,535 names are as many as a line's fields can be told
  // by.
  const std::uint32_t known = std::min<std::uint32_t>(field_count(), SlotMap::none);
  if (known_ != known || format_ != format) {
    known_ = 0;  // in case that memory runs out
    slots_ = SlotMap(format->schema);
    for (FieldId id = 0; id < known; ++id) slots_.want(id);
    keys_ = JsonKeys(slots_, format->map);
    row_.resize(known);
    known_ = known;
    format_ = format;
  }
  std::uint64_t ignored = 0;
  reader_.start(line);
  reader_.read(line, keys_, row_.data(), memory, ignored);
  std::size_t count = 0;
  for (const Value& value : row_) count += value.present() ? 1 : 0;
  auto* const fields = reinterpret_cast<weir_field*>(memory.take(count * sizeof(weir_field)));
  std::size_t next = 0;
  for (FieldId id = 0; id < known_; ++id)
    if (const Value& value = row_[id]; value.present()) fields[next++] = field_of(id, value);
  return {fields, count};
}

}  // namespace weir::engine
