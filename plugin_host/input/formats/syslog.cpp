#include "input/formats/syslog.h"

#include "input/beginning.h"
#include "input/formats/cef.h"
#include "input/formats/leef.h"
#include "input/formats/syslog_header.h"

namespace weir::host {
namespace {

constexpr int kLastPriority = 191;  // facility 23, severity 7

// RFC 5424, 6.2.1: one to three digits, no zero before others. Moves `at` behind it.
bool read_priority(std::string_view text, std::size_t& at, int& priority, Problem& problem) {
  const std::size_t end = skip_digits(text, at + 1);
  const std::size_t digits = end - at - 1;
  if (digits == 0 || digits > 3 || end == text.size() || text[end] != '>') {
    return fail(problem, "the priority is not a number in angle brackets", at);
  }
  int number = 0;
  for (std::size_t i = at + 1; i < end; ++i) number = number * 10 + (text[i] - '0');
  if (number > kLastPriority || (digits > 1 && text[at + 1] == '0')) {
    return fail(problem, "the priority is not 0 to 191", at + 1);
  }
  priority = number;
  at = end + 1;
  return true;
}

// One to three digits, the first not zero, and a space; 0: none.
int version_at(std::string_view text, std::size_t at) noexcept {
  const std::size_t end = skip_digits(text, at);
  const std::size_t digits = end - at;
  if (digits == 0 || digits > 3 || text[at] == '0') return 0;
  if (end == text.size() || text[end] != ' ') return 0;
  int version = 0;
  for (; at < end; ++at) version = version * 10 + (text[at] - '0');
  return version;
}

void add_header(const SyslogHeader& header, Records& records) {
  if (header.priority >= 0) {
    records.add_integer("syslog.pri", header.priority);
    records.add_integer("syslog.facility", header.priority / 8);
    records.add_integer("syslog.severity", header.priority % 8);
  }
  if (header.version > 0) records.add_integer("syslog.version", header.version);
  const auto add = [&records](std::string_view key, std::string_view text) {
    if (!text.empty()) records.add(key, text);
  };
  add("syslog.sequence", header.sequence);
  add("syslog.timestamp", header.timestamp);
  add("syslog.hostname", header.hostname);
  add("syslog.appname", header.appname);
  add("syslog.procid", header.procid);
  add("syslog.msgid", header.msgid);
}

// Adds all that is before the message. Returns where that begins, npos when it cannot be read.
std::size_t read_to_message(std::string_view text, Records& records, Problem& problem) {
  SyslogHeader header;
  if (!read_syslog_header(text, header, problem)) return npos;
  add_header(header, records);
  std::size_t at = header.rest;
  if (header.version == 0) return at;
  if (!read_structured_data(text, at, records, problem)) return npos;
  // It says that the message is UTF-8 and belongs not to it (RFC 5424, 6.4).
  if (text.substr(at).starts_with(kByteOrderMark)) at += kByteOrderMark.size();
  return at;
}

// The first body of a kind that stands behind a blank or a sign that ends a tag.
std::size_t find_body(std::string_view text, std::size_t from, Body kind) noexcept {
  const std::string_view marker = kind == Body::cef ? "CEF:" : "LEEF:";
  for (std::size_t at = text.find(marker, from); at != npos; at = text.find(marker, at + 1)) {
    const bool apart = at == 0 || !is_alphanumeric(text[at - 1]);
    if (apart && body_at(text, at) == kind) return at;
  }
  return npos;
}

}  // namespace

bool read_syslog_header(std::string_view text, SyslogHeader& header, Problem& problem) {
  std::size_t at = 0;
  if (text.starts_with('<')) {
    if (!read_priority(text, at, header.priority, problem)) return false;
    header.version = version_at(text, at);
  }
  return header.version > 0 ? read_rfc5424_header(text, at, header, problem)
                            : read_bsd_header(text, at, header, problem);
}

Body read_syslog(std::string_view text, Records& records) {
  text = without_line_end(text);
  Problem problem;
  const std::size_t at = read_to_message(text, records, problem);
  if (at == npos) {
    records.reject(problem.reason, problem.offset);
    return Body::text;
  }
  const std::size_t begin = skip_blanks(text, at);
  const Body body = body_at(text, begin);
  switch (body) {
    case Body::cef:
      read_cef_at(text, begin, records);
      break;
    case Body::leef:
      read_leef_at(text, begin, records);
      break;
    case Body::text:
      if (at < text.size()) records.add("syslog.message", text.substr(at));
  }
  return body;
}

std::size_t read_prefix(std::string_view text, Body kind, Records& records) {
  if (body_at(text, 0) == kind) return 0;
  const std::size_t found = find_body(text, 0, kind);
  if (found == npos) {
    records.reject(kind == Body::cef ? "no 'CEF:' with a version" : "no 'LEEF:' with a version");
    return npos;
  }
  SyslogHeader header;
  Problem problem;
  if (!read_syslog_header(text, header, problem)) return found;
  std::size_t at = header.rest;
  add_header(header, records);
  if (header.version > 0 && !read_structured_data(text, at, records, problem)) {
    records.reject(problem.reason, problem.offset);
    return npos;
  }
  // Structured data may have the marker in it.
  const std::size_t behind = found < at ? find_body(text, at, kind) : found;
  if (behind == npos) records.reject("no CEF or LEEF follows the header of syslog", at);
  return behind;
}

}  // namespace weir::host
