// What fields hold in the model, converted and printed as one would at a first reading of the
// specification. Knows the few fields that the tests use.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace model {

using Integers = std::vector<std::int64_t>;
using Floats = std::vector<double>;
using Texts = std::vector<std::string>;
using Value = std::variant<std::int64_t, double, bool, std::string, Integers, Floats, Texts>;

// An event as it is fed: its fields in their order.
using Fields = std::vector<std::pair<std::string, Value>>;
// Its fields by name, each in its field's type.
using Row = std::map<std::string, Value>;

enum class Type { text, number, floating, time, texts, numbers, floats, any };

// open: every field but a time holds whatever was fed.
Type type_of(const std::string& field, bool open);
bool is_array(Type type);

// Absent if it cannot be of that type, or is empty.
std::optional<Value> convert(Type type, const Value& value);

// The integer that a text is from its first to its last character, or the number.
std::optional<std::int64_t> whole(const std::string& text);
std::optional<double> number(const std::string& text);

// What a value is called where values are compared: 1 and 1.0 are one.
Value name_of(const Value& value);

std::string print(const Value& value);  // as text: numbers in decimal
std::string json(const Value& value);
// The line that says the event, every value of the type that it has.
std::string line_of(const Fields& fields);
// The event as the library writes it: a float without a fraction looks like an integer.
std::string json(const Fields& fields);

std::int64_t saturating(std::int64_t a, std::int64_t b);

}  // namespace model
