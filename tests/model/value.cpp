#include "value.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>

namespace model {

namespace {

const std::set<std::string> number_fields = {"DestinationPort", "SourcePort",     "BytesIn",
                                             "BytesOut",        "BaseEventCount", "Type"};
const std::set<std::string> float_fields = {"DeviceCustomFloatingPoint1",
                                            "DeviceCustomFloatingPoint2"};

template <class T>
std::optional<T> parsed(const std::string& text) {
  T number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

template <class T>
std::string digits_of(T number) {
  char digits[64];
  return {digits, std::to_chars(digits, digits + sizeof digits, number).ptr};
}

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

// An array whose every element converts.
template <class Element>
std::optional<Value> convert_elements(Type type, const Value& value) {
  std::vector<Element> to;
  bool good = true;
  std::visit(
      [&](const auto& from) {
        if constexpr (requires { from.size(), Value(from[0]); } &&
                      !std::is_same_v<std::decay_t<decltype(from)>, std::string>) {
          for (const auto& element : from) {
            const auto converted = convert(type, Value(element));
            good = good && converted;
            if (good) to.push_back(std::get<Element>(*converted));
          }
        }
      },
      value);
  if (!good || to.empty()) return std::nullopt;
  return to;
}

std::optional<Value> to_number(const Value& value) {
  if (std::holds_alternative<std::int64_t>(value)) return value;
  if (const auto* text = std::get_if<std::string>(&value)) {
    const auto number = whole(*text);
    return number ? std::optional<Value>(*number) : std::nullopt;
  }
  const auto* number = std::get_if<double>(&value);
  if (number == nullptr || std::trunc(*number) != *number) return std::nullopt;
  return static_cast<std::int64_t>(*number);
}

std::optional<Value> to_floating(const Value& value) {
  if (std::holds_alternative<double>(value)) return value;
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return static_cast<double>(*integer);
  const auto* text = std::get_if<std::string>(&value);
  const auto floating = text == nullptr ? std::nullopt : number(*text);
  return floating ? std::optional<Value>(*floating) : std::nullopt;
}

bool holds_array(const Value& value) { return value.index() >= Value(Integers()).index(); }

// A type of the extended schema stands in the name.
std::optional<Type> extended(const std::string& field) {
  const std::map<std::string, Type> prefixes = {{"S", Type::text},     {"N", Type::number},
                                                {"F", Type::floating}, {"SA", Type::texts},
                                                {"NA", Type::numbers}, {"FA", Type::floats}};
  const std::size_t dot = field.find('.');
  if (dot == std::string::npos) return std::nullopt;
  const auto found = prefixes.find(field.substr(0, dot));
  return found == prefixes.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace

Type type_of(const std::string& field, bool open) {
  if (field == "Timestamp" || field == "StartTime" || field == "EndTime") return Type::time;
  if (open) return Type::any;
  if (const auto type = extended(field)) return *type;
  if (number_fields.contains(field)) return Type::number;
  return float_fields.contains(field) ? Type::floating : Type::text;
}

bool is_array(Type type) {
  return type == Type::texts || type == Type::numbers || type == Type::floats;
}

std::optional<Value> convert(Type type, const Value& value) {
  if (const auto* text = std::get_if<std::string>(&value); text != nullptr && text->empty())
    return std::nullopt;
  if (holds_array(value) != is_array(type)) return std::nullopt;
  switch (type) {
    case Type::text:
      return Value(print(value));
    case Type::number:
    case Type::time:
      return to_number(value);
    case Type::floating:
      return to_floating(value);
    case Type::texts:
      return convert_elements<std::string>(Type::text, value);
    case Type::numbers:
      return convert_elements<std::int64_t>(Type::number, value);
    case Type::floats:
      return convert_elements<double>(Type::floating, value);
    case Type::any:
      break;
  }
  return value;
}

std::optional<std::int64_t> whole(const std::string& text) { return parsed<std::int64_t>(text); }
std::optional<double> number(const std::string& text) { return parsed<double>(text); }

Value name_of(const Value& value) {
  const auto* number = std::get_if<double>(&value);
  if (number == nullptr || std::trunc(*number) != *number) return value;
  return static_cast<std::int64_t>(*number);
}

std::string print(const Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  return json(value);
}

std::string json(const Value& value) {
  if (const auto* truth = std::get_if<bool>(&value)) return *truth ? "true" : "false";
  if (const auto* number = std::get_if<std::int64_t>(&value)) return digits_of(*number);
  if (const auto* number = std::get_if<double>(&value)) return digits_of(*number);
  if (const auto* text = std::get_if<std::string>(&value)) return quoted(*text);
  std::string list;
  std::visit(
      [&](const auto& array) {
        if constexpr (!std::is_arithmetic_v<std::decay_t<decltype(array)>>)
          for (const auto& element : array)
            list.append(list.empty() ? "" : ",").append(json(Value(element)));
      },
      value);
  return "[" + list + "]";
}

std::string line_of(const Fields& fields) {
  const auto precise = [](const Value& value) {
    const auto* number = std::get_if<double>(&value);
    const bool round = number != nullptr && std::trunc(*number) == *number;
    return json(value) + (round ? ".0" : "");
  };
  std::string line;
  for (const auto& [name, value] : fields)
    line.append(line.empty() ? "{" : ",").append(quoted(name)).append(":").append(precise(value));
  return line.empty() ? "{}" : line + "}";
}

std::string json(const Fields& fields) {
  std::string line;
  for (const auto& [name, value] : fields)
    line.append(line.empty() ? "{" : ",").append(quoted(name)).append(":").append(json(value));
  return line.empty() ? "{}" : line + "}";
}

std::int64_t saturating(std::int64_t a, std::int64_t b) {
  if (b > 0 && a > INT64_MAX - b) return INT64_MAX;
  if (b < 0 && a < INT64_MIN - b) return INT64_MIN;
  return a + b;
}

}  // namespace model
