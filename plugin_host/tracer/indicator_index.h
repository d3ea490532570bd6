// The rows of a feed, found by indicator: a text, an address, or the longest network that has the
// address.
//
// What is kept of a row is the end of the line that answers for it, ready to be sent, once; a text
// costs 32 to 40 bytes beside it. A text is one probe of a table of hashes, an address one binary
// search. Built by one thread, then immutable.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/ip.h"
#include "base/slot_table.h"
#include "lookup/cybertrace_wire.h"
#include "lookup/prefix_map.h"
#include "tracer/settings.h"

namespace weir::host::tracer {

// What stands before the indicator in each line of an answer of that category.
std::string detection_start(std::string_view category);

class IndicatorIndex {
 public:
  // Behind detection_start(): the indicator as the feed has it, its context, LF. Empty: not found.
  // The later row counts where two have the same indicator. scratch: for normal_form().
  std::string_view find(std::string_view value, std::string& scratch) const;

  std::size_t size() const noexcept { return texts_.size() + networks_count_; }

 private:
  friend class IndexBuilder;
  struct Row {
    std::uint64_t key = 0;  // places in bytes_
    std::uint64_t line = 0;
    std::uint32_t key_size = 0;
    std::uint32_t line_size = 0;
  };
  static std::uint32_t tag_of(std::string_view key) noexcept;
  std::string_view text(std::uint64_t at, std::uint32_t size) const noexcept {
    return std::string_view(bytes_).substr(at, size);
  }

  std::string bytes_;
  std::vector<Row> rows_;
  SlotTable<> texts_;  // the number of a row, plus one
  lookup::PrefixMap networks_;
  std::size_t networks_count_ = 0;
};

// Columns and values of a row, in order.
using Context = std::vector<std::pair<std::string_view, std::string_view>>;

class IndexBuilder {
 public:
  // What add() did.
  enum class Added : std::uint8_t { yes, empty, no_address, too_long };

  explicit IndexBuilder(Serves serves) noexcept : serves_(serves) {}

  // context: columns and values; what is empty is left out. What would break a line becomes a
  // space, and '=' in a column '_'. Throws bad_alloc.
  Added add(std::string_view indicator, const Context& context);
  // REQUIRES: the last call.
  IndicatorIndex finish();

 private:
  void add_text(std::string_view key);

  const Serves serves_;
  const std::size_t start_size_ = detection_start({}).size();
  IndicatorIndex index_;
  std::vector<lookup::PrefixMap::Entry> networks_;
  lookup::cybertrace::Detection detection_;
  std::vector<std::string> columns_;  // that had a '='
  std::string line_;
  std::string scratch_;
};

// One row's line, at most; far below what clients take.
constexpr std::size_t kLongestRow = std::size_t{256} << 10;

}  // namespace weir::host::tracer
