// What the loaded library can do.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "weir/weir.h"

namespace model {

// Options that documents may state before the code behind them does what they say: each is set, and
// in the end removed, with that code.
inline constexpr bool buckets_know_options =
    false;  // lists, dedup, other fields, statistics, arrays
inline constexpr bool evicts_in_order_of_rules = false;  // buckets that one event opened

// Why the library cannot load the document: options of a later version. Empty if it can; any other
// fault of the document fails the test.
inline std::string not_supported(const std::string& document) {
  std::string found;
  const auto write = [](void* user, const char* bytes, std::uint64_t size) {
    static_cast<std::string*>(user)->append(bytes, size);
  };
  EXPECT_EQ(
      weir_describe("diagnostics", 11, document.data(), document.size(), write, &found, nullptr),
      WEIR_OK);
  if (found.find("not supported yet") != std::string::npos) return found;
  EXPECT_EQ(found.find("\"error\""), std::string::npos) << found << "\n" << document;
  return {};
}

}  // namespace model
