// The only translation unit of the folder that includes simdjson.

#include "lookup/json_lines.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <cstring>
#include <string>

#include "base/ascii.h"
#include "base/bump.h"
#include "base/bytes.h"
#include "base/text.h"

namespace weir::lookup {

namespace {

namespace ondemand = simdjson::ondemand;

std::string_view trimmed(std::string_view token) noexcept {
  return token.substr(0, token.find_last_not_of(white_space) + 1);
}

}  // namespace

bool is_utf8(std::string_view text) noexcept {
  return simdjson::validate_utf8(text.data(), text.size());
}

// simdjson reads a few bytes past a line. Where the text has those, lines are read in place, else
// in a copy.
class JsonLinesReader::Lines {
 public:
  Lines(std::string_view text, bool vulnerabilities)
      : text_(text),
        at_(begin_of(text)),
        end_(text.data() + text.size()),
        vulnerabilities_(vulnerabilities) {}

  bool next(Record& record) {
    record.fields.clear();
    composed_.reset();
    items_.clear();
    if (!find_line()) return false;
    record.at = line_.data();
    read_line(record);
    std::size_t first = 0;  // of the items that are left
    for (RecordField& field : record.fields) {
      if (!field.is_list) continue;
      field.items = {items_.data() + first, field.items.size()};
      first += field.items.size();
    }
    return true;
  }

 private:
  bool find_line() noexcept {
    while (at_ != end_) {
      const void* const lf = std::memchr(at_, '\n', static_cast<std::size_t>(end_ - at_));
      const char* const stop = lf == nullptr ? end_ : static_cast<const char*>(lf);
      line_ = {at_, static_cast<std::size_t>(stop - at_)};
      at_ = lf == nullptr ? end_ : stop + 1;
      const std::size_t first = line_.find_first_not_of(white_space);
      if (first == std::string_view::npos) continue;
      line_.remove_prefix(first);
      return true;
    }
    return false;
  }

  simdjson::padded_string_view padded() {
    const auto room = static_cast<std::size_t>(end_ - line_.data());
    read_ = line_.data();
    if (room >= line_.size() + simdjson::SIMDJSON_PADDING)
      return simdjson::padded_string_view(line_, room);
    copy_.assign(line_);
    copy_.append(simdjson::SIMDJSON_PADDING, ' ');
    read_ = copy_.data();
    return simdjson::padded_string_view(std::string_view(copy_).substr(0, line_.size()),
                                        copy_.size());
  }

  // The place in the text of what was read.
  const char* place(const char* read) const noexcept {
    const auto offset = static_cast<std::size_t>(read - read_);
    return line_.data() + std::min(offset, line_.size());
  }

  template <class T>
  T must(simdjson::simdjson_result<T> result) {
    T value;
    const auto error = std::move(result).get(value);
    if (error) fail_here(error);
    return value;
  }

  [[noreturn]] void fail_here(simdjson::error_code error) {
    const char* where = read_;
    if (document_ == nullptr || document_->current_location().get(where) != simdjson::SUCCESS)
      where = document_ == nullptr ? read_ : read_ + line_.size();
    std::string_view what = "a ',', ':', bracket or quote is missing or too many";
    if (error == simdjson::STRING_ERROR) what = "a text holds an escape that JSON does not know";
    if (error == simdjson::UNCLOSED_STRING) what = "a text is not closed";
    if (error == simdjson::UNESCAPED_CHARS) what = "a control character in a text must be escaped";
    fail_at(text_, place(where), fmt::format("invalid JSON: {}; write one object a line", what));
  }

  void read_line(Record& record) {
    if (line_.front() != '{')
      fail_at(text_, line_.data(), "a line must be a JSON object, such as {\"key\": \"a\"}");
    ondemand::document document;
    document_ = nullptr;
    if (const auto error = parser_.iterate(padded()).get(document)) fail_here(error);
    document_ = &document;
    for (auto result : must(document.get_object())) {
      ondemand::field member = must(std::move(result));
      const char* const at = place(member.key().raw()) - 1;
      check_room(text_, record, at);
      RecordField& field = record.fields.emplace_back();
      field.at = at;
      field.name = must(member.unescaped_key());
      read_member(member.value(), field);
    }
    const char* more = nullptr;
    if (document.current_location().get(more) == simdjson::SUCCESS)
      fail_at(text_, place(more), "something follows the object; write one object a line");
    document_ = nullptr;
  }

  void read_member(ondemand::value value, RecordField& field) {
    switch (must(value.type())) {
      case ondemand::json_type::object:
        fail_at(text_, field.at,
                fmt::format("member {} is an object; write a text, a number or a list of those",
                            shown(field.name)));
      case ondemand::json_type::array: {
        const std::size_t before = items_.size();
        for (auto result : must(value.get_array())) read_item(must(result), field);
        field.is_list = true;
        // Their place is known when no more come.
        field.items = {items_.data(), items_.size() - before};
        break;
      }
      default:
        field.text = read_scalar(value);
    }
  }

  void read_item(ondemand::value value, const RecordField& field) {
    const auto type = must(value.type());
    if (type == ondemand::json_type::object && vulnerabilities_ && field.name == "vulnerabilities")
      items_.push_back(read_vulnerability(must(value.get_object()), field));
    else if (type == ondemand::json_type::object || type == ondemand::json_type::array)
      fail_at(text_, place(value.raw_json_token().data()),
              fmt::format("an element of {} is an object or a list; write texts or numbers",
                          shown(field.name)));
    else
      items_.push_back(read_scalar(value));
  }

  std::string_view read_vulnerability(ondemand::object object, const RecordField& field) {
    std::string_view cve, severity = "0";
    for (auto result : object) {
      ondemand::field member = must(std::move(result));
      const std::string_view name = must(member.unescaped_key());
      ondemand::value value = member.value();
      const auto type = must(value.type());
      if ((name != "cve" && name != "severity") || type == ondemand::json_type::object ||
          type == ondemand::json_type::array)
        fail_at(text_, field.at,
                fmt::format("a vulnerability has the members 'cve' and 'severity', not {}; write "
                            "{{\"cve\": \"CVE-2021-44228\", \"severity\": 9}}",
                            shown(name)));
      (name == "cve" ? cve : severity) = read_scalar(value);
    }
    if (severity.empty()) severity = "0";
    char* const to = composed_.take(cve.size() + 1 + severity.size());
    copy_bytes(to, cve.data(), cve.size());
    to[cve.size()] = ':';
    copy_bytes(to + cve.size() + 1, severity.data(), severity.size());
    return {to, cve.size() + 1 + severity.size()};
  }

  std::string_view read_scalar(ondemand::value value) {
    if (must(value.type()) == ondemand::json_type::string) return must(value.get_string());
    const std::string_view token = trimmed(value.raw_json_token());
    bool whole = false;
    if (token == "null") return {};
    if (token != "true" && token != "false" && !is_json_number(token, whole))
      fail_at(text_, place(token.data()),
              fmt::format("{} is neither a number nor true, false or null; put text in double "
                          "quotes",
                          shown(token)));
    return token;
  }

  std::string_view text_;
  const char* at_;
  const char* end_;
  bool vulnerabilities_;
  std::string_view line_;
  const char* read_ = nullptr;  // where simdjson reads the line
  std::string copy_;
  ondemand::parser parser_;
  ondemand::document* document_ = nullptr;
  std::vector<std::string_view> items_;
  Bump composed_;
};

JsonLinesReader::JsonLinesReader(std::string_view text, bool vulnerabilities)
    : lines_(std::make_unique<Lines>(text, vulnerabilities)) {}
JsonLinesReader::~JsonLinesReader() = default;
JsonLinesReader::JsonLinesReader(JsonLinesReader&&) noexcept = default;
JsonLinesReader& JsonLinesReader::operator=(JsonLinesReader&&) noexcept = default;

bool JsonLinesReader::next(Record& record) { return lines_->next(record); }
}  // namespace weir::lookup
