// The only translation unit of the folder that includes simdjson.

#include "tracer/json_rows.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <deque>

#include "base/error.h"
#include "input/beginning.h"
#include "input/formats/text_scan.h"

namespace weir::host::tracer {
namespace {

namespace dom = simdjson::dom;

[[noreturn]] void fail_line(std::size_t line, const std::string& message) {
  throw weir::Failure(Status::invalid_document, message,
                      Position{-1, static_cast<std::uint32_t>(line), 0});
}

std::string_view reason(simdjson::error_code error) noexcept {
  switch (error) {
    case simdjson::UTF8_ERROR:
      return "it is not UTF-8";
    case simdjson::STRING_ERROR:
      return "a text holds an escape that JSON does not know";
    case simdjson::UNCLOSED_STRING:
      return "a text is not closed";
    case simdjson::UNESCAPED_CHARS:
      return "a control character in a text must be escaped";
    case simdjson::CAPACITY:
    case simdjson::MEMALLOC:
      return "it is too large";
    default:
      return "a ',', ':', bracket or quote is missing or too many";
  }
}

// Texts of values; what had to be written lies in the row.
class JsonRow {
 public:
  // Of all members but `key`, whose text becomes the indicator.
  void read(dom::object object, std::string_view key) {
    context_.clear();
    written_.clear();
    indicator_ = {};
    has_key_ = false;
    for (const auto& [name, value] : object) {
      const std::string_view text = text_of(value);
      if (!key.empty() && name == key) {
        indicator_ = text;
        has_key_ = true;
      } else {
        context_.emplace_back(name, text);
      }
    }
  }
  const Context& context() const noexcept { return context_; }
  std::string_view indicator() const noexcept { return indicator_; }
  bool has_key() const noexcept { return has_key_; }

 private:
  std::string_view text_of(dom::element value) {
    std::string_view text;
    if (value.get(text) == simdjson::SUCCESS) return text;
    if (value.is_null()) return {};
    return written_.emplace_back(simdjson::minify(value));
  }

  Context context_;
  std::deque<std::string> written_;  // stays in place as it grows
  std::string_view indicator_;
  bool has_key_ = false;
};

std::string_view without_mark(std::string_view text) noexcept {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  return text;
}

char first_of(std::string_view text) noexcept {
  text = without_mark(text);
  const std::size_t at = text.find_first_not_of(kWhiteSpace);
  return at == std::string_view::npos ? '\0' : text[at];
}

class Reader {
 public:
  Reader(std::string_view key, FeedRows& rows) : key_(key), rows_(rows) {}

  void lines(std::string_view text) {
    while (!text.empty()) {
      ++line_;
      const std::string_view line = text.substr(0, text.find('\n'));
      text.remove_prefix(std::min(line.size() + 1, text.size()));
      if (line.find_first_not_of(kWhiteSpace) == std::string_view::npos) continue;
      row(parse(line), "a line");
    }
  }

  void array(std::string_view text) {
    dom::array items;
    if (const auto error = parse(text).get(items)) fail_line(line_, std::string(reason(error)));
    for (const dom::element item : items) row(item, "an element of the list");
  }

  void check_key() const {
    if (seen_ == 0 || with_key_ != 0) return;
    fail_line(
        0, fmt::format("no object has the member '{}'; name the one with the indicator with --key",
                       key_));
  }

 private:
  dom::element parse(std::string_view text) {
    dom::element element;
    if (const auto error = parser_.parse(text.data(), text.size()).get(element)) {
      fail_line(line_,
                fmt::format("invalid JSON: {}; write one object a line, or one list of objects",
                            reason(error)));
    }
    return element;
  }

  void row(dom::element element, std::string_view what) {
    dom::object object;
    if (element.get(object) != simdjson::SUCCESS) {
      fail_line(line_, fmt::format("{} is no object; write such as {{\"{}\": \"192.0.2.1\"}}", what,
                                   key_));
    }
    row_.read(object, key_);
    ++seen_;
    if (row_.has_key()) ++with_key_;
    rows_.take(row_.indicator(), row_.context(), [&] { return line_; });
  }

  std::string_view key_;
  FeedRows& rows_;
  dom::parser parser_;
  JsonRow row_;
  std::size_t line_ = 0;
  std::size_t seen_ = 0;
  std::size_t with_key_ = 0;
};

std::string member(dom::object object, std::string_view name) {
  std::string_view text;
  return object[name].get(text) == simdjson::SUCCESS ? std::string(text) : std::string();
}

}  // namespace

void read_json(std::string_view key, std::string_view text, FeedRows& rows) {
  text = without_mark(text);
  Reader reader(key, rows);
  if (first_of(text) == '[') {
    reader.array(text);
  } else {
    reader.lines(text);
  }
  reader.check_key();
}

bool looks_like_misp(std::string_view text) noexcept { return first_of(text) == '{'; }

std::string read_misp(std::string_view text, FeedRows& rows) {
  text = without_mark(text);
  dom::parser parser;
  dom::object object;
  dom::element element;
  if (const auto error = parser.parse(text.data(), text.size()).get(element)) {
    fail_line(
        0, fmt::format("invalid JSON: {}; a list is text, an indicator a line, or a MISP warning "
                       "list (for an object a line there is --jsonl)",
                       reason(error)));
  }
  dom::array list;
  if (element.get(object) != simdjson::SUCCESS || object["list"].get(list) != simdjson::SUCCESS) {
    fail_line(
        0,
        "the object has no member 'list', so it is no MISP warning list; for an object a line "
        "there is --jsonl");
  }
  const std::string type = member(object, "type");
  if (type == "regex" || type == "substring") {
    fail_line(
        0, fmt::format("the warning list is of type '{}', and only whole indicators are looked up; "
                       "use one of type cidr, hostname or string",
                       type));
  }
  std::string name = member(object, "name");
  const Context context{{"list", name}, {"list_type", type}};
  for (const dom::element item : list) {
    std::string_view indicator;
    if (item.get(indicator) != simdjson::SUCCESS) fail_line(0, "an element of 'list' is no text");
    rows.take(indicator, context, [] { return std::size_t{0}; });
  }
  return name;
}

bool read_answer(std::string_view json, const std::function<void(const Context&)>& take) {
  dom::parser parser;
  dom::element element;
  if (parser.parse(json.data(), json.size()).get(element) != simdjson::SUCCESS) return false;
  if (element.is_null()) return true;
  JsonRow row;
  dom::object object;
  if (element.get(object) == simdjson::SUCCESS) {
    row.read(object, {});
    if (!row.context().empty()) take(row.context());
    return true;
  }
  dom::array list;
  if (element.get(list) != simdjson::SUCCESS) return false;
  for (const dom::element item : list) {
    if (item.get(object) != simdjson::SUCCESS) return false;
    row.read(object, {});
    if (!row.context().empty()) take(row.context());
  }
  return true;
}

}  // namespace weir::host::tracer
