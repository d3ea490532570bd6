#include "input/netflow/template.h"

namespace weir::host {
namespace {

constexpr std::size_t index(Slot slot) { return static_cast<std::size_t>(slot); }

void save_unit(ByteWriter& out, Unit unit) { out.number(static_cast<std::uint64_t>(unit)); }

}  // namespace

void Template::add(std::uint16_t length, Element element) {
  // It carries nothing. Without it every field takes a byte of the record, so that walking a record
  // costs no more than its length, whatever the template has.
  if (length == 0) return;
  const std::size_t offset = record_length_;
  variable_ = variable_ || length == kVariableLength;
  record_length_ += length == kVariableLength ? 1 : length;
  Field field{length, Slot::none};
  // An offset past 65,535 cannot be in a datagram, so such a record never fits either.
  if (element.slot != Slot::none && fits(element.slot, element.unit, length) && offset < 65536) {
    const std::size_t slot = index(element.slot);
    const bool taken = plan_[slot].length != 0;
    if (!taken || element.rank < ranks_[slot]) {
      if (taken) {
        for (Field& other : fields_) {
          if (other.slot == element.slot) other.slot = Slot::none;
        }
      }
      plan_[slot] = {static_cast<std::uint16_t>(offset), length};
      ranks_[slot] = element.rank;
      field.slot = element.slot;
      if (element.slot == Slot::start) units_[0] = element.unit;
      if (element.slot == Slot::end) units_[1] = element.unit;
    }
  }
  fields_.push_back(field);
}

void Template::finish() {
  if (!variable_) fields_.clear();
  fields_.shrink_to_fit();
}

void Template::save(ByteWriter& out) const {
  out.flag(options_);
  out.flag(variable_);
  out.number(record_length_);
  save_unit(out, units_[0]);
  save_unit(out, units_[1]);
  out.number(plan_.size());
  for (const Place& place : plan_) out.number(std::uint64_t{place.offset} << 16 | place.length);
  out.number(fields_.size());
  for (const Field& field : fields_)
    out.number(std::uint64_t{field.length} << 16 | index(field.slot));
}

std::unique_ptr<const Template> Template::load(ByteReader& in) {
  auto made = std::make_unique<Template>(in.flag());
  made->variable_ = in.flag();
  made->record_length_ = static_cast<std::size_t>(in.number());
  bool good = true;
  for (Unit& unit : made->units_) {
    const std::uint64_t number = in.number();
    good = good && number <= static_cast<std::uint64_t>(Unit::microseconds_before);
    unit = static_cast<Unit>(number);
  }
  good = in.number() == kSlots && good;
  for (std::size_t slot = 0; slot < kSlots; ++slot) {
    const std::uint64_t both = in.number();
    const Place place{static_cast<std::uint16_t>(both >> 16), static_cast<std::uint16_t>(both)};
    made->plan_[slot] = place;
    if (made->variable_ || place.length == 0) continue;
    // Values are read where the plan says and as the slot has them, unless the record is walked.
    good = good && std::size_t{place.offset} + place.length <= made->record_length_ &&
           fits(static_cast<Slot>(slot), made->unit_of(static_cast<Slot>(slot)), place.length);
  }
  made->fields_.resize(in.count());
  for (Field& field : made->fields_) {
    const std::uint64_t both = in.number();
    field = {static_cast<std::uint16_t>(both >> 16), static_cast<Slot>(both & 0xffff)};
    good = good && field.length != 0 && index(field.slot) <= kSlots;
  }
  return good && in.good() ? std::move(made) : nullptr;
}

std::size_t Template::locate(Bytes bytes, Plan& plan) const noexcept {
  plan = Plan{};
  std::size_t at = 0;
  for (const Field& field : fields_) {
    std::size_t length = field.length;
    if (field.length == kVariableLength) {
      if (at + 1 > bytes.size()) return 0;
      length = bytes[at++];
      if (length == 255) {
        if (at + 2 > bytes.size()) return 0;
        length = load16(&bytes[at]);
        at += 2;
      }
    }
    if (length > bytes.size() - at) return 0;
    if (field.slot != Slot::none) {
      const std::size_t slot = index(field.slot);
      const auto size = static_cast<std::uint16_t>(length);
      // A datagram has less than 65,536 bytes, so the offset fits.
      if (size != kVariableLength && fits(field.slot, unit_of(field.slot), size)) {
        plan[slot] = {static_cast<std::uint16_t>(at), size};
      }
    }
    at += length;
  }
  return at;
}

}  // namespace weir::host
