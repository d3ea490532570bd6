#include "event/kept_members.h"

#include "base/text.h"
#include "event/json_scan.h"

namespace weir {

namespace {

constexpr int any_depth = 64;  // the line has been read, so it is no deeper

}  // namespace

void KeptMembers::append(std::string& out, std::string_view line, const KeyTree& keys) {
  keys_ = &keys;
  line_ = line;
  kept_.clear();
  index_.build(line);
  JsonCursor cursor(line, index_);
  walk(cursor, KeyTree::top, "");
  if (kept_.empty()) return;
  out += '{';
  for (const auto& [key, value] : kept_) {
    if (out.back() != '{') out += ',';
    append_json_string(out, key);
    out += ':';
    append_json_string(out, value);
  }
  out += '}';
}

// Every key in an object that no mapping leads into is one of interest.
void KeptMembers::walk(JsonCursor& cursor, KeyTree::Node object, const std::string& prefix) {
  cursor.advance();
  for (bool more = cursor.first('}'); more; more = cursor.next('}')) {
    std::string_view raw;
    bool escaped = false;
    if (!cursor.take_key(raw, escaped)) return;
    std::string key(raw);
    if (escaped) key.resize(unescape(raw, key.data()).size());
    const KeyTree::Key found =
        object == KeyTree::nowhere ? KeyTree::Key{} : keys_->find(object, key);
    const bool is_extra = object == KeyTree::top && found.inside == KeyTree::extra;
    if (cursor.peek() == '{' && (is_extra || !found.wanted()))
      walk(cursor, found.inside, is_extra ? "" : prefix + key + ".");
    else if (found.wanted() || found.inside != KeyTree::nowhere)
      cursor.skip_value(any_depth);
    else
      keep(cursor, prefix + key);
  }
}

void KeptMembers::keep(JsonCursor& cursor, const std::string& key) {
  if (cursor.peek() == '"') {
    std::string_view raw;
    bool escaped = false;
    if (!cursor.take_string(raw, escaped)) return;
    std::string text(raw);
    if (escaped) text.resize(unescape(raw, text.data()).size());
    if (!text.empty()) kept_[key] = std::move(text);
    return;
  }
  const std::uint32_t begin = cursor.offset();
  if (!cursor.skip_value(any_depth)) return;
  std::string_view text = line_.substr(begin, cursor.offset() - begin);
  while (!text.empty() && std::string_view(" \t\r\n").find(text.back()) != std::string_view::npos)
    text.remove_suffix(1);
  if (text != "null") kept_[key] = text;
}

}  // namespace weir
