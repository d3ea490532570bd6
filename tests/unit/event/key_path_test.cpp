// Fields under other names, and fields of any type.

#include <gtest/gtest.h>

#include "reading.h"

namespace weir {
namespace {

TEST(KeyPath, ReadsAFieldUnderAnotherNameAndUnderItsOwn) {
  Lines lines({"SourceAddress", "Name"}, map_of({path({"src_ip"}, "SourceAddress")}));
  EXPECT_EQ(lines.row_of(R"({"src_ip":"10.0.0.1","Name":"a"})"), "t:10.0.0.1 t:a");
  EXPECT_EQ(lines.row_of(R"({"SourceAddress":"10.0.0.2","Name":"a"})"), "t:10.0.0.2 t:a");
}

TEST(KeyPath, OfSeveralKeysForOneFieldTheFirstInTheMapIsPreferredAndItsOwnNameComesLast) {
  Lines lines({"BytesIn"},
              map_of({path({"bytes"}, "BytesIn"), path({"flow", "octets"}, "BytesIn")}));
  EXPECT_EQ(lines.row_of(R"({"bytes":1,"BytesIn":2})"), "i:1");
  EXPECT_EQ(lines.row_of(R"({"BytesIn":2,"bytes":1})"), "i:1");
  EXPECT_EQ(lines.row_of(R"({"flow":{"octets":3},"bytes":1})"), "i:1");
  EXPECT_EQ(lines.row_of(R"({"bytes":1,"flow":{"octets":3}})"), "i:1");
  EXPECT_EQ(lines.row_of(R"({"BytesIn":2,"flow":{"octets":3}})"), "i:3");
  EXPECT_EQ(lines.row_of(R"({"bytes":"no","flow":{"octets":3}})"), "i:3");
  EXPECT_EQ(lines.unstored, 1U);
}

TEST(KeyPath, WalksIntoObjectsAndTakesTheSamePathWithDots) {
  Lines lines({"Name", "BytesIn"}, map_of({path({"alert", "signature"}, "Name"),
                                           path({"flow", "to", "bytes"}, "BytesIn")}));
  EXPECT_EQ(lines.row_of(R"({"alert":{"id":1,"signature":"x"},"flow":{"to":{"bytes":"7"}}})"),
            "t:x i:7");
  EXPECT_EQ(lines.row_of(R"({"alert.signature":"x","flow.to.bytes":7})"), "t:x i:7");
  EXPECT_EQ(lines.row_of(R"({"a":{"alert":{"signature":"x"}},"signature":"y","flow":{"bytes":7}})"),
            "- -");
  EXPECT_EQ(lines.row_of(R"({"\u0061lert":{"signatur\u0065":"x"}})"), "t:x -");
}

TEST(KeyPath, WithADotInAKeyGoesBeforeTheSamePath) {
  const Path key = path({"a.b"}, "Name"), through = path({"a", "b"}, "BytesIn");
  for (const auto& mapped : {std::vector{key, through}, std::vector{through, key}}) {
    Lines lines({"Name", "BytesIn"}, map_of(mapped));
    EXPECT_EQ(lines.row_of(R"({"a.b":"x","a":{"b":5}})"), "t:x i:5");
  }
}

TEST(KeyPath, IsTakenForTheMappingWhereItIsTheNameOfAField) {
  const FieldMap mapped = map_of({path({"SourceAddress"}, "DestinationAddress")});
  Lines both({"SourceAddress", "DestinationAddress"}, mapped);
  EXPECT_EQ(both.row_of(R"({"SourceAddress":"a"})"), "- t:a");
  // Whether or not anybody wants the field that it is mapped to.
  Lines source({"SourceAddress"}, mapped);
  EXPECT_EQ(source.row_of(R"({"SourceAddress":"a"})"), "-");
}

TEST(KeyPath, OfTwoObjectsOfOneNameTheLastCountsWhole) {
  Lines lines({"Name", "BytesIn"},
              map_of({path({"a", "x"}, "Name"), path({"a", "b", "y"}, "BytesIn")}));
  EXPECT_EQ(lines.row_of(R"({"a":{"x":"1","b":{"y":2}},"a":{"x":"3"}})"), "t:3 -");
  EXPECT_EQ(lines.row_of(R"({"a":{"x":"1","b":{"y":2},"b":{}},"c":0})"), "t:1 -");
  EXPECT_EQ(lines.row_of(R"({"a":{"x":"1"},"a":null})"), "- -");
}

TEST(KeyPath, LeavesAbsentWhatLiesInNoObject) {
  Lines lines({"Name", "Message"}, map_of({path({"a", "x"}, "Name"), path({"a"}, "Message")}));
  EXPECT_EQ(lines.row_of(R"({"a":"text"})"), "- t:text");
  EXPECT_EQ(lines.row_of(R"({"a":[{"x":"no"}]})"), "- -");
  EXPECT_EQ(lines.unstored, 1U);  // the array is no text
  EXPECT_EQ(lines.row_of(R"({"a":{"x":"1"}})"), "t:1 -");
}

TEST(KeyPath, LeadsIntoExtraAndToItsKeys) {
  Lines lines({"Name", "Extra.k"}, map_of({path({"Extra", "n"}, "Name"), path({"k"}, "Extra.k")}));
  EXPECT_EQ(lines.row_of(R"({"Extra":{"n":"a","k":"b"}})"), "t:a t:b");
  EXPECT_EQ(lines.row_of(R"({"k":"c"})"), "- t:c");
}

TEST(KeyPath, ConvertsToTheTypeOfItsFieldArraysIncluded) {
  Lines lines({"BytesIn", "SA.x"}, map_of({path({"a", "n"}, "BytesIn"), path({"a", "l"}, "SA.x")}));
  EXPECT_EQ(lines.row_of(R"({"a":{"n":"5","l":[1,"b"]}})"), "i:5 T[1,b]");
  EXPECT_EQ(lines.row_of(R"({"a":{"n":"x","l":1}})"), "- -");
  EXPECT_EQ(lines.unstored, 2U);
}

// Whatever is mapped, the same lines are rejected.
TEST(KeyPath, LeavesTheLimitsWhereTheyAre) {
  const auto nested = [](std::size_t levels) {
    return cat("{\"a\":{\"b\":", std::string(levels, '['), std::string(levels, ']'), "}}");
  };
  std::string members = "{\"a\":{\"b\":0";
  for (int i = 0; i < 5000; ++i) members += ",\"b\":0";
  members += "}}";
  for (const char* field : {"SA.x", "Name"}) {
    Lines plain({field}), mapped({field}, map_of({path({"a", "b"}, field)}));
    for (Lines* lines : {&plain, &mapped}) {
      EXPECT_TRUE(lines->accepts(nested(62)));
      EXPECT_EQ(lines->read(nested(63)).error, JsonError::too_deep);
      EXPECT_TRUE(lines->accepts(members));
    }
  }
}

TEST(AnyType, KeepsEachValueAsItWasFed) {
  Lines lines({"x", "BytesIn"}, {}, Schema::open);
  EXPECT_EQ(lines.row_of(R"({"x":1,"BytesIn":"5"})"), "i:1 t:5");
  EXPECT_EQ(lines.row_of(R"({"x":1.0,"BytesIn":-7})"), "f:1 i:-7");
  EXPECT_EQ(lines.row_of(R"({"x":"a\n","BytesIn":true})"), "t:a\n b:1");
  EXPECT_EQ(lines.row_of(R"({"x":"","BytesIn":null})"), "- -");
  EXPECT_EQ(lines.row_of(R"({"x":123456789012345678,"BytesIn":false})"),
            "i:123456789012345678 b:0");
  EXPECT_EQ(lines.unstored, 0U);
}

TEST(AnyType, StoresNoObjectNoArrayAndNoIntegerBeyond64Bits) {
  Lines lines({"x", "SA.y"}, {}, Schema::open);
  EXPECT_EQ(lines.row_of(R"({"x":{"a":1},"SA.y":["a"]})"), "- -");
  EXPECT_EQ(lines.unstored, 2U);
  EXPECT_EQ(lines.row_of(R"({"x":9223372036854775808,"SA.y":1e999})"), "- -");
  EXPECT_EQ(lines.unstored, 2U);
}

TEST(AnyType, LeavesTimesTimes) {
  Lines lines({"Timestamp"}, {}, Schema::open);
  EXPECT_EQ(lines.row_of(R"({"Timestamp":"1970-01-01T00:00:01Z"})"), "i:1000");
}

TEST(KeyPath, OfADecimalNumberIsAnElementOfAnArrayToo) {
  const FieldMap map = map_of({path({"answers", "0"}, "Name"), path({"a", "1", "n"}, "BytesIn")});
  Lines lines({"Name", "BytesIn"}, map);
  EXPECT_EQ(lines.row_of(R"({"answers":["x","y"],"a":[{"n":1},{"n":2},{"n":3}]})"), "t:x i:2");
  EXPECT_EQ(lines.row_of(R"({"answers":{"0":"x"},"a":{"1":{"n":2}}})"), "t:x i:2");
  EXPECT_EQ(lines.row_of(R"({"answers":[],"a":[{"n":1}]})"), "- -");
  EXPECT_EQ(lines.row_of(R"({"answers":"x","a":[1,[2]]})"), "- -");
  EXPECT_EQ(lines.unstored, 0U);
}

TEST(KeyPath, MayLeadToSeveralFieldsEachOfItsOwnType) {
  const FieldMap map = map_of({path({"n"}, "BytesIn"), path({"n"}, "Name"), path({"n"}, "F.x")});
  Lines lines({"BytesIn", "Name", "F.x"}, map);
  EXPECT_EQ(lines.row_of(R"({"n":5})"), "i:5 t:5 f:5");
  EXPECT_EQ(lines.row_of(R"({"n":"5"})"), "i:5 t:5 f:5");
  EXPECT_EQ(lines.row_of(R"({"n":"x"})"), "- t:x -");
}

TEST(FieldMap, GivesAConstantWhereNothingElseDoes) {
  FieldMap map = map_of({path({"vendor"}, "DeviceVendor")});
  map.fields[0].constant = "Acme";
  map.fields.emplace_back().field = field_id("BytesIn");
  map.fields.back().constant = std::int64_t{7};
  Lines lines({"DeviceVendor", "BytesIn"}, map);
  EXPECT_EQ(lines.row_of(R"({"vendor":"x","BytesIn":1})"), "t:x i:1");
  EXPECT_EQ(lines.row_of(R"({"DeviceVendor":"y"})"), "t:y i:7");
  EXPECT_EQ(lines.row_of(R"({"vendor":""})"), "t:Acme i:7");
}

TEST(FieldMap, ThatKeepsFillsWantedKeysOfExtraFromKeysThatNothingElseComesFrom) {
  FieldMap map = map_of({path({"src"}, "SourceAddress")});
  map.keep = true;
  Lines lines({"SourceAddress", "Extra.src", "Extra.user", "Extra.a.b", "Extra.Name"}, map);
  EXPECT_EQ(lines.row_of(R"({"src":"x","user":"u","a":{"b":1},"Name":"n"})"), "t:x - t:u t:1 t:n");
  EXPECT_EQ(lines.row_of(R"({"a.b":2,"Extra":{"user":"e","src":"s"}})"), "- t:s t:e t:2 -");
}

}  // namespace
}  // namespace weir
