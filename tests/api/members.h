// Members of records.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "host.h"

namespace host {

using Members = std::vector<std::pair<std::string, std::string>>;

// They borrow the texts' bytes.
inline std::vector<weir_member> members_of(const Members& texts) {
  std::vector<weir_member> members;
  for (const auto& [key, value] : texts)
    members.push_back({key.data(), static_cast<std::uint32_t>(key.size()), WEIR_TEXT, value.size(),
                       address_of(value.data())});
  return members;
}

}  // namespace host
