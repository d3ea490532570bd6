// Events that are asked about, each told from the others by its ExternalID, and what servers say.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "host.h"
#include "lookup_server.h"

namespace host {

using Reply = LookupServer::Reply;

inline Reply silent(std::string_view) { return {.bytes = {}, .silent = true}; }

// A detection of the address that is asked about.
inline Reply found(std::string_view request) {
  const std::size_t begin = request.find("ip=") + 3;
  return {detection("Botnet", request.substr(begin, request.find('|', begin) - begin))};
}

// The SourceAddress is 10.x.y.z of the ExternalID.
inline std::string numbered_lines(std::size_t first, std::size_t count) {
  std::string text;
  for (std::size_t i = first; i < first + count; ++i)
    text += "{\"SourceAddress\":\"10." + std::to_string(i >> 16 & 255) + "." +
            std::to_string(i >> 8 & 255) + "." + std::to_string(i & 255) + "\",\"ExternalID\":\"" +
            std::to_string(i) + "\"}\n";
  return text;
}

// The ExternalID of every event and every line that a sink has got, sorted.
inline std::vector<std::string> ids(const Sink& sink) {
  std::vector<std::string> ids;
  for (const Seen& seen : sink.seen)
    if (seen.kind != WEIR_OUTPUT_LINES) ids.push_back(seen.fields.at("ExternalID"));
  const std::string bytes = sink.bytes();
  constexpr std::string_view key = "\"ExternalID\":\"";
  for (std::size_t at = 0; (at = bytes.find(key, at)) != std::string::npos;) {
    at += key.size();
    ids.push_back(bytes.substr(at, bytes.find('"', at) - at));
  }
  std::sort(ids.begin(), ids.end());
  return ids;
}

// What `ids` gives for the events 0 to `count`, each once.
inline std::vector<std::string> numbers(std::size_t count) {
  std::vector<std::string> all;
  for (std::size_t i = 0; i < count; ++i) all.push_back(std::to_string(i));
  std::sort(all.begin(), all.end());
  return all;
}

}  // namespace host
