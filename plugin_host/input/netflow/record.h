// From a record's bytes to a flow: the meaning of the slots, in one place for all three protocols.
#pragma once

#include <cstdint>
#include <string_view>

#include "input/netflow/exporter.h"
#include "input/netflow/flow_batch.h"
#include "input/netflow/template.h"

namespace weir::host {

// What a datagram's header says about every record in it.
struct ExportContext {
  Address exporter;
  std::string_view product;       // static
  std::int64_t export_time = 0;   // ms since the epoch
  bool knows_start = false;       // whether times in uptime can be placed
  std::int64_t system_start = 0;  // ms since the epoch: IPFIX, from element 160
  bool counts_uptime = false;     // v5, v9: the header has the uptime at export
  std::uint32_t uptime = 0;       // ms, wraps after 49.7 days
};

// Writes every field of the flow. REQUIRES: the plan's places lie within the record.
void write_flow(const std::uint8_t* record, const Plan& plan, Unit start_unit, Unit end_unit,
                const ExportContext& context, Flow& flow) noexcept;

}  // namespace weir::host
