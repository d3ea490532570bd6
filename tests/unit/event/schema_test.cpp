#include "event/schema.h"

#include <gtest/gtest.h>

#include <set>

#include "base/error.h"
#include "event/rfc3339.h"
#include "event/standard_fields.h"

namespace weir {
namespace {

std::string why_not(std::string_view name) {
  try {
    field_id(name);
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.status(), Status::not_found) << name;
    return failure.what();
  }
  return "";
}

TEST(Schema, HoldsTheStandardFieldsByNameAndId) {
  ASSERT_GE(standard_fields().size(), 180U);
  std::set<std::string_view> names;
  for (FieldId id = 0; id < standard_fields().size(); ++id) {
    const StandardField& field = standard_fields()[id];
    EXPECT_EQ(field_id(field.name), id);
    EXPECT_EQ(field_name(id), field.name);
    EXPECT_EQ(field_type(id), field.type) << field.name;
    EXPECT_FALSE(is_extra(id));
    EXPECT_TRUE(names.insert(field.name).second) << field.name;
  }
}

TEST(Schema, KnowsTheTypesOfStandardFields) {
  EXPECT_EQ(field_type(field_id("SourceAddress")), FieldType::text);
  EXPECT_EQ(field_type(field_id("SourcePort")), FieldType::number);
  EXPECT_EQ(field_type(field_id("Timestamp")), FieldType::timestamp);
  EXPECT_EQ(field_type(field_id("DestinationLatitude")), FieldType::floating);
  EXPECT_EQ(field_type(field_id("TI")), FieldType::structured);
  EXPECT_EQ(field_id("Timestamp"), fields::Timestamp);
  EXPECT_EQ(field_id("BaseEventCount"), fields::BaseEventCount);
}

TEST(Schema, TakesTheTypeOfAnExtendedNameFromItsPrefix) {
  EXPECT_EQ(field_type(field_id("S.user")), FieldType::text);
  EXPECT_EQ(field_type(field_id("N.user")), FieldType::number);
  EXPECT_EQ(field_type(field_id("F.user")), FieldType::floating);
  EXPECT_EQ(field_type(field_id("SA.user")), FieldType::text_array);
  EXPECT_EQ(field_type(field_id("NA.user")), FieldType::number_array);
  EXPECT_EQ(field_type(field_id("FA.user")), FieldType::float_array);
  EXPECT_EQ(field_type(field_id("S.имяПользователя2")), FieldType::text);
  EXPECT_EQ(field_type(field_id("Extra.a.b c/é")), FieldType::text);
  EXPECT_TRUE(is_extra(field_id("Extra.a.b c/é")));
}

TEST(Schema, GivesANameTheSameIdForEver) {
  const FieldId upper = field_id("S.Case"), lower = field_id("S.case");
  EXPECT_NE(upper, lower);
  EXPECT_EQ(field_id("S.Case"), upper);
  const char* const text = field_name(upper).data();
  for (int i = 0; i < 3000; ++i) field_id(std::string("S.many").append(std::to_string(i)));
  EXPECT_EQ(field_id("S.Case"), upper);
  EXPECT_EQ(field_name(upper).data(), text);
  EXPECT_EQ(text, std::string("S.Case"));  // a NUL follows
}

TEST(Schema, RefusesOtherNames) {
  for (const std::string_view name :
       {"", "S.", "s.user", "sa.user", "X.user", "S.a b", "S.a-b", "S.a.b", "S.é", "S.\xD0",
        "Extra.", "extra.key", "SourceAddress ", "sourceaddress"})
    EXPECT_NE(why_not(name), "") << name;
  EXPECT_EQ(why_not(std::string("S.").append(255, 'a')), "");
  EXPECT_NE(why_not(std::string("S.").append(256, 'a')), "");
}

TEST(Schema, SaysWhatAnUnknownNameMayHaveMeant) {
  EXPECT_EQ(why_not("DestinationAdress"),
            "unknown field 'DestinationAdress'; did you mean 'DestinationAddress'?");
  EXPECT_NE(why_not("Zzzzzz").find("weir fields"), std::string::npos);
}

TEST(Schema, FindingANameCreatesNone) {
  const std::uint32_t before = field_count();
  FieldId id = 0;
  EXPECT_FALSE(find_field("S.neverNamedBefore", id));
  EXPECT_EQ(field_count(), before);
  const FieldId made = field_id("S.neverNamedBefore");
  EXPECT_EQ(made, before);
  EXPECT_TRUE(find_field("S.neverNamedBefore", id));
  EXPECT_EQ(id, made);
}

TEST(Rfc3339, ReadsZonesAndFractions) {
  EXPECT_EQ(parse_rfc3339("1970-01-01T00:00:00Z"), 0);
  EXPECT_EQ(parse_rfc3339("2024-02-29T12:34:56.789Z"), 1709210096789);
  EXPECT_EQ(parse_rfc3339("2024-02-29t12:34:56.7z"), 1709210096700);
  EXPECT_EQ(parse_rfc3339("2024-02-29 12:34:56Z"), 1709210096000);
  EXPECT_EQ(parse_rfc3339("2024-02-29T15:34:56+03:00"), 1709210096000);
  EXPECT_EQ(parse_rfc3339("2024-02-29T07:04:56-05:30"), 1709210096000);
  EXPECT_EQ(parse_rfc3339("2024-02-29T12:34:56-00:00"), 1709210096000);
  EXPECT_EQ(parse_rfc3339("1937-01-01T12:00:27.87+00:20"), -1041337172130);  // RFC 3339, 5.8
}

TEST(Rfc3339, RoundsDownBeforeAndAfterTheEpoch) {
  EXPECT_EQ(parse_rfc3339("1970-01-01T00:00:00.0019999Z"), 1);
  EXPECT_EQ(parse_rfc3339("1969-12-31T23:59:59.9989Z"), -2);
  EXPECT_EQ(parse_rfc3339("1969-12-31T23:59:59.999999999999Z"), -1);
}

TEST(Rfc3339, TakesALeapSecondForTheNextSecond) {
  EXPECT_EQ(parse_rfc3339("1990-12-31T23:59:60Z"), parse_rfc3339("1991-01-01T00:00:00Z"));
  EXPECT_EQ(parse_rfc3339("1990-12-31T15:59:60-08:00"), parse_rfc3339("1991-01-01T00:00:00Z"));
}

TEST(Rfc3339, ReachesFromYear0To9999) {
  EXPECT_EQ(parse_rfc3339("0000-01-01T00:00:00Z"), -62167219200000);
  EXPECT_EQ(parse_rfc3339("9999-12-31T23:59:59.999Z"), 253402300799999);
}

TEST(Rfc3339, RefusesWhatIsNone) {
  for (const char* text :
       {"", "2024", "2024-02-29", "2024-02-29T12:34:56", "2023-02-29T00:00:00Z",
        "2024-13-01T00:00:00Z", "2024-00-01T00:00:00Z", "2024-01-00T00:00:00Z",
        "2024-04-31T00:00:00Z", "2024-01-01T24:00:00Z", "2024-01-01T00:60:00Z",
        "2024-01-01T00:00:61Z", "2024-01-01T00:00:00.Z", "2024-01-01T00:00Z",
        "2024-01-01T00:00:00+0300", "2024-01-01T00:00:00+24:00", "2024-01-01T00:00:00+03:60",
        "2024-01-01T00:00:00+03", "2024-01-01T00:00:00ZZ", " 2024-01-01T00:00:00Z",
        "2024-01-01T00:00:00Z ", "24-01-01T00:00:00Z", "12024-01-01T00:00:00Z",
        "2024-1-01T00:00:00Z",
        // A part whose digits are missing or too few, with its separator in place.
        "2024-01-01T:00:00Z", "2024-01-01T1:00:00Z", "2024-01-01T00::00Z", "2024-01-01T00:1:00Z",
        "2024-01-01T00:00:Z", "2024-01--1T00:00:00Z", "2024-01-01T00:00:00+:00"})
    EXPECT_FALSE(parse_rfc3339(text).has_value()) << text;
}

}  // namespace
}  // namespace weir
