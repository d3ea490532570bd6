// Rules of the type constant, as documents state them.

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "enrichments.h"

namespace weir::rule {
namespace {

TEST(ConstantRule, HasTheTypeOfItsField) {
  const auto value = [](std::string_view text, std::string_view target, Schema schema) {
    const Parsed parsed =
        parse_document(std::string(schema == Schema::open ? "schema: open\n" : "") +
                       "enrichment:\n- {name: n, type: constant, value: " + std::string(text) +
                       ", target: " + std::string(target) + "}\n");
    return std::get<enrich::ConstantSettings>(only_rule(parsed)).value;
  };
  EXPECT_EQ(value("5", "BytesIn", Schema::kuma), Constant(std::int64_t{5}));
  EXPECT_EQ(value("'5'", "BytesIn", Schema::kuma), Constant(std::int64_t{5}));
  EXPECT_EQ(value("5", "Name", Schema::kuma), Constant("5"));
  EXPECT_EQ(value("5", "SA.x", Schema::kuma), Constant("5"));
  EXPECT_EQ(value("5", "NA.x", Schema::kuma), Constant(std::int64_t{5}));
  EXPECT_EQ(value("5", "FA.x", Schema::kuma), Constant(5.0));
  EXPECT_EQ(value("\"\"", "BytesIn", Schema::kuma), Constant(""));
  EXPECT_EQ(value("5", "a", Schema::open), Constant(std::int64_t{5}));
  EXPECT_EQ(value("'5'", "a", Schema::open), Constant("5"));
  EXPECT_EQ(value("true", "a", Schema::open), Constant(true));
}

TEST(ConstantRule, SaysAllThatIsWrong) {
  EXPECT_EQ(errors("  type: constant\n"),
            (Lines{"2:3: error: 'target' is missing; name the field that has the value",
                   "2:3: error: 'value' is missing; write the value, or \"\" to clear the field"}));
  EXPECT_EQ(errors("  type: constant\n  value: x\n  target: BytesIn\n"),
            (Lines{"4:10: error: the constant of 'BytesIn' must be a whole number, not 'x'"}));
  EXPECT_EQ(errors("  type: constant\n  value: x\n  target: FA.x\n"),
            (Lines{"4:10: error: the constant of 'FA.x' must be a number, not 'x'"}));
  EXPECT_EQ(errors("  type: constant\n  value:\n  target: Name\n"),
            (Lines{"4:3: error: value must be a text or a number, not nothing; write \"\" to clear "
                   "the field"}));
  EXPECT_EQ(errors("  type: constant\n  value: [a]\n  target: Name\n"),
            (Lines{"4:10: error: the constant of 'Name' must be one value, not a list"}));
  EXPECT_EQ(errors("  type: constant\n  value: a\n  target: Nme\n  targt: b\n"),
            (Lines{"5:11: error: unknown field 'Nme'; did you mean 'Name'?",
                   "6:3: error: unknown key 'targt'; did you mean 'target'?"}));
}

TEST(ConstantRule, FillsNoStructures) {
  EXPECT_EQ(errors("  type: constant\n  value: a\n  target: TI\n"),
            (Lines{"5:11: error: 'TI' holds structured data; name a field that holds values"}));
  EXPECT_EQ(errors("  type: constant\n  value: a\n  target: Extra\n"),
            (Lines{"5:11: error: 'Extra' is a map; name one of its keys: Extra.<key>"}));
}

TEST(ConstantRule, KeepsToTheLimits) {
  const auto with = [](std::size_t size, std::string_view target) {
    std::string value;
    for (std::size_t i = 0; i < size; ++i) value += "ж";
    return errors("  type: constant\n  value: " + value + "\n  target: " + std::string(target) +
                  "\n");
  };
  EXPECT_EQ(with(255, "Message"), Lines{});
  EXPECT_EQ(with(256, "Message"),
            (Lines{"4:10: error: value has 256 characters; at most 255 fit"}));
  EXPECT_EQ(with(31, "ApplicationProtocol"), Lines{});
  EXPECT_EQ(with(32, "ApplicationProtocol"),
            (Lines{"4:10: error: value has 32 characters, of which 'ApplicationProtocol' holds 31; "
                   "make it shorter, or name another field"}));
}

}  // namespace
}  // namespace weir::rule
