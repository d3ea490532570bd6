#include "input/format.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

#include "failure.h"
#include "input/beginning.h"
#include "input/byte_source.h"
#include "input/formats/text_scan.h"
#include "input/json_format.h"
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

constexpr std::array<std::pair<Format, std::string_view>, 9> kFormatNames = {{
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

// What is not clear by then is told by what there is.
constexpr std::size_t kMostToDetect = 4096;

// Whether bytes begin as a format does; not_yet: they may, with more of them.
enum class Begins : std::uint8_t { no, not_yet, yes };

Begins begins_with(std::string_view bytes, std::string_view mark) noexcept {
  if (bytes.starts_with(mark)) return Begins::yes;
  return mark.starts_with(bytes) ? Begins::not_yet : Begins::no;
}

Begins any_of(std::string_view bytes, std::span<const std::string_view> marks) noexcept {
  Begins answer = Begins::no;
  for (const std::string_view mark : marks) answer = std::max(answer, begins_with(bytes, mark));
  return answer;
}

// A pattern: A stands for a capital, a for a small letter, 0 for a digit, _ for a digit or a space.
Begins begins_like(std::string_view bytes, std::string_view pattern) noexcept {
  const auto within = [](char c, char least, char most) { return c >= least && c <= most; };
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (i == bytes.size()) return Begins::not_yet;
    const char c = bytes[i];
    const char p = pattern[i];
    const bool fits = p == 'A'   ? within(c, 'A', 'Z')
                      : p == 'a' ? within(c, 'a', 'z')
                      : p == '0' ? within(c, '0', '9')
                      : p == '_' ? c == ' ' || within(c, '0', '9')
                                 : c == p;
    if (!fits) return Begins::no;
  }
  return Begins::yes;
}

Begins as_capture(std::string_view bytes) noexcept { return any_of(bytes, kCaptureMagic); }

Begins as_netflow(std::string_view bytes) noexcept {
  const Bytes octets(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  if (looks_like_netflow(octets)) return Begins::yes;
  if (bytes.size() >= kNetflowHeader || bytes[0] != 0) return Begins::no;
  const bool version = bytes.size() < 2 || bytes[1] == 5 || bytes[1] == 9 || bytes[1] == 10;
  return version ? Begins::not_yet : Begins::no;
}

Begins as_zeek(std::string_view text) noexcept {
  constexpr std::array<std::string_view, 2> kZeekDirectives = {"#separator ", "#fields"};
  return any_of(text, kZeekDirectives);
}

Begins as_cef(std::string_view text) noexcept { return begins_with(text, "CEF:"); }

Begins as_leef(std::string_view text) noexcept { return begins_with(text, "LEEF:"); }

// A priority, the time of RFC 3164, or one of ISO 8601, which rsyslog writes into files.
Begins as_syslog(std::string_view text) noexcept {
  constexpr std::array<std::string_view, 5> kPatterns = {"<0>", "<00>", "<000>", "Aaa _0 00:00:00 ",
                                                         "0000-00-00T00:00:00"};
  constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const bool capital = text[0] >= 'A' && text[0] <= 'Z';
  if (capital && any_of(text, kMonths) == Begins::no) return Begins::no;
  Begins answer = Begins::no;
  for (const std::string_view pattern : kPatterns) {
    answer = std::max(answer, begins_like(text, pattern));
  }
  return answer;
}

// By its first line.
Begins as_json(std::string_view text) noexcept {
  if (text[0] != '{') return Begins::no;
  return text.find('\n') == std::string_view::npos ? Begins::not_yet : Begins::yes;
}

struct Beginning {
  Format format;
  Begins (*begins)(std::string_view) noexcept;  // REQUIRES: a byte at least
  bool text;  // asked about what stands behind a byte order mark and blanks
};

constexpr std::array<Beginning, 7> kBeginnings = {{
    {Format::pcap, as_capture, false},
    {Format::netflow, as_netflow, false},
    {Format::zeek, as_zeek, true},
    {Format::cef, as_cef, true},
    {Format::leef, as_leef, true},
    {Format::syslog, as_syslog, true},
    {Format::ndjson, as_json, true},
}};

std::string_view text_in(std::string_view bytes) noexcept {
  if (bytes.starts_with(kByteOrderMark)) bytes.remove_prefix(kByteOrderMark.size());
  return bytes.substr(std::min(bytes.find_first_not_of(kWhiteSpace), bytes.size()));
}

Begins ask(const Beginning& beginning, std::string_view bytes, std::string_view text) noexcept {
  if (!beginning.text) return beginning.begins(bytes);
  return text.empty() ? Begins::not_yet : beginning.begins(text);
}

}  // namespace

std::string_view format_name(Format format) noexcept {
  for (const auto& [known, name] : kFormatNames)
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
  for (const auto& [format, known] : kFormatNames) {
    if (known == name) return format;
    all += all.empty() ? "" : ", ";
    all += known;
  }
  throw Failure(Exit::usage, fmt::format("unknown format '{}'; use one of {}", name, all));
}

Format detect_format(std::string_view beginning) noexcept {
  if (beginning.empty()) return Format::ndjson;
  const std::string_view text = text_in(beginning);
  for (const Beginning& known : kBeginnings) {
    if (ask(known, beginning, text) == Begins::yes && known.format != Format::ndjson) {
      return known.format;
    }
  }
  return json_format(text.substr(0, text.find('\n')));
}

bool detection_wants_more(std::string_view beginning) noexcept {
  if (beginning.empty()) return true;
  if (beginning.size() >= kMostToDetect) return false;
  if (begins_with(beginning, kByteOrderMark) == Begins::not_yet) return true;
  const std::string_view text = text_in(beginning);
  bool wants_more = false;
  for (const Beginning& known : kBeginnings) {
    const Begins answer = ask(known, beginning, text);
    if (answer == Begins::yes) return false;
    wants_more = wants_more || answer == Begins::not_yet;
  }
  return wants_more;
}

std::optional<Format> find_format(ByteSource& source) {
  // Nobody waits for a file, and a call a byte would be many.
  if (source.regular()) return detect_format(source.peek(kMostToDetect));
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
