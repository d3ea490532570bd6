// What of a line no field comes from, for `keep`: the members of its Extra.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "event/json_scan.h"
#include "event/key_tree.h"

namespace weir {

// Not for the hot path. One thread.
class KeptMembers {
 public:
  // Appends an object of texts, such as {"alert.gid":"1"}: nested keys joined with dots, arrays as
  // JSON, those that are null left out. Nothing if there is nothing to keep. Throws bad_alloc.
  // REQUIRES: the line is one valid JSON object.
  void append(std::string& out, std::string_view line, const KeyTree& keys);

 private:
  void walk(JsonCursor& cursor, KeyTree::Node object, const std::string& prefix);
  void keep(JsonCursor& cursor, const std::string& key);

  const KeyTree* keys_ = nullptr;
  JsonIndex index_;
  std::string_view line_;
  std::map<std::string, std::string> kept_;  // the last of a key counts
};

}  // namespace weir
