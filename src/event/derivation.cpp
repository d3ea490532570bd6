#include "event/derivation.h"

#include "event/convert.h"
#include "event/time_form.h"
#include "event/value_table.h"

namespace weir {

namespace {

std::string_view text_at(const Value* row, Slot place) noexcept {
  if (place == SlotMap::none || row[place].kind != Kind::text) return {};
  return row[place].text();
}

// False if the value cannot be read as what the source says it is.
bool read(Value& value, const Derivations::From& from, const Value* row,
          std::int64_t reference) noexcept {
  if (from.values != nullptr)
    if (const std::string* found = from.values->find(value); found != nullptr)
      value = Value::of(std::string_view(*found));
  if (from.time == nullptr) return true;
  const auto time =
      from.time->read(value, {text_at(row, from.zone), text_at(row, from.pattern), reference});
  value = time ? Value::of(*time) : Value{};
  return time.has_value();
}

}  // namespace

void Derivations::add(Slot to, FieldType type, std::vector<From> sources,
                      const Constant* constant) {
  Step step{to, type, static_cast<std::uint32_t>(sources_.size()), 0, {}};
  sources_.insert(sources_.end(), sources.begin(), sources.end());
  step.end = static_cast<std::uint32_t>(sources_.size());
  if (constant != nullptr) {
    Bump memory;
    step.constant = std::visit(
        [&](const auto& value) {
          if constexpr (std::is_same_v<std::decay_t<decltype(value)>, bool>)
            return Value{value ? 1U : 0U, 0, Kind::boolean};
          else if constexpr (std::is_same_v<std::decay_t<decltype(value)>, ConstantText>)
            return Value::of(std::string_view(value));
          else
            return Value::of(value);
        },
        *constant);
    if (!convert(step.constant, type, memory)) step.constant = {};
    if (step.constant.kind == Kind::text) {
      texts_.push_back(std::make_unique<std::string>(step.constant.text()));
      step.constant = Value::of(std::string_view(*texts_.back()));
    }
  }
  const auto derivation = static_cast<std::uint32_t>(steps_.size());
  for (std::uint32_t i = step.begin; i != step.end; ++i) {
    const Slot place = sources_[i].place;
    if (place >= by_place_.size()) by_place_.resize(place + 1U);
    by_place_[place].push_back(derivation);
  }
  if (step.constant.present()) with_constants_.push_back(derivation);
  steps_.push_back(step);
}

void Derivations::apply(std::uint32_t derivation, Value* row, std::int64_t reference, Bump& bump,
                        std::uint64_t& conversion_errors) const {
  const Step& step = steps_[derivation];
  Value& to = row[step.to];
  for (std::uint32_t i = step.begin; i != step.end && !to.present(); ++i) {
    const From& from = sources_[i];
    if (!row[from.place].present()) continue;
    Value value = row[from.place];
    if (read(value, from, row, reference) && convert(value, step.type, bump))
      to = value;
    else
      ++conversion_errors;
  }
  if (!to.present()) to = step.constant;
}

void Derivations::apply(Value* row, std::int64_t reference, Bump& bump,
                        std::uint64_t& conversion_errors) const {
  for (std::uint32_t i = 0; i < steps_.size(); ++i)
    apply(i, row, reference, bump, conversion_errors);
}

}  // namespace weir
