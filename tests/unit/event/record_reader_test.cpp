// Records read through a mapping, in the way that hosts feed them.

#include "event/record_reader.h"

#include <gtest/gtest.h>

#include <bit>
#include <deque>

#include "event/field_value.h"
#include "event/standard_fields.h"
#include "event/whole_record_reader.h"
#include "reading.h"

namespace weir {
namespace {

// A record of the test's own making, with all that it borrows.
class Record {
 public:
  Record& text(std::string key, std::string value) {
    const std::string& kept = texts_.emplace_back(std::move(value));
    return add(std::move(key), WEIR_TEXT, kept.size(), Value::address(kept.data()));
  }
  Record& number(std::string key, std::int64_t value) {
    return add(std::move(key), WEIR_INTEGER, 0, static_cast<std::uint64_t>(value));
  }
  Record& list(std::string key, std::vector<std::string> values) {
    std::vector<weir_text>& list = lists_.emplace_back();
    for (std::string& value : values) {
      const std::string& kept = texts_.emplace_back(std::move(value));
      list.push_back({kept.data(), kept.size()});
    }
    return add(std::move(key), WEIR_TEXT_ARRAY, list.size(), Value::address(list.data()));
  }
  Record& add(std::string key, std::uint32_t kind, std::uint64_t size, std::uint64_t word) {
    const std::string& kept = texts_.emplace_back(std::move(key));
    members_.push_back({kept.data(), static_cast<std::uint32_t>(kept.size()), kind, size, word});
    return *this;
  }
  weir_record get() const {
    weir_record record{};
    record.members = members_.data();
    record.member_count = members_.size();
    return record;
  }

 private:
  std::deque<std::string> texts_;
  std::deque<std::vector<weir_text>> lists_;
  std::vector<weir_member> members_;
};

class Records {
 public:
  explicit Records(FieldMap map = {}, Schema schema = Schema::kuma)
      : format_(std::make_shared<const LineFormat>(
            LineFormat{schema, std::make_shared<const FieldMap>(std::move(map))})) {}

  // `Name=t:x BytesIn=i:5`
  std::string read(const Record& record) {
    const weir_record given = record.get();
    std::uint64_t lost = 0;
    // As rules would have it that want every field that the whole event has.
    const weir_event event = whole_.read(given, format_, memory_, lost);
    SlotMap slots(format_->schema);
    for (std::uint64_t i = 0; i < event.field_count; ++i) slots.want(event.fields[i].id);
    const KeyTree keys(slots, format_->map);
    std::vector<Value> row(keys.width());
    std::uint64_t ignored = 0;
    EXPECT_EQ(reader_.read(given, keys, row.data(), memory_, ignored), "");
    for (std::uint64_t i = 0; i < event.field_count; ++i)
      if (event.fields[i].id != fields::Extra) {
        EXPECT_EQ(shown(row[i]), shown(value_of(event.fields[i])))
            << field_name(event.fields[i].id);
      }
    std::string text;
    for (std::uint64_t i = 0; i < event.field_count; ++i)
      text += cat(i > 0 ? " " : "", field_name(event.fields[i].id), "=",
                  shown(value_of(event.fields[i])));
    return text;
  }

 private:
  std::shared_ptr<const LineFormat> format_;
  WholeRecordReader whole_;
  RecordReader reader_;
  Bump memory_;
};

// Why a record cannot be read.
std::string_view check(const weir_record& record) {
  RecordReader reader;
  Bump memory;
  std::vector<Value> row;
  std::uint64_t errors = 0;
  return reader.read(record, KeyTree(), row.data(), memory, errors);
}

TEST(Records, HaveTheirFieldsInTheOrderOfTheirMembersEachOfItsType) {
  Records records(map_of({path({"src"}, "SourceAddress"), path({"spt"}, "SourcePort")}));
  EXPECT_EQ(records.read(Record().text("spt", "53").text("src", "a").number("Name", 5)),
            "SourcePort=i:53 SourceAddress=t:a Name=t:5");
  EXPECT_EQ(records.read(Record().text("src", "b").text("unknown", "x").text("spt", "no")),
            "SourceAddress=t:b");
  EXPECT_EQ(records.read(Record()), "");
}

TEST(Records, KnowKeysWhateverTheirOrder) {
  Records records(map_of({path({"a"}, "Name"), path({"b"}, "Message"), path({"c"}, "Code")}));
  const std::string keys = "abc";
  std::string order = keys;
  for (int times = 0; times < 3; ++times) {
    do {
      Record record;
      for (const char key : order) record.text(std::string(1, key), std::string(1, key));
      std::string fields = records.read(record);
      for (const char* field : {"Name=t:a", "Message=t:b", "Code=t:c"})
        EXPECT_NE(fields.find(field), std::string::npos) << order << ": " << fields;
    } while (std::next_permutation(order.begin(), order.end()));
  }
}

TEST(Records, TakeTheLastOfTwoMembersWithOneKey) {
  Records records(map_of({path({"a"}, "Name")}));
  EXPECT_EQ(records.read(Record().text("a", "1").text("a", "2")), "Name=t:2");
  EXPECT_EQ(records.read(Record().text("a", "1").text("a", "")), "");
}

TEST(Records, PreferSourcesInTheOrderOfTheMap) {
  Records records(map_of({path({"a"}, "Name"), path({"b"}, "Name")}));
  EXPECT_EQ(records.read(Record().text("b", "2").text("a", "1")), "Name=t:1");
  EXPECT_EQ(records.read(Record().text("b", "2").text("a", "")), "Name=t:2");
  EXPECT_EQ(records.read(Record().text("Name", "0").text("b", "2")), "Name=t:2");
  EXPECT_EQ(records.read(Record().text("Name", "0")), "Name=t:0");
}

TEST(Records, TakeElementsOfArraysAndPathsWithDots) {
  Records records(map_of({path({"answers", "1"}, "Name"), path({"id", "orig_h"}, "SourceAddress"),
                          path({"tags"}, "SA.Tags")}));
  EXPECT_EQ(records.read(Record().list("answers", {"x", "y"}).text("id.orig_h", "a")),
            "Name=t:y SourceAddress=t:a");
  EXPECT_EQ(records.read(Record().list("tags", {"x", "", "y"})), "SA.Tags=T[x,y]");
}

TEST(Records, GetConstantsAndLeaveOutWhatHasNoField) {
  FieldMap map = map_of({path({"a"}, "Name")});
  map.fields.emplace_back().field = field_id("DeviceVendor");
  map.fields.back().constant = "Acme";
  Records records(std::move(map));
  EXPECT_EQ(records.read(Record().text("x", "1")), "DeviceVendor=t:Acme");
  EXPECT_EQ(records.read(Record().text("DeviceVendor", "own").text("a", "n")),
            "DeviceVendor=t:own Name=t:n");
}

TEST(Records, KeepWhatHasNoFieldInExtra) {
  FieldMap map = map_of({path({"a"}, "Name")});
  map.keep = true;
  Records records(std::move(map));
  EXPECT_EQ(records.read(Record().text("x", "q\"1").number("n", -5).text("a", "m").text("x", "2")),
            R"(Name=t:m Extra=j:{"x":"2","n":"-5"})");
  EXPECT_EQ(records.read(Record().list("l", {"a", "b"}).text("none", "")),
            R"(Extra=j:{"l":"[\"a\",\"b\"]"})");
  EXPECT_EQ(records.read(Record().text("a", "m")), "Name=t:m");
}

TEST(Records, RememberOnlySoManyKeysAndReadTheOthersAllTheSame) {
  FieldMap map = map_of({path({"last"}, "Name")});
  map.keep = true;
  Records records(std::move(map));
  for (int round = 0; round < 3; ++round) {
    Record record;
    for (int i = 0; i < 3000; ++i) record.number(cat("k", std::to_string(i * (round + 1))), i);
    record.text("last", "x").text(std::string(300, 'k'), "long");
    const std::string fields = records.read(record);
    EXPECT_NE(fields.find("Name=t:x"), std::string::npos) << round;
    EXPECT_NE(fields.find(R"(:"2999")"), std::string::npos);
  }
}

TEST(Records, ThatTheHostGotWrongAreRefused) {
  weir_record record{};
  EXPECT_EQ(check(record), "");
  record.member_count = 1;
  EXPECT_EQ(check(record), "the address of its members is NULL");
  weir_member member{};
  record.members = &member;
  EXPECT_EQ(check(record), "");
  member.kind = 9;
  EXPECT_EQ(check(record), "a member's kind is unknown");
  member.kind = WEIR_TEXT;
  member.size = 3;
  EXPECT_EQ(check(record), "the address of a field's text is NULL");
  member.word = 8;
  member.size = WEIR_MAX_EVENT_BYTES + 1;
  EXPECT_EQ(check(record), "more than 4 MiB");
  record.member_count = WEIR_MAX_FIELDS + 1;
  EXPECT_EQ(check(record), "more than 4096 fields");
}

}  // namespace
}  // namespace weir
