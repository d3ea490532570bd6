// What threads feed over and over: more than a chunk, as events and as lines.
#pragma once

#include <string>

#include "host.h"

namespace host {

// One event in ten has no key and passes, the others belong to 25 groups.
struct FeederBatch {
  Events events;
  std::string lines;

  FeederBatch() {
    for (int i = 0; i < 600; ++i) {
      if (i % 10 == 0) {
        events.add({{"Name", text("passes")}});
        lines += "{\"Name\":\"passes\"}\n";
      } else {
        events.add({{"SourceAddress", number(i % 25)}, {"BytesIn", number(1)}});
        lines += "{\"SourceAddress\":" + std::to_string(i % 25) + ",\"BytesIn\":1}\n";
      }
    }
  }
};

}  // namespace host
