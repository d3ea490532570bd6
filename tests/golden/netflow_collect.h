// For tests of the NetFlow decoder: flows as texts, one a field, an absent one empty. So a flow can
// be compared with a line of a table, or with a literal.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "input/netflow/decoder.h"

namespace weir::host {

struct CollectedFlow {
  std::array<std::string, kFlowFields> texts;
  const std::string& operator[](FlowField field) const {
    return texts[static_cast<std::size_t>(field)];
  }
};

inline CollectedFlow collect(const weir_event& event) {
  CollectedFlow flow;
  for (std::size_t i = 0; i < event.field_count; ++i) {
    const weir_field& field = event.fields[i];
    if (field.kind == WEIR_INTEGER) {
      flow.texts[field.id] = std::to_string(static_cast<std::int64_t>(field.word));
    } else if (field.kind == WEIR_TEXT) {
      flow.texts[field.id].assign(reinterpret_cast<const char*>(field.word), field.size);
    }
  }
  return flow;
}

// A decoder whose flows are kept. The fields' ids are their places.
class CollectingDecoder {
 public:
  explicit CollectingDecoder(TemplateLimits limits = {})
      : batch_({0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12},
               [this](std::span<const weir_event> events) {
                 for (const weir_event& event : events) flows_.push_back(collect(event));
               }),
        decoder_(batch_, limits) {}

  void decode(Bytes datagram, const Address& exporter = {}) { decoder_.decode(datagram, exporter); }
  const std::vector<CollectedFlow>& flows() {
    batch_.deliver();
    return flows_;
  }
  Decoder& decoder() { return decoder_; }
  const NetflowStats& stats() const { return decoder_.stats(); }

 private:
  std::vector<CollectedFlow> flows_;
  FlowBatch batch_;
  Decoder decoder_;
};

}  // namespace weir::host
