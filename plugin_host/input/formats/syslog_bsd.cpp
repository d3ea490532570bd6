// The dialect that RFC 3164 describes, and what sources have made of it:
//
//   <34>Oct 11 22:14:15 host su[123]: message      as the RFC has it
//   Oct 11 22:14:15 host su[123]: message          in files: no priority
//   2003-10-11T22:14:15.003+02:00 host su: message rsyslog's times
//   <34>Oct 11 22:14:15 su: message                no host
//   <166>Oct 11 2013 22:14:15: %ASA-6-302013: ...  Cisco ASA
//   <189>237: r1: 000124: *Mar  1 18:46:11.123 UTC: %SYS-5-CONFIG_I: ...  Cisco IOS
//   <187>: 2021 Mar 19 15:10:01 UTC: %ETHPORT-5-IF_DOWN: ...  Cisco NX-OS
//   <34>su: message                                no time
//
// Where a priority is followed by no time, all the rest is the message (RFC 3164, 4.3.2), after a
// tag if there is one.

#include "input/formats/syslog_header.h"
#include "input/formats/syslog_time.h"

namespace weir::host {
namespace {

// As in RFC 5424. A longer word is the message's.
constexpr std::size_t kLongestHost = 255;
constexpr std::size_t kLongestTag = 128;

std::size_t time_size(std::string_view text) noexcept {
  const std::size_t size = bsd_time_size(text);
  return size != 0 ? size : iso_time_size(text);
}

bool is_blank_or_end(std::string_view text, std::size_t at) noexcept {
  return at >= text.size() || is_blank(text[at]);
}

// Where a word with a colon and a blank behind it ends; `at` when there is none.
std::size_t labelled_end(std::string_view text, std::size_t at) noexcept {
  std::size_t end = at;
  while (end < text.size() && !is_blank(text[end])) ++end;
  return end > at + 1 && text[end - 1] == ':' && end < text.size() ? end - 1 : at;
}

// Behind `237: `; `at` when there is no such number.
std::size_t behind_sequence(std::string_view text, std::size_t at, std::string_view& sequence) {
  const std::size_t end = skip_digits(text, at);
  if (end == at || end - at > 10 || !text.substr(end).starts_with(": ")) return at;
  sequence = text.substr(at, end - at);
  return skip_blanks(text, end + 1);
}

// Cisco marks times of clocks that are not set by an asterisk, of those out of step by a dot.
std::size_t behind_mark(std::string_view text, std::size_t at) noexcept {
  const bool marked = at < text.size() && (text[at] == '*' || text[at] == '.');
  return marked && time_size(text.substr(at + 1)) != 0 ? at + 1 : at;
}

// What Cisco's devices put before the time: a colon, a number, a host and another number.
std::size_t read_origin(std::string_view text, std::size_t at, SyslogHeader& header) {
  if (at < text.size() && text[at] == ':') at = skip_blanks(text, at + 1);
  const std::size_t first = behind_sequence(text, at, header.sequence);
  if (first == at) return behind_mark(text, at);
  at = behind_mark(text, first);
  const std::size_t end = labelled_end(text, at);
  if (time_size(text.substr(at)) != 0 || end == at || text[at] == '%') return at;
  const std::size_t second = behind_sequence(text, skip_blanks(text, end + 1), header.sequence);
  const std::size_t time = behind_mark(text, second);
  if (time_size(text.substr(time)) == 0) return at;
  header.hostname = text.substr(at, end - at);
  return time;
}

// A name, an address, or names of several relays.
bool is_host(std::string_view word) noexcept {
  if (word.empty() || word.size() > kLongestHost) return false;
  for (const char c : word) {
    if (!is_alphanumeric(c) && std::string_view(".-_:%/@[]").find(c) == std::string_view::npos) {
      return false;
    }
  }
  return true;
}

bool is_tag_character(char c) noexcept {
  return c > ' ' && c < '\x7F' &&
         std::string_view("[]=\"'<>{},;").find(c) == std::string_view::npos;
}

// Behind the tag that stands at `at`, `name: ` or `name[pid]: `, or `at` when there is none.
std::size_t read_tag(std::string_view text, std::size_t at, SyslogHeader& header) noexcept {
  std::size_t end = at;
  const auto ends = [&] { return text[end] == ':' && is_blank_or_end(text, end + 1); };
  while (end < text.size() && is_tag_character(text[end]) && !ends()) ++end;
  const std::string_view name = text.substr(at, end - at);
  if (name.empty() || name.size() > kLongestTag || end == text.size()) return at;
  std::string_view process;
  if (text[end] == '[') {
    const std::size_t close = text.find(']', end);
    if (close == std::string_view::npos || close - end > kLongestTag) return at;
    process = text.substr(end + 1, close - end - 1);
    if (process.find(' ') != std::string_view::npos) return at;
    end = close + 1;
    if (end < text.size() && text[end] == ':')
      ++end;
    else if (!is_blank_or_end(text, end))
      return at;
  } else if (text[end] == ':') {
    ++end;
  } else {
    return at;
  }
  header.appname = name;
  header.procid = process;
  return end < text.size() && is_blank(text[end]) ? end + 1 : end;
}

std::size_t read_host(std::string_view text, std::size_t at, SyslogHeader& header) noexcept {
  std::size_t end = at;
  while (end < text.size() && !is_blank(text[end])) ++end;
  const std::string_view word = text.substr(at, end - at);
  if (!is_host(word) || word.back() == ':') return at;
  SyslogHeader tagged;
  if (word.back() == ']' && word.front() != '[' && read_tag(text, at, tagged) != at) return at;
  header.hostname = word;
  end = skip_blanks(text, end);
  // ASA writes a colon by itself behind its name.
  return text.substr(end).starts_with(": ") ? skip_blanks(text, end + 1) : end;
}

bool read_without_time(std::string_view text, std::size_t at, SyslogHeader& header,
                       Problem& problem) {
  if (header.priority < 0) {
    return fail(problem, "the line begins neither with a priority such as <34> nor with a time",
                at);
  }
  if (begins_as_bsd_time(text.substr(at)) || (at < text.size() && is_digit(text[at]))) {
    return fail(problem, "neither a version of syslog nor a time follows the priority", at);
  }
  if (at == text.size()) return fail(problem, "nothing follows the priority", at);
  header.rest = body_at(text, at) == Body::text ? read_tag(text, at, header) : at;
  return true;
}

}  // namespace

bool read_bsd_header(std::string_view text, std::size_t at, SyslogHeader& header,
                     Problem& problem) {
  at = read_origin(text, skip_blanks(text, at), header);
  const std::size_t size = time_size(text.substr(at));
  if (size == 0) return read_without_time(text, at, header, problem);
  header.timestamp = text.substr(at, size);
  at += size;
  const bool colon = at < text.size() && text[at] == ':';
  if (colon) ++at;
  if (at < text.size() && !is_blank(text[at])) {
    return fail(problem, "no blank follows the time", at);
  }
  at = skip_blanks(text, at);
  if (at == text.size()) return fail(problem, "nothing follows the time", at);
  if (!colon && body_at(text, at) == Body::text) at = read_host(text, at, header);
  if (body_at(text, at) == Body::text) at = read_tag(text, at, header);
  header.rest = at;
  return true;
}

}  // namespace weir::host
