#include "input/netflow/flow_batch.h"

#include <charconv>
#include <utility>

namespace weir::host {

FlowFieldIds flow_field_ids(const std::function<std::uint32_t(std::string_view name)>& id_of) {
  FlowFieldIds ids{};
  for (std::size_t i = 0; i < ids.size(); ++i) ids[i] = id_of(kFlowFieldNames[i]);
  return ids;
}

char* Flow::buffer(FlowField field) noexcept {
  switch (field) {
    case FlowField::source_address:
      return texts_->source;
    case FlowField::destination_address:
      return texts_->destination;
    case FlowField::packets:
      return texts_->packets;
    case FlowField::transport_protocol:
      return texts_->protocol;
    default:
      return texts_->exporter;
  }
}

void Flow::set_ipv4(FlowField field, const std::uint8_t* address) noexcept {
  char* out = buffer(field);
  set_text(field, {out, write_ipv4(address, out)});
}

void Flow::set_ipv6(FlowField field, const std::uint8_t* address) noexcept {
  char* out = buffer(field);
  set_text(field, {out, write_ipv6(address, out)});
}

void Flow::set_decimal(FlowField field, std::uint64_t value) noexcept {
  char* out = buffer(field);
  const std::to_chars_result end = std::to_chars(out, out + 20, value);  // 20 digits at most
  set_text(field, {out, static_cast<std::size_t>(end.ptr - out)});
}

void Flow::set_exporter(const Address& exporter) noexcept {
  if (!exporter.known) {
    set_absent(FlowField::device_address);
  } else if (exporter.ipv4) {
    set_ipv4(FlowField::device_address, &exporter.bytes[12]);
  } else {
    set_ipv6(FlowField::device_address, exporter.bytes.data());
  }
}

FlowBatch::FlowBatch(const FlowFieldIds& ids, Consumer consumer)
    : consumer_(std::move(consumer)),
      fields_(kFlowFields * WEIR_CHUNK_EVENTS),
      events_(WEIR_CHUNK_EVENTS),
      texts_(WEIR_CHUNK_EVENTS),
      flows_(WEIR_CHUNK_EVENTS) {
  for (std::size_t i = 0; i < events_.size(); ++i) {
    weir_field* fields = &fields_[i * kFlowFields];
    for (std::size_t j = 0; j < kFlowFields; ++j) fields[j].id = ids[j];
    events_[i] = {fields, kFlowFields, 0};
    flows_[i].fields_ = fields;
    flows_[i].texts_ = &texts_[i];
  }
}

void FlowBatch::deliver() {
  const std::size_t count = std::exchange(count_, 0);
  if (count != 0) consumer_(std::span<const weir_event>(events_.data(), count));
}

}  // namespace weir::host
