// One line while it is read: how far the walk has come, and where its values go.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/bump.h"
#include "event/json_scan.h"
#include "event/key_tree.h"

namespace weir {

struct LineReading {
  JsonCursor cursor;
  std::uint32_t readable;  // bytes of the text that the cursor walks in, this line's and later ones
  const KeyTree& keys;
  Value* row;
  Bump& bump;
  std::uint64_t& conversion_errors;
  std::vector<Value>& elements;  // of an array; scratch
  std::size_t members = 0;

  std::string_view text(std::string_view raw, bool escaped) {
    return escaped ? unescape(raw, bump.take(raw.size())) : raw;
  }
  // Converts the value and puts it in its slot, or counts that it cannot.
  void store(Value value, const KeyTree::Key& key);

  // Checks and stores the value at the cursor. False after an error of the JSON. depth: how many
  // levels the value may open. Throws bad_alloc.
  // REQUIRES: the key is wanted.
  bool read_value(const KeyTree::Key& key, int depth);

 private:
  bool read_array(const KeyTree::Key& key, int depth);
};

}  // namespace weir
