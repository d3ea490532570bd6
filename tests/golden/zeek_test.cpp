// Zeek wrote each of these logs twice, as tab-separated values and as JSON, in the same order: what
// the reader makes of a line equals the JSON, member by member. Where they do not, and why:
// - `_write_ts` is in JSON alone.
// - A time is seconds in the one and ISO 8601 in the other: the same microsecond. One beyond 2^31
//   seconds is written with an exponent, and read as a number.
// - A number with a fraction has six decimals in the one and the digits of a float in the other.
// - Empty texts and lists are absent from a record, as they are from an event.
// - A set of one empty text, `[""]`, is written `(empty)`, as the empty set is.

#include <gtest/gtest.h>
#include <simdjson.h>
#include <zlib.h>

#include <bit>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "input/formats/zeek.h"

namespace weir::host {
namespace {

namespace fs = std::filesystem;
using simdjson::dom::element;

fs::path logs() {
  const char* root = std::getenv("WEIR_DATA");
  return fs::path(root == nullptr ? "../shared/data" : root) / "zeek";
}

std::string unpacked(const fs::path& path) {
  const std::unique_ptr<gzFile_s, int (*)(gzFile)> file(gzopen(path.c_str(), "rb"), gzclose);
  std::string bytes;
  std::string block(1 << 16, '\0');
  for (int size = 0; (size = gzread(file.get(), block.data(), 1 << 16)) > 0;) {
    bytes.append(block, 0, static_cast<std::size_t>(size));
  }
  EXPECT_TRUE(gzeof(file.get())) << path;
  return bytes;
}

std::string_view next_line(std::string_view& rest) {
  const std::size_t end = std::min(rest.find('\n'), rest.size());
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return line;
}

std::string_view text_of(const weir_member& member) {
  return {reinterpret_cast<const char*>(member.word), member.size};
}

int digits(std::string_view text, std::size_t at, std::size_t size) {
  int number = -1;
  std::from_chars(text.data() + at, text.data() + at + size, number);
  return number;
}

// Of `2018-03-24T17:15:20.613421Z`, since the epoch; -1 for anything else.
std::int64_t micros_of_iso(std::string_view text) {
  if (text.size() != 27 || text[10] != 'T' || text[26] != 'Z') return -1;
  using namespace std::chrono;
  const sys_days day = year(digits(text, 0, 4)) / digits(text, 5, 2) / digits(text, 8, 2);
  const std::int64_t seconds = day.time_since_epoch().count() * std::int64_t{86400} +
                               digits(text, 11, 2) * 3600 + digits(text, 14, 2) * 60 +
                               digits(text, 17, 2);
  return seconds * 1'000'000 + digits(text, 20, 6);
}

// Of `1521911720.613421`; -2 for anything else.
std::int64_t micros_of_seconds(std::string_view text) {
  const std::size_t point = text.find('.');
  if (point == std::string_view::npos || text.size() != point + 7) return -2;
  std::int64_t seconds = -1;
  std::from_chars(text.data(), text.data() + point, seconds);
  const int rest = digits(text, point + 1, 6);
  return seconds * 1'000'000 + (text[0] == '-' ? -rest : rest);
}

// Six decimals, and the error of one float.
bool near(double one, double other) {
  return std::abs(one - other) <= 2e-6 + 2e-7 * std::abs(other);
}

bool same_text(std::string_view read, std::string_view json) {
  return read == json || micros_of_seconds(read) == micros_of_iso(json);
}

bool same_far_time(double read, std::string_view json) {
  return std::abs(read) > 2e9 && std::abs(std::llround(read * 1e6) - micros_of_iso(json)) <= 1;
}

bool same_element(const weir_member& member, std::size_t i, element json) {
  switch (member.kind) {
    case WEIR_INTEGER_ARRAY:
      return json.is_int64() &&
             reinterpret_cast<const std::int64_t*>(member.word)[i] == json.get_int64();
    case WEIR_FLOAT_ARRAY:
      return json.is_double() &&
             near(reinterpret_cast<const double*>(member.word)[i], json.get_double());
    case WEIR_TEXT_ARRAY: {
      const weir_text text = reinterpret_cast<const weir_text*>(member.word)[i];
      return json.is_string() && same_text({text.data, text.size}, json.get_string());
    }
    default:
      return false;
  }
}

bool same_list(const weir_member& member, simdjson::dom::array json) {
  std::size_t i = 0;
  for (const element one : json) {
    if (i == member.size || !same_element(member, i++, one)) return false;
  }
  return i == member.size;
}

bool same(const weir_member& member, element json) {
  switch (member.kind) {
    case WEIR_TEXT:
      return json.is_string() && same_text(text_of(member), json.get_string());
    case WEIR_INTEGER:
      return json.is_int64() && static_cast<std::int64_t>(member.word) == json.get_int64();
    case WEIR_FLOAT:
      return json.is_double()
                 ? near(std::bit_cast<double>(member.word), json.get_double())
                 : json.is_string() &&
                       same_far_time(std::bit_cast<double>(member.word), json.get_string());
    case WEIR_BOOL:
      return json.is_bool() && (member.word != 0) == json.get_bool();
    default:
      return json.is_array() && same_list(member, json.get_array());
  }
}

// Whether a record has no such member.
bool is_absent(element json) {
  if (json.is_string()) return json.get_string().value().empty();
  if (!json.is_array()) return false;
  const simdjson::dom::array list = json.get_array();
  return list.size() == 0 ||
         (list.size() == 1 && list.at(0).is_string() && list.at(0).get_string().value().empty());
}

class Comparison {
 public:
  void compare(const weir_record& record, element json) {
    members_.clear();
    for (std::uint64_t i = 0; i < record.member_count; ++i) {
      const weir_member& member = record.members[i];
      members_[{member.key, member.key_size}] = &member;
    }
    std::size_t found = 0;
    for (const auto [key, value] : simdjson::dom::object(json)) {
      if (key == "_write_ts") continue;
      const auto at = members_.find(key);
      const bool present = at != members_.end();
      if (present ? !same(*at->second, value) : !is_absent(value)) {
        ADD_FAILURE() << key << " is " << simdjson::minify(value) << " in JSON, not in "
                      << std::string_view(record.text.data, record.text.size);
      }
      found += present ? 1 : 0;
    }
    EXPECT_EQ(found, members_.size()) << std::string_view(record.text.data, record.text.size);
  }

 private:
  std::unordered_map<std::string_view, const weir_member*> members_;
};

struct Totals {
  std::size_t logs = 0;
  std::size_t records = 0;
};

// Two logs of the same records, line by line.
void compare(const fs::path& tsv, const fs::path& json, Totals& totals) {
  SCOPED_TRACE(tsv.filename());
  const std::string lines = unpacked(tsv);
  const std::string objects = unpacked(json);
  std::string_view rest = lines;
  std::string_view rest_of_objects = objects;
  ZeekReader reader;
  Records records;
  simdjson::dom::parser parser;
  Comparison comparison;
  for (std::uint64_t number = 1; !rest.empty() && !testing::Test::HasFailure(); ++number) {
    records.clear();
    reader.read({next_line(rest), number, 0}, 1, records);
    if (records.empty()) continue;
    const weir_record& record = records.all()[0];
    ASSERT_EQ(record.problem.size, 0u) << number << ": " << record.problem.data;
    ASSERT_FALSE(rest_of_objects.empty()) << number;
    comparison.compare(record, parser.parse(std::string(next_line(rest_of_objects))));
    ++totals.records;
  }
  EXPECT_TRUE(rest_of_objects.empty() || testing::Test::HasFailure());
  ++totals.logs;
}

TEST(ZeekLogs, AreReadAsZeekWritesThemInJson) {
  if (!fs::exists(logs())) GTEST_SKIP() << "no logs of Zeek in " << logs() << "; set WEIR_DATA";
  Totals totals;
  for (const auto& entry : fs::directory_iterator(logs())) {
    const std::string name = entry.path().filename();
    const std::size_t ending = name.rfind(".log.gz");
    if (ending == std::string::npos) continue;
    const fs::path json = logs() / (name.substr(0, ending) + ".json.gz");
    if (!fs::exists(json)) continue;  // of ldap_search
    compare(entry.path(), json, totals);
    if (testing::Test::HasFailure()) return;
  }
  EXPECT_GE(totals.logs, 29u);
  EXPECT_GE(totals.records, 150'000u);
}

}  // namespace
}  // namespace weir::host
