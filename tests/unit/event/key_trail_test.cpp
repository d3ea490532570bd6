// A line means the same whatever lines came before it: the keys that a reader remembers are
// guesses.

#include <gtest/gtest.h>

#include "judged.h"
#include "random_json.h"

namespace weir {
namespace {

Lines wanted_fields(Schema schema = Schema::kuma) {
  return Lines({"Name", "BytesIn", "F.x", "SA.x", "Timestamp", "Extra.a", "Extra", "BytesOut"},
               map_of({path({"flow", "bytes"}, "BytesOut"), path({"k"}, "F.x")}), schema);
}

// A line of many plain members in the order that the others have too, some left out or doubled.
std::string usual_line(RandomJson& random) {
  constexpr const char* members[] = {
      R"("Timestamp":1700000000123)",
      R"("Name":"a name")",
      R"("BytesIn":443)",
      R"("unwanted":"text that nobody wants")",
      R"("F.x":0.5)",
      R"("k":7)",
      R"("flow":{"id":5,"bytes":1234567890123456,"more":{"bytes":1}})",
      R"("SA.x":["a",1])",
      R"("a key of more than thirty-two bytes, quotes and colon included":12345678)",
      R"("a key that is too long to be remembered by a reader of lines because it takes two blocks":1)",
      R"("Extra":{"a":"b","c":false})",
      R"("Na\u006de":"other")",
      R"("empty":"")",
      R"("Name":"C:\\dir")",
      R"("BytesIn":"99999999")",
      R"("last":null)"};
  std::string line = "{";
  for (const char* member : members)
    for (std::size_t times = random.below(8) == 0 ? random.below(3) : 1; times > 0; --times)
      line.append(line.size() > 1 ? "," : "").append(random.below(30) == 0 ? " " : "") += member;
  return line + "}";
}

// Reads the line amid usual ones, after which its keys are guessed and nothing ends behind it.
std::string amid_others(Lines& lines, const std::string& line, RandomJson& random,
                        LineError& error) {
  lines.rows.clear();
  const auto errors =
      lines.read_all(cat(usual_line(random), "\n", line, "\n", usual_line(random), "\n"));
  error = errors[1];
  return lines.rows[1];
}

void compare(Schema schema, std::uint64_t seed) {
  RandomJson random(seed);
  simdjson::dom::parser parser;
  Lines warm = wanted_fields(schema);
  std::size_t accepted = 0, rejected = 0;
  for (int i = 0; i < 15'000 && !testing::Test::HasFailure(); ++i) {
    std::string line = random.below(20) == 0 ? random.object(3) : usual_line(random);
    for (std::size_t hits = random.below(3); hits > 0; --hits) random.damage(line);
    std::replace(line.begin(), line.end(), '\n', ' ');
    Lines cold = wanted_fields(schema);
    const LineError alone = cold.read(line);
    LineError amid;
    const std::string row = amid_others(warm, line, random, amid);
    ASSERT_EQ(amid.error, alone.error) << line;
    ASSERT_EQ(amid.offset, alone.offset) << line;
    const bool good = alone.error == JsonError::none;
    if (good) {
      ASSERT_EQ(row, cold.row()) << line;
    }
    if (const auto verdict = judge(parser, line)) {
      ASSERT_EQ(good, *verdict) << line;
    }
    ++(good ? accepted : rejected);
  }
  EXPECT_GT(accepted, 5'000U);
  EXPECT_GT(rejected, 3'000U);
}

TEST(KeyTrail, ALineMeansTheSameWhateverCameBefore) { compare(Schema::kuma, 1); }
TEST(KeyTrail, ALineOfAnOpenSchemaMeansTheSameWhateverCameBefore) { compare(Schema::open, 2); }

TEST(KeyTrail, NeverReadsOnInTheNextLine) {
  RandomJson random(3);
  Lines warm = wanted_fields();
  for (int i = 0; i < 20; ++i) {
    const std::string line = usual_line(random);
    for (std::size_t cut = 1; cut < line.size(); ++cut) {
      const std::string left = line.substr(0, cut), right = line.substr(cut);
      Lines cold = wanted_fields();
      const auto errors = warm.read_all(cat(line, "\n", left, "\n", right, "\n", line, "\n"));
      ASSERT_EQ(errors[1].error, cold.read(left).error) << left;
      ASSERT_EQ(errors[2].error, cold.read(right).error) << right;
    }
  }
}

// More keys than are remembered, in one line and over many.
TEST(KeyTrail, ForgetsWhenTooManyKeysCame) {
  Lines lines{"Name", "BytesIn"};
  for (int line = 0; line < 20; ++line) {
    std::string text = R"({"Name":"a")";
    for (int i = 0; i < 300; ++i) text += cat(",\"", std::to_string(line * 300 + i), "\":0");
    EXPECT_EQ(lines.row_of(text + R"(,"BytesIn":5})"), "t:a i:5");
  }
}

TEST(KeyTrail, KnowsAKeyByTheObjectThatItIsIn) {
  Lines lines({"Name", "BytesIn"}, map_of({path({"a", "n"}, "BytesIn"), path({"n"}, "Name")}));
  for (int times = 0; times < 2; ++times) {
    EXPECT_EQ(lines.row_of(R"({"n":"x","a":{"n":1},"n":"y","b":{"n":2}})"), "t:y i:1");
    EXPECT_EQ(lines.row_of(R"({"a":{"\u006e":3,"n":1},"n":"z"})"), "t:z i:1");
    EXPECT_EQ(lines.row_of(R"({"\u0061":{"n":4},"n":"z"})"), "t:z i:4");
  }
}

}  // namespace
}  // namespace weir
