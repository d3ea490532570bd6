#include "input/format.h"

#include <fmt/format.h>

#include <array>

#include "failure.h"
#include "input/byte_source.h"
#include "input/netflow/decoder.h"
#include "run/stop.h"

namespace weir::host {
namespace {

// pcap in both byte orders, with micro- and nanoseconds and Kuznetzov's extension; pcapng.
constexpr std::array<std::string_view, 7> kCaptureMagic = {
    "\xa1\xb2\xc3\xd4", "\xd4\xc3\xb2\xa1", "\xa1\xb2\x3c\x4d", "\x4d\x3c\xb2\xa1",
    "\xa1\xb2\xcd\x34", "\x34\xcd\xb2\xa1", "\x0a\x0d\x0d\x0a"};

// The longest of its versions: v5.
constexpr std::size_t kNetflowHeader = 24;

constexpr std::array<std::pair<Format, std::string_view>, 9> kNames = {{
    {Format::ndjson, "ndjson"},
    {Format::cef, "cef"},
    {Format::leef, "leef"},
    {Format::syslog, "syslog"},
    {Format::zeek, "zeek"},
    {Format::zeek_json, "zeek-json"},
    {Format::suricata, "suricata"},
    {Format::netflow, "netflow"},
    {Format::pcap, "pcap"},
}};

}  // namespace

std::string_view format_name(Format format) noexcept {
  for (const auto& [known, name] : kNames)
    if (known == format) return name;
  return "unknown";
}

bool is_json(Format format) noexcept {
  return format == Format::ndjson || format == Format::zeek_json || format == Format::suricata;
}

bool is_lines(Format format) noexcept {
  return format != Format::netflow && format != Format::pcap;
}

Format parse_format(const std::string& name) {
  std::string all;
  for (const auto& [format, known] : kNames) {
    if (known == name) return format;
    all += all.empty() ? "" : ", ";
    all += known;
  }
  throw Failure(Exit::usage, fmt::format("unknown format '{}'; use one of {}", name, all));
}

Format detect_format(std::string_view beginning) noexcept {
  for (const std::string_view magic : kCaptureMagic) {
    if (beginning.substr(0, magic.size()) == magic) return Format::pcap;
  }
  const Bytes bytes(reinterpret_cast<const std::uint8_t*>(beginning.data()), beginning.size());
  return looks_like_netflow(bytes) ? Format::netflow : Format::ndjson;
}

bool detection_wants_more(std::string_view beginning) noexcept {
  if (beginning.empty()) return true;
  for (const std::string_view magic : kCaptureMagic) {
    if (beginning.size() < magic.size() && magic.substr(0, beginning.size()) == beginning) {
      return true;
    }
  }
  const bool version =
      beginning.size() < 2 || beginning[1] == 5 || beginning[1] == 9 || beginning[1] == 10;
  return beginning.size() < kNetflowHeader && beginning[0] == 0 && version;
}

std::optional<Format> find_format(ByteSource& source) {
  std::string_view beginning;
  while (detection_wants_more(beginning)) {
    const std::size_t before = beginning.size();
    beginning = source.peek(before + 1);
    if (beginning.size() != before) continue;
    if (stop_requested()) return std::nullopt;
    break;  // the end
  }
  return detect_format(beginning);
}

}  // namespace weir::host
