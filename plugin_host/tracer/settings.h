// What the command line of `weir tracer` says.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weir::host::tracer {

enum class SourceType : std::uint8_t { csv, jsonl, list, sqlite, http };
inline constexpr std::array<std::string_view, 5> kSourceNames{"csv", "jsonl", "list", "sqlite",
                                                              "http"};
constexpr std::string_view name_of(SourceType type) noexcept {
  return kSourceNames[static_cast<std::size_t>(type)];
}

// Which indicators a source is asked about.
enum class Serves : std::uint8_t { any, url, ip, hash };
inline constexpr std::array<std::string_view, 4> kServesNames{"any", "url", "ip", "hash"};
constexpr std::string_view name_of(Serves kind) noexcept {
  return kServesNames[static_cast<std::size_t>(kind)];
}

struct SourceSettings {
  SourceType type = SourceType::csv;
  std::string place;     // a file, or of http a template of a URL
  std::string category;  // empty: what the source calls itself
  Serves serves = Serves::any;
  std::string key;          // csv, jsonl: the member with the indicator; empty: csv's first column
  std::string query;        // sqlite
  std::string header_file;  // http: headers of requests, a line each
  std::string authorities;  // http: a file of certificates to trust; empty: the system's
};

struct Limits {
  std::size_t connections = 10'000;
  std::chrono::milliseconds idle{300'000};
  std::chrono::milliseconds source_time{1'000};  // of sqlite and http: one answer
  std::size_t http_requests = 64;                // in flight, of one source
};

struct Settings {
  std::vector<std::string> listen{"127.0.0.1:16666"};
  std::vector<SourceSettings> sources;
  Limits limits;
  std::string stats;  // a file, - or empty
  bool fast_open = false;
  bool quiet = false;
  bool debug = false;
};

}  // namespace weir::host::tracer
