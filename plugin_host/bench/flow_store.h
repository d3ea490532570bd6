// Events of flows, kept: a FlowBatch's are written over by the next ones. Memory: about 400 bytes a
// flow.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "weir/weir.h"

namespace weir::host {

class FlowStore {
 public:
  // Copies them, texts too. Their fields must be integers, texts or absent, as a Flow's are.
  void add(std::span<const weir_event> events);

  // In the order in which they were added. Valid until more are added.
  std::span<const weir_event> events() const noexcept { return events_; }

 private:
  struct Part {
    std::vector<weir_field> fields;
    std::vector<char> texts;
  };
  std::vector<Part> parts_;  // one for each add()
  std::vector<weir_event> events_;
};

}  // namespace weir::host
