#include "explain/event_text.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <utility>

#include "failure.h"
#include "input/beginning.h"
#include "input/formats/text_scan.h"
#include "input/message_lines.h"
#include "run/intake.h"

namespace weir::host {
namespace {

[[noreturn]] void fail_count(std::string_view count) {
  throw Failure(Exit::bad_input, fmt::format("EVENT holds {}; pass one", count));
}

bool is_json_text(std::string_view text) {
  simdjson::dom::parser parser;
  return parser.parse(text.data(), text.size()).error() == simdjson::SUCCESS;
}

}  // namespace

EventText::EventText(const Library& library, std::string text, std::optional<Format> format,
                     std::int64_t arrived)
    : text_(std::move(text)), format_(Format::ndjson) {
  text_.erase(0, *beginning_to_skip(text_, true));
  const std::size_t first = text_.find_first_not_of(kWhiteSpace);
  if (first == std::string::npos) fail_count("no event");
  if (format ? is_json(*format) : text_[first] == '{') make_one_line();
  format_ = format ? *format : detect_format(text_);
  if (!is_lines(format_)) {
    throw Failure(Exit::usage, fmt::format("an event is a line of text, and {} has none; explain "
                                           "one of the events that 'weir run' makes of it",
                                           format_name(format_)));
  }
  presets_ = presets_of(library, format_);
  if (is_json(format_)) {  // or nothing that is known
    const std::size_t lf = text_.find('\n', text_.find_first_not_of(kWhiteSpace));
    if (text_.find_first_not_of(kWhiteSpace, lf) != std::string::npos) fail_count("several lines");
    return;
  }
  MessageLines lines(format_, presets_);
  lines.read(text_, true, arrived, records_, WEIR_CHUNK_EVENTS);
  if (records_.size() != 1) fail_count(records_.empty() ? "no event" : "several events");
}

// JSON that a person has spread over lines. What cannot be read is left for the library to say.
void EventText::make_one_line() {
  text_.erase(text_.find_last_not_of(kWhiteSpace) + 1);
  text_.erase(0, text_.find_first_not_of(kWhiteSpace));
  const std::size_t lf = text_.find('\n');
  if (lf == std::string::npos) return;
  if (!is_json_text(text_) && is_json_text(std::string_view(text_).substr(0, lf)))
    fail_count("several events");
  std::replace_if(
      text_.begin(), text_.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
}

weir_question EventText::question() {
  weir_question question{};
  if (is_json(format_)) {
    question.line = {text_.data(), text_.size()};
    question.preset = presets_.of(format_);
  } else {
    question.record = records_.all().data();
  }
  return question;
}

}  // namespace weir::host
