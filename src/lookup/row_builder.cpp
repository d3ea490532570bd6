#include "lookup/row_builder.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/ip.h"
#include "base/text.h"
#include "event/rfc3339.h"
#include "lookup/record.h"

namespace weir::lookup {

namespace {

std::string check_size(std::string_view text, std::size_t most, std::string_view what) {
  if (text.find('\0') != std::string_view::npos)
    return fmt::format("{} has a NUL character; take it out", what);
  if (text.size() <= most) return {};
  const std::size_t size = count_code_points(text);
  if (size <= most) return {};
  return fmt::format("{} has {} characters; at most {} fit, so shorten it", what, size, most);
}

std::string convert_text(Form form, std::string_view text, Value& value) {
  if (form == Form::boolean) {
    const bool yes = equals_nocase(text, "true");
    if (!yes && !equals_nocase(text, "false"))
      return fmt::format("{} is no boolean; write true or false", shown(text));
    text = yes ? "true" : "false";
  } else if (form == Form::address && !parse_address(text)) {
    return fmt::format("{} is no IP address; write one such as 10.0.0.1 or 2001:db8::1",
                       shown(text));
  }
  value = Value::of(text);
  return {};
}

std::string convert_time(std::string_view text, Value& value) {
  auto millis = parse_integer(text);
  if (!millis) millis = parse_rfc3339(text);
  if (!millis)
    return fmt::format("{} is no time; write milliseconds since 1970, or 2024-05-01T12:00:00Z",
                       shown(text));
  value = Value::of(*millis);
  return {};
}

// One text that is not empty, as the column's type or, of an array, as its elements' type.
std::string convert(const Column& column, std::string_view text, Value& value) {
  switch (column.type) {
    case FieldType::number:
    case FieldType::number_array:
      if (column.form == Form::time) return convert_time(text, value);
      if (const auto number = parse_integer(text)) {
        value = Value::of(*number);
        return {};
      }
      return fmt::format("{} is no integer of 64 bits; write digits alone", shown(text));
    case FieldType::timestamp:
      return convert_time(text, value);
    case FieldType::floating:
    case FieldType::float_array:
      if (const auto number = parse_number(text)) {
        value = Value::of(*number);
        return {};
      }
      return fmt::format("{} is no number; write one such as 1.5", shown(text));
    default:
      return convert_text(column.form, text, value);
  }
}

// The number behind the last colon, if there is one.
struct Vulnerability {
  std::string_view cve;
  std::string_view severity;
};

Vulnerability split(std::string_view text) noexcept {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return {text, "0"};
  return {text.substr(0, colon), text.substr(colon + 1)};
}

}  // namespace

std::size_t most_in_key(Kind kind) noexcept {
  return kind == Kind::dictionary || kind == Kind::table ? 128 : 1024;
}

std::size_t most_in_value(Kind kind) noexcept {
  return kind == Kind::dictionary || kind == Kind::table ? 255 : 65'536;
}

RowBuilder::RowBuilder(const Shape& shape)
    : shape_(shape),
      most_in_key_(most_in_key(shape.kind)),
      most_in_value_(most_in_value(shape.kind)),
      parts_(shape.keys.size()),
      values_(shape.columns.size()),
      lists_(shape.columns.size()) {}

void RowBuilder::clear() noexcept {
  for (std::string& part : parts_) part.clear();
  std::fill(values_.begin(), values_.end(), Value{});
}

std::string RowBuilder::set_key(std::size_t part, std::string_view text) {
  parts_[part].clear();
  if (text.empty()) return {};
  Value value;
  if (std::string problem = convert(shape_.keys[part], text, value); !problem.empty())
    return problem;
  std::array<char, 32> buffer;
  if (value.kind == weir::Kind::integer)
    text = format_integer(value.integer(), buffer);
  else if (value.kind == weir::Kind::floating)
    text = format_double(value.floating(), buffer);
  else
    text = value.text();
  parts_[part] = text;
  return {};
}

std::string RowBuilder::set(std::size_t column, std::string_view text) {
  if (is_array(shape_.columns[column].type))
    return set_list(column, {&text, text.empty() ? 0U : 1U});
  values_[column] = {};
  if (text.empty()) return {};
  if (std::string problem = check_size(text, most_in_value_, "the value"); !problem.empty())
    return problem;
  return convert(shape_.columns[column], text, values_[column]);
}

std::string RowBuilder::set_list(std::size_t column, std::span<const std::string_view> items) {
  const Column& shape = shape_.columns[column];
  Lists& lists = lists_[column];
  lists.texts.clear(), lists.integers.clear(), lists.floats.clear();
  for (const std::string_view item : items) {
    if (item.empty()) continue;
    Value value;
    std::string problem = check_size(item, most_in_value_, "an item");
    if (problem.empty()) problem = convert(shape, item, value);
    if (!problem.empty()) return problem;
    if (value.kind == weir::Kind::text)
      lists.texts.push_back({value.text().data(), value.size});
    else if (value.kind == weir::Kind::integer)
      lists.integers.push_back(value.integer());
    else
      lists.floats.push_back(value.floating());
  }
  const auto of = [](weir::Kind kind, const auto& list) {
    return list.empty() ? Value{}
                        : Value::array(kind, list.data(), static_cast<std::uint32_t>(list.size()));
  };
  if (shape.type == FieldType::text_array)
    values_[column] = of(weir::Kind::text_array, lists.texts);
  else if (shape.type == FieldType::number_array)
    values_[column] = of(weir::Kind::integer_array, lists.integers);
  else
    values_[column] = of(weir::Kind::float_array, lists.floats);
  return {};
}

std::string RowBuilder::set_vulnerabilities(std::span<const std::string_view> items) {
  std::vector<std::string_view> names, severities;
  for (const std::string_view item : items) {
    if (item.empty()) continue;
    const Vulnerability found = split(item);
    const auto severity = parse_integer(found.severity);
    if (found.cve.empty() || !severity || *severity < 0)
      return fmt::format(
          "{} is no vulnerability; write its name, a colon and a whole number from 0 "
          "on, such as CVE-2021-44228:9",
          shown(item));
    names.push_back(found.cve);
    severities.push_back(found.severity);
  }
  std::string problem = set_list(asset_column::vulnerabilities, names);
  return problem.empty() ? set_list(asset_column::severities, severities) : problem;
}

std::string RowBuilder::finish() {
  key_.clear();
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    if (i > 0) key_ += '|';
    key_ += parts_[i];
  }
  return check_key();
}

std::string RowBuilder::finish(std::string_view joined) {
  key_ = joined;
  const auto bars = static_cast<std::size_t>(std::count(key_.begin(), key_.end(), '|'));
  if (bars + 1 < parts_.size())
    return fmt::format("the key {} has {} of {} parts; join them with '|'", shown(key_), bars + 1,
                       parts_.size());
  return check_key();
}

std::string RowBuilder::check_key() const {
  if (key_.size() < parts_.size())  // nothing but what joins the parts
    return fmt::format("the key is empty; it has 1 to {} characters", most_in_key_);
  return check_size(key_, most_in_key_, "the key");
}

}  // namespace weir::lookup
