// Records and lines of JSON with the same members give the same fields, whatever the map.

#include <gtest/gtest.h>

#include <map>
#include <random>

#include "base/text.h"
#include "event/field_value.h"
#include "event/record_reader.h"
#include "event/whole_record_reader.h"
#include "reading.h"

namespace weir {
namespace {

const std::vector<std::string> all_keys = {"a",    "b",    "a.b",    "id.orig_h",
                                           "Name", "list", "list.1", "c"};
const std::vector<std::string_view> all_fields = {"Name",    "Message", "BytesIn", "F.x",
                                                  "SA.tags", "Extra.a", "Extra.c", "SourcePort"};

struct Member {
  std::string key;
  Value value;
  std::string json;
};

class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}
  std::size_t below(std::size_t bound) { return engine_() % bound; }

  FieldMap map() {
    FieldMap map;
    for (const std::string_view name : all_fields) {
      if (below(2) == 0) continue;
      MappedField& field = map.fields.emplace_back();
      field.field = field_id(name);
      for (std::size_t sources = below(3); sources > 0; --sources) {
        const std::string& key = all_keys[below(all_keys.size())];
        KeyPath path(1);
        for (const char c : key)
          if (c == '.')
            path.emplace_back();
          else
            path.back() += c;
        field.sources.push_back({path, nullptr, nullptr, {}, {}});
      }
      if (below(4) == 0) field.constant = std::int64_t{9};
    }
    map.keep = below(2) == 0;
    return map;
  }

  // Some twice.
  std::vector<Member> members() {
    std::vector<Member> members;
    for (std::size_t count = below(12); count > 0; --count) {
      const std::string& key = all_keys[below(all_keys.size())];
      Member& member = members.emplace_back();
      member.key = key;
      switch (below(4)) {
        case 0:
          member.value = Value::of(static_cast<std::int64_t>(below(100)));
          member.json = std::to_string(member.value.integer());
          break;
        case 1:
          member.value = Value::of(std::string_view("text"));
          member.json = "\"text\"";
          break;
        case 2:
          member.value = {1, 0, Kind::boolean};
          member.json = "true";
          break;
        default:
          static constexpr TextRef texts[] = {{"x", 1}, {"7", 1}};
          member.value = Value::array(Kind::text_array, texts, 2);
          member.json = R"(["x","7"])";
      }
    }
    return members;
  }

 private:
  std::mt19937_64 engine_;
};

TEST(RecordsAndLines, GiveTheSameFields) {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    Random random(seed);
    const auto map = std::make_shared<const FieldMap>(random.map());
    const auto format = std::make_shared<const LineFormat>(LineFormat{Schema::kuma, map});
    SlotMap slots;
    for (const std::string_view name : all_fields) slots.want(field_id(name));
    const KeyTree tree(slots, map);
    std::vector<Value> row(tree.width());
    NdjsonReader lines;
    RecordReader records;
    WholeRecordReader whole;
    Bump bump;
    for (int i = 0; i < 20; ++i) {
      const std::vector<Member> members = random.members();
      std::string line = "{";
      std::vector<weir_member> given;
      for (const Member& member : members) {
        if (line.size() > 1) line += ',';
        append_json_string(line, member.key);
        line.append(":").append(member.json);
        given.push_back({member.key.data(), static_cast<std::uint32_t>(member.key.size()),
                         static_cast<std::uint32_t>(member.value.kind), member.value.size,
                         member.value.word});
      }
      line += '}';
      std::uint64_t errors = 0, errors_of_record = 0;
      lines.start(line);
      ASSERT_EQ(lines.read(line, tree, row.data(), bump, errors).error, JsonError::none) << line;
      std::map<std::string_view, std::string> expected, got;
      for (std::size_t slot = 0; slot < slots.size(); ++slot)
        if (row[slot].present()) expected[all_fields[slot]] = shown(row[slot]);
      weir_record record{};
      record.members = given.data();
      record.member_count = given.size();
      std::vector<Value> row_of_record(tree.width());
      ASSERT_EQ(records.read(record, tree, row_of_record.data(), bump, errors_of_record), "");
      for (std::size_t slot = 0; slot < slots.size(); ++slot)
        EXPECT_EQ(shown(row_of_record[slot]), shown(row[slot])) << all_fields[slot] << ": " << line;
      EXPECT_EQ(errors_of_record, errors) << "seed " << seed << ": " << line;
      std::uint64_t lost = 0;
      const weir_event event = whole.read(record, format, bump, lost);
      for (std::uint64_t f = 0; f < event.field_count; ++f) {
        const std::string_view name = field_name(event.fields[f].id);
        if (std::find(all_fields.begin(), all_fields.end(), name) == all_fields.end()) continue;
        EXPECT_TRUE(got.emplace(name, shown(value_of(event.fields[f]))).second) << name;
      }
      EXPECT_EQ(got, expected) << "seed " << seed << ": " << line;
    }
  }
}

}  // namespace
}  // namespace weir
