#include "input/json_format.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace weir::host {
namespace {

// What a key tells.
enum Sign : std::uint32_t {
  kKuma = 1,      // it has been mapped already
  kZeek = 2,      // surely
  kZeekTime = 4,  // others have it, too
  kZeekConnection = 8,
  kSuricataType = 16,
  kSuricataTime = 32,
  kSuricataEvent = 64
};

constexpr std::array<std::pair<std::string_view, Sign>, 16> kSigns = {{
    {"SourceAddress", kKuma},
    {"DestinationAddress", kKuma},
    {"DeviceVendor", kKuma},
    {"DeviceProduct", kKuma},
    {"Timestamp", kKuma},
    {"_path", kZeek},
    {"ts", kZeekTime},
    {"uid", kZeekConnection},
    {"id.orig_h", kZeekConnection},
    {"event_type", kSuricataType},
    {"timestamp", kSuricataTime},
    {"flow_id", kSuricataEvent},
    {"src_ip", kSuricataEvent},
    {"in_iface", kSuricataEvent},
    {"pcap_cnt", kSuricataEvent},
    {"stats", kSuricataEvent},
}};

// The first whose signs are all there.
constexpr std::array<std::pair<std::uint32_t, Format>, 4> kSignedFormats = {{
    {kKuma, Format::ndjson},
    {kSuricataType | kSuricataTime | kSuricataEvent, Format::suricata},
    {kZeek, Format::zeek_json},
    {kZeekTime | kZeekConnection, Format::zeek_json},
}};

std::uint32_t sign_of(std::string_view key) noexcept {
  for (const auto& [known, sign] : kSigns)
    if (known == key) return sign;
  return 0;
}

// Behind the quote that closes the string which begins at `at`; npos when none does.
std::size_t end_of_string(std::string_view text, std::size_t at) noexcept {
  for (++at; at < text.size(); ++at) {
    if (text[at] == '"') return at + 1;
    if (text[at] == '\\') ++at;
  }
  return std::string_view::npos;
}

std::uint32_t signs_of(std::string_view text) noexcept {
  std::uint32_t signs = 0;
  std::size_t depth = 0;
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (c != '"') {
      if (c == '{' || c == '[') ++depth;
      if ((c == '}' || c == ']') && --depth == 0) break;  // the text begins with {
      ++at;
      continue;
    }
    const std::size_t end = end_of_string(text, at);
    if (end == std::string_view::npos) break;
    const std::size_t next = text.find_first_not_of(" \t", end);
    const bool key = depth == 1 && next != std::string_view::npos && text[next] == ':';
    if (key) signs |= sign_of(text.substr(at + 1, end - at - 2));
    at = end;
  }
  return signs;
}

}  // namespace

Format json_format(std::string_view line) noexcept {
  const std::uint32_t signs = line.starts_with('{') ? signs_of(line) : 0;
  for (const auto& [wanted, format] : kSignedFormats)
    if ((signs & wanted) == wanted) return format;
  return Format::ndjson;
}

}  // namespace weir::host
