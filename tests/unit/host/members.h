// What a reader of a format makes of one message: its members as texts, or why it was rejected.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "input/records.h"

namespace weir::host {

using Members = std::map<std::string, std::string>;

struct ReadMessage {
  Members members;  // of two with one key the last, none that are empty
  std::string problem;
  std::uint32_t preset = 0;

  bool rejected() const { return !problem.empty(); }
  std::string at(const std::string& key) const {
    const auto found = members.find(key);
    return found == members.end() ? "(absent)" : found->second;
  }
};

inline ReadMessage read_back(Records& records) {
  ReadMessage read;
  const weir_record& record = records.all().back();
  read.problem.assign(record.problem.data, record.problem.size);
  read.preset = record.preset;
  for (std::uint64_t i = 0; i < record.member_count; ++i) {
    const weir_member& member = record.members[i];
    const std::string key(member.key, member.key_size);
    if (member.kind == WEIR_INTEGER) {
      read.members[key] = std::to_string(static_cast<std::int64_t>(member.word));
    } else if (member.kind == WEIR_TEXT) {
      read.members[key].assign(reinterpret_cast<const char*>(member.word), member.size);
    } else {
      read.members[key] = "(another kind)";
    }
    if (read.members[key].empty()) read.members.erase(key);
  }
  return read;
}

// read: read_cef and its like.
template <class Read>
ReadMessage read_one(std::string_view text, Read read) {
  Records records;
  records.begin({text, 1, 0}, 0);
  read(text, records);
  return read_back(records);
}

}  // namespace weir::host
