#include "engine/batch.h"

#include <algorithm>

#include "event/convert.h"

namespace weir::engine {

void Batch::begin(const Ruleset& rules, std::size_t room) {
  origins_.clear();
  memory_.reset();
  if (width_ != rules.slots.size()) values_.clear();
  width_ = rules.slots.size();
  if (values_.size() < room * width_) values_.resize(room * width_);
  origins_.reserve(room);
  layouts_.forget();
}

Value* Batch::add_row() {
  Value* const row = values_.data() + origins_.size() * width_;
  origins_.emplace_back();
  return row;
}

void Batch::reject(std::string_view problem) {
  origins_.back().verdict = Verdict::rejected;
  origins_.back().problem = problem;
}

// ---- Events as fields

void Batch::read(const Ruleset& rules, const weir_event* events, std::size_t count) {
  count = std::min<std::size_t>(count, WEIR_CHUNK_EVENTS);
  begin(rules, count);
  constexpr std::size_t ahead = 4;  // events; their fields lie in the host's memory
  for (std::size_t i = 0; i < count; ++i) {
    if (i + ahead < count) {
      const auto* const fields = reinterpret_cast<const char*>(events[i + ahead].fields);
      const std::size_t bytes =
          fields == nullptr
              ? 0
              : std::min<std::size_t>(events[i + ahead].field_count, 16) * sizeof(weir_field);
      for (std::size_t at = 0; at < bytes; at += 64) __builtin_prefetch(fields + at);
    }
    read_event(rules, events[i]);
  }
}

void Batch::read_event(const Ruleset& rules, const weir_event& event) {
  Value* const row = add_row();
  origins_.back().event = event;
  const Layout& layout = layouts_.of(event, rules.slots);
  std::string_view problem = layout.problem;
  if (problem.empty()) problem = layout.check_sizes(event);
  if (!problem.empty()) {
    std::fill_n(row, width_, Value{});
    return reject(problem);
  }
  for (const Slot slot : layout.lacking) row[slot] = {};
  for (const Layout::Wanted& wanted : layout.wanted) {
    const weir_field& field = event.fields[wanted.position];
    // Written member by member: through a local, the row's copy would wait for its stores.
    Value& value = row[wanted.slot];
    value.word = field.word;
    value.size = static_cast<std::uint32_t>(field.size);
    value.kind = static_cast<Kind>(field.kind);
    if (wanted.fits) {
      // The key phase reads the texts when the whole chunk has gone through here.
      if (value.kind == Kind::text) __builtin_prefetch(value.pointer<char>());
      if (value.size == 0 && value.kind != Kind::integer) value.kind = Kind::absent;
    } else if (!convert(value, wanted.type, memory_)) {
      ++origins_.back().conversion_errors;
      value.kind = Kind::absent;
    }
  }
}

}  // namespace weir::engine
