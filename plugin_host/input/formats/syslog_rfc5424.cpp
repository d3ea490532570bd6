// RFC 5424, section 6.

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "input/formats/syslog_header.h"
#include "input/formats/syslog_time.h"

namespace weir::host {
namespace {

constexpr std::size_t kLongestName = 32;  // SD-NAME
constexpr std::size_t kMaxElements =
    64;  // of structured data: an element is compared with all before

constexpr std::string_view kKeyBegin = "syslog.sd.";

bool is_printable(char c) noexcept { return c > ' ' && c < '\x7F'; }

// A part of the header and the space behind it; `-` is no text.
bool read_part(std::string_view text, std::size_t& at, std::string_view name, std::size_t longest,
               std::string_view& part, Problem& problem) {
  std::size_t end = at;
  while (end < text.size() && is_printable(text[end])) ++end;
  if (end == text.size()) {
    return fail(problem, fmt::format("the header ends with its {}", name), end);
  }
  if (text[end] != ' ') {
    return fail(problem, fmt::format("the {} is not printable ASCII", name), end);
  }
  if (end == at) return fail(problem, fmt::format("the {} is missing", name), at);
  if (end - at > longest) {
    return fail(problem, fmt::format("the {} is longer than {} characters", name, longest), at);
  }
  part = text.substr(at, end - at);
  if (part == "-") part = {};
  at = end + 1;
  return true;
}

bool read_time(std::string_view text, std::size_t& at, std::string_view& time, Problem& problem) {
  std::size_t end = at;
  if (at < text.size() && text[at] == '-') {
    ++end;
  } else {
    end += rfc5424_time_size(text.substr(at));
    time = text.substr(at, end - at);
  }
  if (end == at || end == text.size() || text[end] != ' ') {
    return fail(problem, "the time is neither '-' nor one such as 2003-10-11T22:14:15.003Z", at);
  }
  at = end + 1;
  return true;
}

// The end of an SD-NAME.
std::size_t name_end(std::string_view text, std::size_t at) noexcept {
  while (at < text.size() && is_printable(text[at]) && text[at] != '=' && text[at] != ']' &&
         text[at] != '"') {
    ++at;
  }
  return at;
}

bool is_name(std::size_t size) noexcept { return size > 0 && size <= kLongestName; }

bool is_escape(char c) noexcept { return c == '"' || c == '\\' || c == ']'; }

// The end of the value that begins at `at`: its quotation mark, or the culprit.
std::size_t value_end(std::string_view text, std::size_t at, bool& escapes) noexcept {
  while (true) {
    at = text.find_first_of("\"\\]", at);
    if (at == npos) return text.size();
    if (text[at] != '\\') return at;
    escapes = true;
    // A backslash before another character is a backslash (section 6.3.3).
    at += at + 1 < text.size() && is_escape(text[at + 1]) ? 2 : 1;
  }
}

std::string_view unescaped(std::string_view value, Records& records) {
  char* const begin = records.take(value.size());
  char* to = begin;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (value[i] == '\\' && i + 1 < value.size() && is_escape(value[i + 1])) ++i;
    *to++ = value[i];
  }
  return {begin, static_cast<std::size_t>(to - begin)};
}

std::string_view parameter_key(std::string_view id, std::string_view name, Records& records) {
  const std::size_t size = kKeyBegin.size() + id.size() + 1 + name.size();
  char* const begin = records.take(size);
  char* to = begin + kKeyBegin.copy(begin, npos);
  to += id.copy(to, npos);
  *to++ = '.';
  name.copy(to, npos);
  return {begin, size};
}

// ` name="value"`
bool read_parameter(std::string_view text, std::size_t& at, std::string_view id, Records& records,
                    Problem& problem) {
  const std::size_t begin = at + 1;
  const std::size_t end = name_end(text, begin);
  if (!is_name(end - begin)) {
    return fail(problem, "a parameter's name is not 1 to 32 printable ASCII characters", begin);
  }
  if (!text.substr(end).starts_with("=\"")) {
    return fail(problem, "a parameter is not written as name=\"value\"", end);
  }
  bool escapes = false;
  const std::size_t quote = value_end(text, end + 2, escapes);
  if (quote == text.size()) {
    return fail(problem, "a parameter's value has no quotation mark at its end", end + 1);
  }
  if (text[quote] == ']') {
    return fail(problem, "a ']' in a parameter's value is not written as \\]", quote);
  }
  const std::string_view value = text.substr(end + 2, quote - end - 2);
  records.add(parameter_key(id, text.substr(begin, end - begin), records),
              escapes ? unescaped(value, records) : value);
  at = quote + 1;
  return true;
}

// `[id name="value" ...]`
bool read_element(std::string_view text, std::size_t& at, std::string_view& id, Records& records,
                  Problem& problem) {
  const std::size_t begin = at + 1;
  at = name_end(text, begin);
  if (!is_name(at - begin)) {
    return fail(problem, "an element's id is not 1 to 32 printable ASCII characters", begin);
  }
  id = text.substr(begin, at - begin);
  while (at < text.size() && text[at] == ' ') {
    if (!read_parameter(text, at, id, records, problem)) return false;
  }
  if (at == text.size() || text[at] != ']') {
    return fail(problem, "neither a space nor ']' follows in the structured data", at);
  }
  ++at;
  return true;
}

}  // namespace

bool read_rfc5424_header(std::string_view text, std::size_t at, SyslogHeader& header,
                         Problem& problem) {
  at = skip_digits(text, at) + 1;
  const bool good = read_time(text, at, header.timestamp, problem) &&
                    read_part(text, at, "hostname", 255, header.hostname, problem) &&
                    read_part(text, at, "app-name", 48, header.appname, problem) &&
                    read_part(text, at, "procid", 128, header.procid, problem) &&
                    read_part(text, at, "msgid", 32, header.msgid, problem);
  header.rest = at;
  return good;
}

bool read_structured_data(std::string_view text, std::size_t& at, Records& records,
                          Problem& problem) {
  if (at == text.size() || (text[at] != '-' && text[at] != '[')) {
    return fail(problem, "neither '-' nor structured data follows the msgid", at);
  }
  if (text[at] == '-') {
    ++at;
  } else {
    std::array<std::string_view, kMaxElements> ids;
    for (std::size_t count = 0; at < text.size() && text[at] == '['; ++count) {
      const std::size_t begin = at;
      if (count == kMaxElements) {
        return fail(problem, "more than 64 elements of structured data", begin);
      }
      if (!read_element(text, at, ids[count], records, problem)) return false;
      if (std::find(ids.begin(), ids.begin() + count, ids[count]) != ids.begin() + count) {
        return fail(problem, "an element's id comes twice in the structured data", begin + 1);
      }
    }
  }
  if (at == text.size()) return true;
  if (text[at] != ' ') return fail(problem, "no space follows the structured data", at);
  ++at;
  return true;
}

}  // namespace weir::host
