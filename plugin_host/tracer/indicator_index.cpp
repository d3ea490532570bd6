#include "tracer/indicator_index.h"

#include <fmt/format.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <optional>
#include <tuple>

#include "tracer/normal_form.h"

namespace weir::host::tracer {

namespace wire = lookup::cybertrace;

std::string detection_start(std::string_view category) {
  std::string line;
  wire::Detection empty;
  empty.category = category;
  wire::write_detection(line, empty);
  return line.substr(0, line.rfind('=') + 1);  // that of `MatchedIndicator=`
}

std::uint32_t IndicatorIndex::tag_of(std::string_view key) noexcept {
  return static_cast<std::uint32_t>(XXH3_64bits(key.data(), key.size()));
}

std::string_view IndicatorIndex::find(std::string_view value, std::string& scratch) const {
  const std::string_view key = normal_form(value, scratch);
  if (networks_count_ != 0) {
    if (const auto address = parse_address(key)) {
      const std::uint32_t number = networks_.find(*address);
      if (number != lookup::PrefixMap::none) {
        return text(rows_[number].line, rows_[number].line_size);
      }
    }
  }
  const std::uint32_t found = texts_.find(tag_of(key), [&](std::uint32_t ref) {
    return text(rows_[ref - 1].key, rows_[ref - 1].key_size) == key;
  });
  if (found == 0) return {};
  return text(rows_[found - 1].line, rows_[found - 1].line_size);
}

IndexBuilder::Added IndexBuilder::add(std::string_view indicator, const Context& context) {
  const std::string_view key = normal_form(indicator, scratch_);
  if (key.empty()) return Added::empty;
  std::optional<Subnet> network;
  if (serves_ == Serves::ip || serves_ == Serves::any) {
    // A network's slash would be a path's; hosts that are only digits and dots have none.
    network = parse_subnet(key);
    if (!network && serves_ == Serves::ip) return Added::no_address;
  }
  detection_.indicator = indicator;
  detection_.context.clear();
  columns_.clear();
  columns_.reserve(context.size());  // what is borrowed from it stays in place
  for (const auto& [column, value] : context) {
    if (value.empty()) continue;
    std::string_view name = column;
    if (name.find('=') != std::string_view::npos) {
      columns_.emplace_back(name);
      std::replace(columns_.back().begin(), columns_.back().end(), '=', '_');
      name = columns_.back();
    }
    detection_.context.emplace_back(name, value);
  }
  line_.clear();
  wire::write_detection(line_, detection_);
  if (line_.size() > kLongestRow) return Added::too_long;
  const std::string_view end = std::string_view(line_).substr(start_size_);
  IndicatorIndex::Row row;
  row.line = index_.bytes_.size();
  row.line_size = static_cast<std::uint32_t>(end.size());
  index_.bytes_ += end;
  index_.rows_.push_back(row);
  if (network) {
    networks_.push_back({*network, static_cast<std::uint32_t>(index_.rows_.size() - 1)});
  } else {
    add_text(key);
  }
  return Added::yes;
}

// Of the last row.
void IndexBuilder::add_text(std::string_view key) {
  IndicatorIndex::Row& row = index_.rows_.back();
  row.key_size = static_cast<std::uint32_t>(key.size());
  if (index_.text(row.line, row.line_size).starts_with(key)) {
    row.key = row.line;
  } else {
    row.key = index_.bytes_.size();
    index_.bytes_ += key;
  }
  const std::uint32_t tag = IndicatorIndex::tag_of(key);
  const std::uint32_t before = index_.texts_.find(tag, [&](std::uint32_t ref) {
    const IndicatorIndex::Row& other = index_.rows_[ref - 1];
    return index_.text(other.key, other.key_size) == key;
  });
  const auto number = static_cast<std::uint32_t>(index_.rows_.size());
  if (before != 0) {
    index_.texts_.replace(tag, before, number);
    return;
  }
  index_.texts_.reserve(index_.texts_.size() + 1);
  index_.texts_.insert(tag, number);
}

IndicatorIndex IndexBuilder::finish() {
  index_.networks_ = lookup::PrefixMap(networks_);
  const auto same = [](const auto& a, const auto& b) {
    return a.subnet.network == b.subnet.network && a.subnet.length == b.subnet.length;
  };
  std::sort(networks_.begin(), networks_.end(), [](const auto& a, const auto& b) {
    return std::pair(a.subnet.network, a.subnet.length) <
           std::pair(b.subnet.network, b.subnet.length);
  });
  networks_.erase(std::unique(networks_.begin(), networks_.end(), same), networks_.end());
  index_.networks_count_ = networks_.size();
  index_.bytes_.shrink_to_fit();
  index_.rows_.shrink_to_fit();
  return std::move(index_);
}

}  // namespace weir::host::tracer
