// Lines as whole events: for sinks in the form of events, and host callbacks without a list. Not
// for the hot path.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "base/bump.h"
#include "event/ndjson_reader.h"
#include "weir/weir.h"

namespace weir::engine {

// Reads every field of the schema that a line has, in the order of ids.
class WholeReader {
 public:
  // Valid until the next read with the same memory. Throws bad_alloc.
  std::span<const weir_field> read(std::string_view line, Bump& memory);

 private:
  std::uint32_t known_ = 0;
  SlotMap slots_;
  JsonKeys keys_;
  NdjsonReader reader_;
  std::vector<Value> row_;
};

}  // namespace weir::engine
