// What the operators over assets and accounts ask of the entry that the left value names.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "event/value.h"
#include "filter/text_set.h"
#include "lookup/table.h"

namespace weir::filter {

// hasVulnerability: the asset has one that is listed, if any are, and that is at least so severe.
struct VulnerabilityTest {
  std::shared_ptr<const lookup::Table> assets;
  TextSet listed;  // in lower case
  bool any = true;
  std::uint32_t min_severity = 0;

  // `buffer` only ever grows. May throw bad_alloc.
  bool holds(std::string_view asset, const lookup::Clock& clock, std::string& buffer) const;
};

// inCategory, inActiveDirectoryGroup: one of the texts in a column is listed.
struct MembershipTest {
  std::shared_ptr<const lookup::Table> table;
  std::size_t column = 0;
  TextSet listed;

  bool in_group(std::string_view account, const lookup::Clock& clock) const noexcept;
  // One listed, or one below it: of Servers/Web also Servers/Web/Public.
  bool in_category(std::string_view asset, const lookup::Clock& clock) const noexcept;
};

// Letters of ASCII alone: that is what names of vulnerabilities are made of.
std::string_view lower_ascii(std::string_view text, std::string& buffer);

}  // namespace weir::filter
