// The folder of real NetFlow, and its captures decoded.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "file_descriptor.h"
#include "golden/netflow_collect.h"
#include "input/pcap.h"

namespace weir::host {

inline std::filesystem::path netflow_data() {
  const char* root = std::getenv("WEIR_DATA");
  return std::filesystem::path(root == nullptr ? "../shared/data" : root) / "netflow";
}

inline CaptureStats decode_capture(const std::filesystem::path& path, CollectingDecoder& into) {
  ByteSource source(path.string(), open_for_reading(path.string()));
  CaptureStats stats;
  std::uint64_t position = 0;
  read_capture(
      source, {2055, 4739, 9995, 9996}, into.decoder(), stats, [](std::int64_t) {}, [] {},
      position);
  return stats;
}

inline void decode_file(const std::filesystem::path& path, CollectingDecoder& into) {
  const std::string bytes = read_file(path.string());
  into.decode({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
}

}  // namespace weir::host

// A macro because only the test itself can return.
#define WEIR_NEED_NETFLOW_DATA()                                                              \
  if (!std::filesystem::exists(weir::host::netflow_data())) {                                 \
    GTEST_SKIP() << "no real NetFlow in " << weir::host::netflow_data() << "; set WEIR_DATA"; \
  }
