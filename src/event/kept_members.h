// What of a line no field comes from, for `keep`: the members of its Extra.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "event/json_scan.h"
#include "event/key_tree.h"

namespace weir {

// Not for the hot path. One thread.
class KeptMembers {
 public:
  // Appends an object of texts, such as {"alert.gid":"1"}: nested keys joined with dots, arrays as
  // JSON, those that are null or empty left out. Of two members with the same key the last counts,
  // whole. Nothing if there is nothing to keep. Keys and values take at most an event's bytes: the
  // key of an object is said again before each of its members, and what that takes beyond is left
  // out. Throws bad_alloc.
  // REQUIRES: the line is one valid JSON object.
  void append(std::string& out, std::string_view line, const KeyTree& keys);

 private:
  struct Member {
    std::string key, value;
    bool counts = true;  // no other took its place
  };

  void walk(JsonCursor& cursor, KeyTree::Node object, std::string& prefix);
  void read_member(JsonCursor& cursor, KeyTree::Node object, const std::string& key,
                   std::string& prefix);
  void keep(JsonCursor& cursor, std::string_view prefix, std::string_view key);
  void drop_repeated();

  const KeyTree* keys_ = nullptr;
  JsonIndex index_;
  std::string_view line_;
  std::vector<Member> kept_;  // in the order of the line
  std::size_t bytes_ = 0;     // that they took, those that do not count any more too
};

}  // namespace weir
