#include "event/kept_members.h"

#include <algorithm>
#include <unordered_map>

#include "base/seeded_hash.h"
#include "base/text.h"
#include "event/json_scan.h"

namespace weir {

namespace {

constexpr int any_depth = 64;                        // the line has been read, so it is no deeper
constexpr std::size_t most_bytes = 4 * 1024 * 1024;  // WEIR_MAX_EVENT_BYTES

}  // namespace

void KeptMembers::append(std::string& out, std::string_view line, const KeyTree& keys) {
  keys_ = &keys;
  line_ = line;
  kept_.clear();
  bytes_ = 0;
  index_.build(line);
  JsonCursor cursor(line, index_);
  std::string prefix;
  walk(cursor, KeyTree::top, prefix);
  drop_repeated();
  if (kept_.empty()) return;
  out += '{';
  for (const auto& [key, value, counts] : kept_) {
    if (out.back() != '{') out += ',';
    append_json_string(out, key);
    out += ':';
    append_json_string(out, value);
  }
  out += '}';
}

// Of a key that a line has in two ways, flat and nested, the last counts too. Then what is empty is
// not there.
void KeptMembers::drop_repeated() {
  std::erase_if(kept_, [](const Member& member) { return !member.counts; });
  std::stable_sort(kept_.begin(), kept_.end(),
                   [](const Member& a, const Member& b) { return a.key < b.key; });
  for (std::size_t i = 0; i + 1 < kept_.size(); ++i)
    kept_[i].counts = kept_[i].key != kept_[i + 1].key;
  std::erase_if(kept_, [](const Member& member) { return !member.counts || member.value.empty(); });
}

// What a key of the object was given before does not count when it comes again.
void KeptMembers::walk(JsonCursor& cursor, KeyTree::Node object, std::string& prefix) {
  struct Range {
    std::size_t begin = 0, end = 0;  // of the kept
  };
  std::unordered_map<std::string, Range, SeededHash> met;
  cursor.advance();
  for (bool more = cursor.first('}'); more; more = cursor.next('}')) {
    std::string_view raw;
    bool escaped = false;
    if (!cursor.take_key(raw, escaped)) return;
    std::string key(raw);
    if (escaped) key.resize(unescape(raw, key.data()).size());
    const auto [before, first] = met.try_emplace(std::move(key));
    Range& range = before->second;
    if (!first)
      for (std::size_t i = range.begin; i < range.end; ++i) kept_[i].counts = false;
    range.begin = kept_.size();
    read_member(cursor, object, before->first, prefix);
    range.end = kept_.size();
  }
}

// Every key in an object that no mapping leads into is one of interest.
void KeptMembers::read_member(JsonCursor& cursor, KeyTree::Node object, const std::string& key,
                              std::string& prefix) {
  const KeyTree::Key found = object == KeyTree::nowhere ? KeyTree::Key{} : keys_->find(object, key);
  const bool is_extra = object == KeyTree::top && found.inside == KeyTree::extra;
  const std::string_view name = object == KeyTree::top ? key_of_extra(key) : key;
  if (cursor.peek() == '{' && (is_extra || !found.wanted())) {
    const std::size_t size = prefix.size();
    if (!is_extra) prefix.append(name) += '.';
    walk(cursor, found.inside, prefix);
    prefix.resize(size);
  } else if (found.wanted() || found.inside != KeyTree::nowhere) {
    cursor.skip_value(any_depth);
  } else {
    keep(cursor, prefix, name);
  }
}

void KeptMembers::keep(JsonCursor& cursor, std::string_view prefix, std::string_view key) {
  std::string_view text;
  std::string plain;
  if (cursor.peek() == '"') {
    bool escaped = false;
    if (!cursor.take_string(text, escaped)) return;
    if (escaped) {
      plain = text;
      plain.resize(unescape(text, plain.data()).size());
      text = plain;
    }
  } else {
    const std::uint32_t begin = cursor.offset();
    if (!cursor.skip_value(any_depth)) return;
    text = line_.substr(begin, cursor.offset() - begin);
    while (!text.empty() && std::string_view(" \t\r\n").find(text.back()) != std::string_view::npos)
      text.remove_suffix(1);
    if (text == "null") text = {};
  }
  const std::size_t bytes = prefix.size() + key.size() + text.size();
  if (bytes > most_bytes - bytes_) return;
  bytes_ += bytes;
  kept_.push_back({std::string(prefix).append(key), std::string(text)});
}

}  // namespace weir
