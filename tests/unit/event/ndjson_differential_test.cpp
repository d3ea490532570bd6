// Random lines, whole and damaged, read by the reader and by simdjson's own parser.

#include <gtest/gtest.h>

#include "event/convert.h"
#include "judged.h"
#include "random_json.h"

namespace weir {
namespace {

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
  RandomJson writer(2024);
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
  RandomJson writer(2025);
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
