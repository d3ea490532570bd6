#include "event/json_writer.h"

#include <gtest/gtest.h>
#include <simdjson.h>

#include <cmath>
#include <deque>
#include <limits>
#include <map>
#include <random>

#include "event/line_patch.h"
#include "event/schema.h"
#include "event/value.h"
#include "reading.h"

namespace weir {
namespace {

weir_field field(std::string_view name, const Value& value) {
  return {field_id(name), static_cast<std::uint32_t>(value.kind), value.size, value.word};
}
weir_field text(std::string_view name, std::string_view value) {
  return field(name, Value::of(value));
}
weir_field number(std::string_view name, std::int64_t value) {
  return field(name, Value::of(value));
}
weir_field gone(std::string_view name) { return field(name, {}); }

std::string written(const std::vector<weir_field>& fields) {
  std::string out;
  append_event(out, fields);
  return out;
}

std::string patched(std::string_view line, const std::vector<weir_field>& changes) {
  LinePatch patch;
  std::string out;
  patch.append(out, line, changes);
  return out;
}

TEST(JsonWriter, WritesFieldsInTheirOrder) {
  EXPECT_EQ(written({}), "{}");
  EXPECT_EQ(written({number("BytesIn", -5), text("Name", "a\"b"), field("F.x", Value::of(0.5))}),
            R"({"BytesIn":-5,"Name":"a\"b","F.x":0.5})");
  const Value truth{1, 0, Kind::boolean}, json{Value::address("{\"a\":1}"), 7, Kind::json};
  EXPECT_EQ(written({field("Name", truth), field("TI", json)}), R"({"Name":true,"TI":{"a":1}})");
}

TEST(JsonWriter, WritesArrays) {
  const std::int64_t integers[] = {1, -2};
  const double floats[] = {0.5, 2};
  const TextRef texts[] = {{"a", 1}, {"\"", 1}};
  EXPECT_EQ(written({field("NA.x", Value::array(Kind::integer_array, integers, 2)),
                     field("FA.x", Value::array(Kind::float_array, floats, 2)),
                     field("SA.x", Value::array(Kind::text_array, texts, 2))}),
            R"({"NA.x":[1,-2],"FA.x":[0.5,2],"SA.x":["a","\""]})");
}

TEST(JsonWriter, LeavesOutWhatIsAbsentEmptyOrNotFinite) {
  EXPECT_EQ(written({gone("Name"), text("Message", ""), field("F.x", Value::of(std::nan(""))),
                     field("F.y", Value::of(-std::numeric_limits<double>::infinity())),
                     gone("Extra.a"), number("BytesIn", 0)}),
            R"({"BytesIn":0})");
}

TEST(JsonWriter, GathersExtraAtTheEnd) {
  EXPECT_EQ(written({text("Extra.b.c", "1"), text("Name", "n"), text("Extra.a\"", "2")}),
            R"({"Name":"n","Extra":{"b.c":"1","a\"":"2"}})");
  EXPECT_EQ(written({text("Extra.a", "1")}), R"({"Extra":{"a":"1"}})");
}

TEST(JsonPatch, ReplacesTheLastOccurrenceAndLeavesEveryOtherByte) {
  EXPECT_EQ(patched(R"( {"Name" : "a" , "x":[1, {"Name":2}],"Name": "b"  ,"y":0} )",
                    {text("Name", "new")}),
            R"( {"Name" : "a" , "x":[1, {"Name":2}],"Name": "new"  ,"y":0} )");
  EXPECT_EQ(patched(R"({"N\u0061me":{"a":[]},"b":1})", {number("Name", 5)}),
            R"({"N\u0061me":5,"b":1})");
}

TEST(JsonPatch, AddsBeforeTheClosingBrace) {
  EXPECT_EQ(patched(R"({"a":1})", {text("Name", "n"), number("BytesIn", 2)}),
            R"({"a":1,"Name":"n","BytesIn":2})");
  EXPECT_EQ(patched("{}", {text("Name", "n")}), R"({"Name":"n"})");
  EXPECT_EQ(patched(" { } ", {text("Name", "n")}), R"( { "Name":"n"} )");
  EXPECT_EQ(patched(R"({"a":{} })", {text("Name", "n")}), R"({"a":{} ,"Name":"n"})");
}

TEST(JsonPatch, WritesNullOverWhatBecomesAbsent) {
  EXPECT_EQ(patched(R"({"Name":"a"})", {gone("Name"), gone("Message")}), R"({"Name":null})");
  EXPECT_EQ(patched(R"({"F.x":1})", {field("F.x", Value::of(std::nan("")))}), R"({"F.x":null})");
}

TEST(JsonPatch, ReachesIntoExtra) {
  EXPECT_EQ(patched(R"({"Extra":{"a":"1","b":2},"c":3})", {text("Extra.b", "x")}),
            R"({"Extra":{"a":"1","b":"x"},"c":3})");
  EXPECT_EQ(patched(R"({"Extra":{"a":"1"},"c":3})", {text("Extra.b", "x"), text("Extra.d", "y")}),
            R"({"Extra":{"b":"x","d":"y","a":"1"},"c":3})");
  EXPECT_EQ(patched(R"({"Extra":{ }})", {text("Extra.b", "x"), text("Extra.d", "y")}),
            R"({"Extra":{"b":"x","d":"y" }})");
  EXPECT_EQ(patched(R"({"Extra.b":1})", {text("Extra.b", "x")}), R"({"Extra.b":"x"})");
  EXPECT_EQ(patched(R"({"a":1})", {text("Extra.b", "x"), text("Extra.d", "y")}),
            R"({"a":1,"Extra":{"b":"x","d":"y"}})");
}

TEST(JsonPatch, ReachesIntoTheLastOfTwoExtras) {
  EXPECT_EQ(patched(R"({"Extra":{"a":"x"},"Extra":{"b":"y"}})", {text("Extra.a", "new")}),
            R"({"Extra":{"a":"x"},"Extra":{"a":"new","b":"y"}})");
  EXPECT_EQ(patched(R"({"Extra":{"a":"x"},"Extra":5})", {text("Extra.a", "new")}),
            R"({"Extra":{"a":"x"},"Extra":5,"Extra":{"a":"new"}})");
}

// The members of a line, those of Extra as `Extra.<key>`, the last of each name; null: not there.
using Members = std::map<std::string, std::string>;

void collect(const simdjson::dom::object& object, const std::string& prefix, Members& members) {
  for (const auto& [key, value] : object) {
    if (prefix.empty() && key == "Extra" && value.is_object()) {
      collect(value.get_object(), "Extra.", members);
      continue;
    }
    const std::string name = prefix + std::string(key);
    members[name] = simdjson::minify(value);
    if (value.is_null()) members.erase(name);
  }
}

Members members_of(const std::string& line) {
  static simdjson::dom::parser parser;
  simdjson::dom::element element;
  Members members;
  const auto error = parser.parse(line).get(element);
  EXPECT_EQ(error, simdjson::SUCCESS) << line;
  if (error == simdjson::SUCCESS) collect(element.get_object(), "", members);
  return members;
}

TEST(JsonPatch, OfRandomLinesChangesExactlyTheChangedFields) {
  constexpr std::string_view names[] = {"Name",    "BytesIn", "Extra.a",
                                        "Extra.b", "Message", "Extra.c"};
  constexpr std::string_view values[] = {"1",       "\"a}\"",        "null",
                                         "[{}, 2]", "{\"Name\":{}}", "\"\\\"\""};
  std::mt19937_64 random(5);
  const auto below = [&](std::size_t limit) { return random() % limit; };
  const auto members = [&](bool inside) {
    std::string text;
    for (std::size_t i = 0, count = below(5); i < count; ++i) {
      const std::string_view name = names[below(6)];
      text.append(i > 0 ? ", \"" : " \"").append(inside ? name.substr(name.find('.') + 1) : name);
      text.append("\" :").append(values[below(6)]).append(below(2) ? " " : "");
    }
    return text;
  };
  for (int i = 0; i < 20'000 && !testing::Test::HasFailure(); ++i) {
    const std::string extra = below(2) ? cat("\"Extra\": {", members(true), "}") : "\"x\":0";
    const std::string line = below(8) == 0 ? cat("{", members(false), "}")
                             : below(2)    ? cat("{", extra, below(2) ? ",\"y\":[]}" : "} ")
                                           : cat("{\"Name\":\"z\",", extra, "}");
    Members wanted = members_of(line);
    std::vector<weir_field> changes;
    std::deque<std::string> texts;
    for (const std::string_view name : names) {
      if (below(3) > 0) continue;
      const bool absent = below(4) == 0;
      texts.push_back(cat("v", std::to_string(below(100))));
      changes.push_back(absent ? gone(name) : text(name, texts.back()));
      wanted.erase(std::string(name));
      if (!absent) wanted[std::string(name)] = cat("\"", texts.back(), "\"");
    }
    const std::string result = patched(line, changes);
    EXPECT_EQ(members_of(result), wanted) << line << "\n" << result;
    if (changes.empty()) {
      EXPECT_EQ(result, line);
    }
  }
}

weir_field json(std::string_view name, std::string_view value) {
  return field(
      name, {Value::address(value.data()), static_cast<std::uint32_t>(value.size()), Kind::json});
}

TEST(JsonWriter, WritesNullForJsonThatIsNone) {
  for (const std::string_view bad :
       {"no\njson{", "{", "{\"a\":1}}", "1 2", "\"a\nb\"", "\"open", " ", "\xFF", "{'a':1}"})
    EXPECT_EQ(written({json("TI", bad), number("BytesIn", 1)}), R"({"TI":null,"BytesIn":1})")
        << bad;
  const std::string deep = cat(std::string(100, '['), std::string(100, ']'));
  EXPECT_EQ(written({json("TI", deep)}), R"({"TI":null})");
}

TEST(JsonWriter, KeepsJsonOnOneLine) {
  EXPECT_EQ(written({json("TI", "{\n\"a\":\r\n[1,\n2]}\n")}), "{\"TI\":{ \"a\":  [1, 2]} }");
  EXPECT_EQ(written({json("TI", R"({"a":"x\ny"})")}), R"({"TI":{"a":"x\ny"}})");
  EXPECT_EQ(patched(R"({"TI":1,"a":2})", {json("TI", "[\n1]")}), R"({"TI":[ 1],"a":2})");
  EXPECT_EQ(patched(R"({"a":2})", {json("TI", "[\n1]")}), R"({"a":2,"TI":[ 1]})");
  EXPECT_EQ(patched(R"({"TI":1})", {json("TI", "}\n{")}), R"({"TI":null})");
}

TEST(FindText, FindsTheFirstPlaceOrNone) {
  std::mt19937 random(7);
  for (int i = 0; i < 20'000; ++i) {
    std::string text(random() % 120, ' '), needle(2 + random() % 4, ' ');
    for (char& c : text) c = static_cast<char>('a' + random() % 3);
    for (char& c : needle) c = static_cast<char>('a' + random() % 3);
    ASSERT_EQ(find_text(text, needle), text.find(needle)) << text << " " << needle;
  }
}

TEST(LinePatch, FindsMembersWhoseKeysAreWrittenWithEscapes) {
  EXPECT_EQ(patched(R"({"\u004eame":"a","x":1})", {text("Name", "b")}),
            R"({"\u004eame":"b","x":1})");
  EXPECT_EQ(patched(R"({"x":"\"Name\"","y":"\\"})", {text("Name", "b")}),
            R"({"x":"\"Name\"","y":"\\","Name":"b"})");
}

}  // namespace
}  // namespace weir
