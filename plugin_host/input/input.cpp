#include "input/input.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

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

InputName parse_udp(const std::string& text) {
  const std::string rest = text.substr(6);
  const std::size_t colon = rest.rfind(':');
  const auto fail = [&text]() -> InputName {
    throw Failure(Exit::usage, fmt::format("'{}' is no UDP address; write udp://HOST:PORT, such as "
                                           "udp://0.0.0.0:2055 or udp://[::]:2055",
                                           text));
  };
  if (colon == std::string::npos) return fail();
  InputName name{InputName::Kind::udp, text, rest.substr(0, colon), rest.substr(colon + 1)};
  const bool digits = !name.port.empty() && name.port.size() <= 5 &&
                      std::all_of(name.port.begin(), name.port.end(),
                                  [](unsigned char c) { return std::isdigit(c); });
  if (!digits || std::stoi(name.port) > 65535) return fail();
  if (name.host.size() >= 2 && name.host.front() == '[' && name.host.back() == ']') {
    name.host = name.host.substr(1, name.host.size() - 2);
  } else if (name.host.find(':') != std::string::npos) {
    return fail();  // an IPv6 address without brackets
  }
  if (name.host == "*") name.host.clear();
  return name;
}

}  // namespace

std::string_view format_name(Format format) noexcept {
  switch (format) {
    case Format::netflow:
      return "netflow";
    case Format::pcap:
      return "pcap";
    default:
      return "ndjson";
  }
}

Format parse_format(const std::string& name) {
  for (const Format format : {Format::ndjson, Format::netflow, Format::pcap}) {
    if (format_name(format) == name) return format;
  }
  for (const char* later : {"cef", "syslog", "zeek", "suricata"}) {
    if (name == later)
      throw Failure(Exit::usage, fmt::format("format '{}' is not supported yet", name));
  }
  throw Failure(Exit::usage, fmt::format("unknown format '{}'; use ndjson, netflow or pcap", name));
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

InputName parse_input(const std::string& text) {
  if (text == "-") return {InputName::Kind::standard_input, text, {}, {}};
  if (text.rfind("udp://", 0) == 0) return parse_udp(text);
  if (text.rfind("tcp://", 0) == 0) {
    throw Failure(Exit::usage, fmt::format("input '{}': tcp is not supported yet", text));
  }
  if (text.empty()) throw Failure(Exit::usage, "an input has an empty name");
  return {InputName::Kind::file, text, {}, {}};
}

}  // namespace weir::host
