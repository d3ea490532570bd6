// The cases of a JSON file: each object of its array, made flat.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace weir::host {

// Scalars as text, under their keys joined by slashes.
using GoldenCase = std::map<std::string, std::string>;

// Throws when the file is no such array.
std::vector<GoldenCase> golden_cases(const std::filesystem::path& path);

// Those under `prefix/`, without it, and without empty ones, which are absent.
inline GoldenCase below(const GoldenCase& all, const std::string& prefix) {
  GoldenCase found;
  for (const auto& [key, text] : all) {
    if (key.starts_with(prefix + "/") && !text.empty()) found[key.substr(prefix.size() + 1)] = text;
  }
  return found;
}

inline std::filesystem::path golden_data() {
  const char* root = std::getenv("WEIR_DATA");
  return root == nullptr ? "../shared/data" : root;
}

}  // namespace weir::host

// A macro because only the test itself can return.
#define WEIR_NEED_GOLDEN_DATA(folder)                                                   \
  if (!std::filesystem::exists(weir::host::golden_data() / (folder))) {                 \
    GTEST_SKIP() << "no " << weir::host::golden_data() / (folder) << "; set WEIR_DATA"; \
  }
