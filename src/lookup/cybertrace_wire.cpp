#include "lookup/cybertrace_wire.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>

#include "base/text.h"

namespace weir::lookup::cybertrace {

namespace {

constexpr std::array<std::string_view, 3> flags{"X-KF-SendFinishedEvent", "X-KF-ReplyBack",
                                                "X-KF-SaveStatistic"};
constexpr std::string_view request_start = "KUMA|";
constexpr std::string_view indicator_key = "MatchedIndicator=";
// What would end a value, or a line.
constexpr std::string_view separators("|\r\n\0", 4);

// Any of these kinds begins a piece of a request: `url=`.
constexpr std::array<std::string_view, 3> kinds{"url", "ip", "hash"};

// CR is ignored; within a text it cannot be taken out without copying it.
std::string_view without_cr(std::string_view text) noexcept {
  while (!text.empty() && text.front() == '\r') text.remove_prefix(1);
  while (!text.empty() && text.back() == '\r') text.remove_suffix(1);
  return text;
}

std::optional<Kind> take_kind(std::string_view& piece) noexcept {
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    const std::size_t size = kinds[i].size();
    if (piece.size() <= size || piece[size] != '=' || !piece.starts_with(kinds[i])) continue;
    piece.remove_prefix(size + 1);
    return static_cast<Kind>(i);
  }
  return std::nullopt;
}

bool is_word(std::string_view text) noexcept {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  });
}

// The value of `name=value`; otherwise all of it, such as a URL with '=' in its query.
std::string_view bare_value(std::string_view line) noexcept {
  const std::size_t equals = line.find('=');
  if (equals == std::string_view::npos || equals + 1 == line.size()) return line;
  return is_word(line.substr(0, equals)) ? line.substr(equals + 1) : line;
}

// Calls take(piece) for each between bars, those that are empty too.
template <class Take>
void for_pieces(std::string_view line, Take take) {
  while (true) {
    const std::size_t bar = line.find('|');
    take(without_cr(line.substr(0, bar)));
    if (bar == std::string_view::npos) return;
    line.remove_prefix(bar + 1);
  }
}

void append_clean(std::string& out, std::string_view text) {
  const std::size_t begin = out.size();
  out += text;
  for (std::size_t i = begin; i < out.size(); ++i)
    if (separators.find(out[i]) != std::string_view::npos) out[i] = ' ';
}

bool is_finish(std::string_view line) noexcept {
  return !line.starts_with(detection) && line.find(finished) != std::string_view::npos;
}

}  // namespace

std::string_view kind_name(Kind kind) noexcept { return kinds[static_cast<std::size_t>(kind)]; }

// ---- Requests

RequestWriter::RequestWriter(std::string& out) : out_(out), begin_(out.size()) {
  out_ += request_start;
}

bool RequestWriter::add(Kind kind, std::string_view value) {
  const std::string_view name = kind_name(kind);
  const std::size_t size = out_.size() - begin_ + name.size() + value.size() + 3;  // '=', '|', LF
  if (value.empty() || size > longest_request ||
      value.find_first_of(separators) != std::string_view::npos ||
      find_invalid_utf8(value) != std::string_view::npos)
    return false;
  out_ += name;
  out_ += '=';
  out_ += value;
  out_ += '|';
  return true;
}

std::string_view without_flags(std::string_view line) noexcept {
  bool more = true;
  while (more) {
    more = false;
    for (const std::string_view flag : flags) {
      if (!line.starts_with(flag)) continue;
      line.remove_prefix(flag.size());
      more = true;
    }
  }
  return line;
}

void read_request(std::string_view line, std::vector<Indicator>& indicators) {
  indicators.clear();
  line = without_flags(without_cr(line));
  bool other = !line.starts_with(request_start);  // client
  for_pieces(line, [&](std::string_view piece) {
    const auto kind = take_kind(piece);
    if (!kind) return;
    other = false;
    if (!piece.empty()) indicators.push_back({*kind, false, piece});
  });
  if (other && !line.empty()) indicators.push_back({Kind::url, true, bare_value(line)});
}

// ---- Answers

bool read_detection(std::string_view line, Detection& read) {
  read.category = {};
  read.indicator = {};
  read.context.clear();
  if (!line.starts_with(detection)) return false;
  bool first = true;
  bool matched = false;
  for_pieces(line, [&](std::string_view piece) {
    if (first) {
      read.category = piece.substr(detection.size());
      first = false;
    } else if (!matched && piece.starts_with(indicator_key)) {
      read.indicator = piece.substr(indicator_key.size());
      matched = true;
    } else if (!piece.empty()) {
      const std::size_t equals = piece.find('=');
      const bool has_value = equals != std::string_view::npos;
      read.context.emplace_back(piece.substr(0, equals),
                                has_value ? piece.substr(equals + 1) : std::string_view());
    }
  });
  return true;
}

void write_detection(std::string& out, const Detection& written) {
  out += detection;
  append_clean(out, written.category);
  out += '|';
  out += indicator_key;
  append_clean(out, written.indicator);
  for (const auto& [key, value] : written.context) {
    out += '|';
    append_clean(out, key);
    out += '=';
    append_clean(out, value);
  }
  out += '\n';
}

AnswerReader::State AnswerReader::feed(std::string_view& bytes) {
  State state = State::open;
  while (state == State::open && !bytes.empty()) {
    const std::size_t end = bytes.find('\n');
    const std::string_view piece = bytes.substr(0, end);
    if (rest_.size() + piece.size() > longest_line) return State::garbage;
    if (end == std::string_view::npos) {
      rest_ += piece;
      bytes = {};
      return State::open;
    }
    bytes.remove_prefix(end + 1);
    if (rest_.empty()) {
      state = line(piece);
    } else {
      rest_ += piece;
      state = line(rest_);
      rest_.clear();
    }
  }
  return state;
}

AnswerReader::State AnswerReader::end() {
  const bool whole = is_finish(rest_);
  rest_.clear();
  return whole ? State::complete : State::open;
}

AnswerReader::State AnswerReader::line(std::string_view text) {
  text = without_cr(text);
  if (text.empty()) return State::open;
  if (is_finish(text)) return State::complete;
  if (!text.starts_with(detection)) return State::garbage;
  if (detections_.size() + text.size() >= longest_answer) return State::garbage;
  const std::size_t begin = detections_.size();
  detections_ += text;
  if (std::memchr(text.data(), '\r', text.size()) != nullptr)
    detections_.erase(std::remove(detections_.begin() + static_cast<std::ptrdiff_t>(begin),
                                  detections_.end(), '\r'),
                      detections_.end());
  detections_ += '\n';
  return State::open;
}

void AnswerReader::clear() noexcept {
  rest_.clear();
  detections_.clear();
}

}  // namespace weir::lookup::cybertrace
