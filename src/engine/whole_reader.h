// Lines as whole events: for sinks in the form of events, host callbacks without a list, and lines
// that leave with other names than they came with.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bump.h"
#include "event/kept_members.h"
#include "event/key_tree.h"
#include "event/line_format.h"
#include "event/ndjson_reader.h"
#include "weir/weir.h"

namespace weir::engine {

// Reads every field that a line has and whose name has an id, in the order of ids.
class WholeReader {
 public:
  // They lie in `memory`; texts borrow from the line. Not null, even if there are none. Adds to
  // `lost` the values that could not be stored. Throws bad_alloc.
  std::span<const weir_field> read(std::string_view line,
                                   const std::shared_ptr<const LineFormat>& format, Bump& memory,
                                   std::uint64_t& lost);

 private:
  // What reading lines of a format takes.
  struct Reading {
    std::shared_ptr<const LineFormat> format;
    std::uint32_t known = 0;  // fields
    KeyTree keys;
    NdjsonReader reader;
    std::vector<Value> row;
  };
  static constexpr std::size_t most_readings = 8;  // formats that inputs mix

  Reading& reading(const std::shared_ptr<const LineFormat>& format);

  std::vector<std::unique_ptr<Reading>> readings_;  // the one used last is the first
  KeptMembers kept_;
  std::string extra_;
};

}  // namespace weir::engine
