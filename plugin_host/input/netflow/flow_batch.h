// Flows as Weir's events, up to 512 at a time. Every event has the same fields in the same order, a
// missing one as WEIR_ABSENT, so the library resolves their positions once. The memory is made once
// and used again: adding a flow allocates nothing.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "input/netflow/address_text.h"
#include "input/netflow/exporter.h"
#include "weir/weir.h"

namespace weir::host {

enum class FlowField : std::uint8_t {
  timestamp,
  source_address,
  source_port,
  destination_address,
  destination_port,
  transport_protocol,
  bytes_in,
  packets,
  start_time,
  end_time,
  device_vendor,
  device_product,
  device_address,
};
constexpr std::size_t kFlowFields = 13;

// The names in the KUMA schema, in the order above.
constexpr std::array<std::string_view, kFlowFields> kFlowFieldNames = {
    "Timestamp",       "SourceAddress",     "SourcePort",   "DestinationAddress",
    "DestinationPort", "TransportProtocol", "BytesIn",      "DeviceCustomString1",
    "StartTime",       "EndTime",           "DeviceVendor", "DeviceProduct",
    "DeviceAddress"};

using FlowFieldIds = std::array<std::uint32_t, kFlowFields>;
FlowFieldIds flow_field_ids(const std::function<std::uint32_t(std::string_view name)>& id_of);

// One flow being written. Valid until the batch takes it.
class Flow {
 public:
  void set_integer(FlowField field, std::int64_t value) noexcept {
    weir_field& at = fields_[static_cast<std::size_t>(field)];
    at.kind = WEIR_INTEGER;
    at.size = 0;
    at.word = static_cast<std::uint64_t>(value);
  }
  // The text is not copied: it must stay until the batch is delivered.
  void set_text(FlowField field, std::string_view text) noexcept {
    weir_field& at = fields_[static_cast<std::size_t>(field)];
    at.kind = WEIR_TEXT;
    at.size = text.size();
    at.word = reinterpret_cast<std::uintptr_t>(text.data());
  }
  void set_absent(FlowField field) noexcept {
    fields_[static_cast<std::size_t>(field)].kind = WEIR_ABSENT;
  }
  // These write into the batch's own memory.
  void set_ipv4(FlowField field, const std::uint8_t* address) noexcept;
  void set_ipv6(FlowField field, const std::uint8_t* address) noexcept;
  void set_decimal(FlowField field, std::uint64_t value) noexcept;
  void set_exporter(const Address& exporter) noexcept;

 private:
  friend class FlowBatch;
  struct Texts {
    char source[kAddressText];
    char destination[kAddressText];
    char exporter[kAddressText];
    char packets[20];
    char protocol[20];
  };
  char* buffer(FlowField field) noexcept;

  weir_field* fields_ = nullptr;
  Texts* texts_ = nullptr;
};

class FlowBatch {
 public:
  // Gets the flows, in order. May throw, which the decoder lets through.
  using Consumer = std::function<void(std::span<const weir_event>)>;

  FlowBatch(const FlowFieldIds& ids, Consumer consumer);
  FlowBatch(const FlowBatch&) = delete;
  FlowBatch& operator=(const FlowBatch&) = delete;

  // The flow to write next. It counts once commit() is called.
  Flow& next() noexcept { return flows_[count_]; }
  void commit() {
    if (++count_ == WEIR_CHUNK_EVENTS) deliver();
  }
  // Hands over what is there. To be called when no more will come for now.
  void deliver();

 private:
  Consumer consumer_;
  std::vector<weir_field> fields_;
  std::vector<weir_event> events_;
  std::vector<Flow::Texts> texts_;
  std::vector<Flow> flows_;
  std::size_t count_ = 0;
};

}  // namespace weir::host
