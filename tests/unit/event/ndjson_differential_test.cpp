// Random lines, whole and damaged, read by the reader and by simdjson's own parser.

#include <gtest/gtest.h>

#include <random>

#include "event/convert.h"
#include "judged.h"
#include "reading.h"

namespace weir {
namespace {

class Writer {
 public:
  explicit Writer(std::uint64_t seed) : random_(seed) {}

  std::size_t below(std::size_t limit) { return random_() % limit; }

  std::string object(int depth) {
    constexpr const char* keys[] = {"Name",       "BytesIn", "F.x", "SA.x",
                                    "Na\\u006de", "Extra",   "k",   ""};
    std::string text = cat(space(), "{", space());
    for (std::size_t i = 0, count = below(6); i < count; ++i) {
      if (i > 0) text.append(",").append(space());
      text.append("\"").append(keys[below(8)]).append("\"").append(space()).append(":");
      text += space() + value(depth - 1) + space();
    }
    return cat(text, "}", space());
  }

  // One byte changed, dropped, doubled or put in.
  void damage(std::string& text) {
    constexpr std::string_view bytes = "\"\\{}[],: 0e-+.tnu\x01\xC3\xE2\x80/\n";
    const std::size_t at = below(text.size());
    const char byte = bytes[below(bytes.size())];
    switch (below(4)) {
      case 0:
        text[at] = byte;
        break;
      case 1:
        text.erase(at, 1);
        break;
      case 2:
        text.insert(at, 1, text[at]);
        break;
      default:
        text.insert(at, 1, byte);
    }
  }

 private:
  std::string space() { return below(4) == 0 ? std::string(" \t\r").substr(below(3), 1) : ""; }

  std::string value(int depth) {
    constexpr const char* scalars[] = {"0",
                                       "-1",
                                       "443",
                                       "\"443\"",
                                       "\"\"",
                                       "\"a\\n\\u20ac\\ud83d\\ude00\"",
                                       "true",
                                       "false",
                                       "null",
                                       "1.0",
                                       "0.5",
                                       "\"вход\"",
                                       "1e3",
                                       "-0",
                                       "-2.5E-1",
                                       "9223372036854775807",
                                       "9223372036854775808",
                                       "\"a \\\" b \\\\\"",
                                       "18446744073709551615",
                                       "\"1e2\"",
                                       "1e400",
                                       "123456789012345678901"};
    if (depth <= 0 || below(3) > 0) return scalars[below(std::size(scalars))];
    if (below(2) == 0) return object(depth);
    std::string text = cat("[", space());
    for (std::size_t i = 0, count = below(4); i < count; ++i)
      text += cat(i > 0 ? "," : "", space(), value(depth - 1), space());
    return text + "]";
  }

  std::mt19937_64 random_;
};

// The value as it should be stored, naively; "?" where the text of a double matters.
std::string expected(const simdjson::dom::element& element, FieldType type) {
  using Type = simdjson::dom::element_type;
  Value value;
  std::string text;
  switch (element.type()) {
    case Type::NULL_VALUE:
      return "-";
    case Type::BOOL:
      value = {element.get_bool().value() ? 1U : 0U, 0, Kind::boolean};
      break;
    case Type::INT64:
      value = Value::of(element.get_int64().value());
      break;
    case Type::UINT64:
      if (type == FieldType::number) return "-";
      if (type == FieldType::text) return cat("t:", std::to_string(element.get_uint64().value()));
      value = Value::of(static_cast<double>(element.get_uint64().value()));
      break;
    case Type::DOUBLE:
      if (type == FieldType::text) return "?";
      value = Value::of(element.get_double().value());
      break;
    case Type::STRING:
      value = Value::of(element.get_string().value());
      break;
    case Type::OBJECT:
    case Type::ARRAY:
      return "-";
  }
  Bump bump;
  return convert(value, type, bump) ? shown(value) : "-";
}

void compare_values(const Lines& lines, const simdjson::dom::element& line) {
  std::string name = "-", bytes = "-", x = "-";
  const simdjson::dom::object members = line.get_object();
  for (const auto& [key, value] : members) {
    if (key == "Name") name = expected(value, FieldType::text);
    if (key == "BytesIn") bytes = expected(value, FieldType::number);
    if (key == "F.x") x = expected(value, FieldType::floating);
  }
  if (name != "?") {
    EXPECT_EQ(shown(lines.value(0)), name);
  }
  EXPECT_EQ(shown(lines.value(1)), bytes);
  EXPECT_EQ(shown(lines.value(2)), x);
}

TEST(NdjsonDifferential, AcceptsWhatSimdjsonAcceptsWithTheSameValues) {
  Writer writer(2024);
  simdjson::dom::parser parser;
  Lines lines{"Name", "BytesIn", "F.x"};
  std::size_t accepted = 0, rejected = 0;
  for (int i = 0; i < 60'000 && !testing::Test::HasFailure(); ++i) {
    std::string line = writer.object(4);
    for (std::size_t hits = writer.below(3); hits > 0 && !line.empty(); --hits) writer.damage(line);
    const bool good = lines.accepts(line);
    const auto verdict = judge(parser, line);
    if (!verdict) continue;
    ASSERT_EQ(good, *verdict) << line;
    ++(good ? accepted : rejected);
    SCOPED_TRACE(line);
    if (good) compare_values(lines, parser.parse(line));
  }
  EXPECT_GT(accepted, 10'000U);
  EXPECT_GT(rejected, 10'000U);
}

// Block by block and line by line give the same.
TEST(NdjsonDifferential, ReadsABlockAsItReadsItsLines) {
  Writer writer(2025);
  for (int i = 0; i < 300 && !testing::Test::HasFailure(); ++i) {
    std::string block;
    std::vector<std::string> alone;
    Lines single{"Name", "BytesIn", "F.x"};
    for (int n = 0; n < 20; ++n) {
      std::string line = writer.object(3);
      if (writer.below(200) == 0) writer.damage(line);
      std::replace(line.begin(), line.end(), '\n', ' ');
      alone.push_back(single.row_of(line));
      block += line + "\n";
    }
    Lines lines{"Name", "BytesIn", "F.x"};
    const auto errors = lines.read_all(block);
    ASSERT_EQ(errors.size(), alone.size());
    for (std::size_t n = 0; n < alone.size(); ++n)
      EXPECT_EQ(errors[n].error == JsonError::none ? lines.rows[n] : "rejected", alone[n]) << block;
  }
}

}  // namespace
}  // namespace weir
