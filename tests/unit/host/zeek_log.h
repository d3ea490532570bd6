// A log of Zeek as it is read line by line, and its records as texts.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <bit>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "input/formats/zeek.h"

namespace weir::host {

// A value as text, with a letter for its kind: `i:443`, `t:udp`, `T:[a|b]`.
inline std::string shown(const weir_member& member) {
  const auto* texts = reinterpret_cast<const weir_text*>(member.word);
  const auto* integers = reinterpret_cast<const std::int64_t*>(member.word);
  const auto* reals = reinterpret_cast<const double*>(member.word);
  std::string list;
  const auto add = [&](const std::string& element) {
    list.append(list.empty() ? "" : "|").append(element);
  };
  for (std::uint64_t i = 0; i < member.size && member.kind >= WEIR_INTEGER_ARRAY; ++i) {
    if (member.kind == WEIR_INTEGER_ARRAY) add(std::to_string(integers[i]));
    if (member.kind == WEIR_FLOAT_ARRAY) add(std::to_string(reals[i]));
    if (member.kind == WEIR_TEXT_ARRAY) add(std::string(texts[i].data, texts[i].size));
  }
  switch (member.kind) {
    case WEIR_INTEGER:
      return fmt::format("i:{}", static_cast<std::int64_t>(member.word));
    case WEIR_FLOAT:
      return fmt::format("f:{:.6f}", std::bit_cast<double>(member.word));
    case WEIR_BOOL:
      return member.word != 0 ? "b:true" : "b:false";
    case WEIR_TEXT:
      return fmt::format("t:{}",
                         std::string_view(reinterpret_cast<const char*>(member.word), member.size));
    case WEIR_INTEGER_ARRAY:
      return fmt::format("I:[{}]", list);
    case WEIR_FLOAT_ARRAY:
      return fmt::format("F:[{}]", list);
    case WEIR_TEXT_ARRAY:
      return fmt::format("T:[{}]", list);
    default:
      return "?";
  }
}

using Values = std::map<std::string, std::string>;

inline Values values_of(const weir_record& record) {
  Values values;
  for (std::uint64_t i = 0; i < record.member_count; ++i) {
    const weir_member& member = record.members[i];
    values[std::string(member.key, member.key_size)] = shown(member);
  }
  return values;
}

// A log and what became of it.
class ZeekLog {
 public:
  ZeekLog& read(std::string_view line) {
    // Memory of its own, whose end a sanitizer knows.
    lines_.push_back(std::make_unique<std::vector<char>>(line.begin(), line.end()));
    reader.read({{lines_.back()->data(), line.size()}, ++number_, 0}, 7, records);
    return *this;
  }
  ZeekLog& read_all(std::initializer_list<std::string_view> lines) {
    for (const std::string_view line : lines) read(line);
    return *this;
  }
  Values last() {
    EXPECT_EQ(problem(), "");
    return values_of(records.all().back());
  }
  std::string problem() {
    const weir_text text = records.all().back().problem;
    return {text.data == nullptr ? "" : text.data, text.size};
  }

  ZeekReader reader;
  Records records;

 private:
  std::vector<std::unique_ptr<std::vector<char>>> lines_;
  std::uint64_t number_ = 0;
};

}  // namespace weir::host
