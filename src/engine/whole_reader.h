// Lines as whole events: for sinks in the form of events, and host callbacks without a list. Not
// for the hot path.
#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/bump.h"
#include "engine/ruleset.h"
#include "event/ndjson_reader.h"
#include "weir/weir.h"

namespace weir::engine {

// Reads every field that a line has and whose name has an id, in the order of ids.
class WholeReader {
 public:
  // Valid until the next read with the same memory. Throws bad_alloc.
  std::span<const weir_field> read(std::string_view line,
                                   const std::shared_ptr<const LineFormat>& format, Bump& memory);

 private:
  std::uint32_t known_ = 0;
  std::shared_ptr<const LineFormat> format_;
  SlotMap slots_;
  JsonKeys keys_;
  NdjsonReader reader_;
  std::vector<Value> row_;
};

}  // namespace weir::engine
