// A bucket of one rule, fed without a table around it.
#pragma once

#include <gtest/gtest.h>

#include <cstring>
#include <initializer_list>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "aggregate/aggregated_event.h"
#include "aggregate/bucket.h"
#include "aggregate/key_buffer.h"
#include "base/text.h"
#include "event/field_value.h"
#include "values.h"

namespace weir::aggregate {

using Event = std::map<std::string, Value>;
using Members = std::vector<std::pair<std::string, std::string>>;

// `"text"`, `1`, `1.5`, `["a","b"]`.
inline std::string shown(const Value& value) {
  char digits[32];
  std::string out;
  switch (value.kind) {
    case Kind::absent:
      return "absent";
    case Kind::integer:
      return std::string(format_integer(value.integer(), digits));
    case Kind::floating:
      out = format_double(value.floating(), digits);
      return out.find_first_of(".e") == std::string::npos ? out.append(".0") : out;
    case Kind::boolean:
      return value.word != 0 ? "true" : "false";
    case Kind::text:
      EXPECT_EQ(value.text().data()[value.size], '\0');
      append_json_string(out, value.text());
      return out;
    case Kind::json:
      return std::string("json ").append(value.text());
    default:
      break;
  }
  for (std::uint32_t i = 0; i < value.size; ++i) {
    out += out.empty() ? '[' : ',';
    if (value.kind == Kind::text_array)
      append_json_string(out, value.pointer<TextRef>()[i].view());
    else
      out += shown({value.pointer<std::uint64_t>()[i], 0,
                    value.kind == Kind::float_array ? Kind::floating : Kind::integer});
  }
  return out.append("]");
}

inline std::vector<FieldId> ids(std::initializer_list<const char*> names,
                                Schema schema = Schema::kuma) {
  std::vector<FieldId> fields;
  for (const char* name : names)
    fields.push_back(schema == Schema::kuma ? field_id(name) : open_field_id(name));
  return fields;
}

inline Settings rule_by(std::initializer_list<const char*> identical,
                        Schema schema = Schema::kuma) {
  Settings settings;
  settings.name = std::string("r");
  settings.schema = schema;
  settings.identical = ids(identical, schema);
  return settings;
}

class OneBucket {
 public:
  explicit OneBucket(Settings settings)
      : rule_(std::make_shared<const Rule>(std::move(settings), 0)), plan_(rule_, slots_) {}
  ~OneBucket() {
    if (bucket_ != BlockArena::null) close_and_forget();
    EXPECT_EQ(lists_.used(), 0U);
  }

  // Only `admitted` has changed anything.
  Admission feed(const Event& event, std::int64_t time = 0) {
    std::vector<Value> row(slots_.size());
    for (const auto& [name, value] : event) {
      FieldId id = 0;
      if (!find_field(name, id)) continue;
      if (const Slot slot = slots_.find(id); slot != SlotMap::none) row[slot] = value;
    }
    keys_.clear();
    const KeyBuffer::Key key = keys_.add(plan_, row.data());
    if (bucket_ == BlockArena::null) open({key.bytes, key.size});
    const std::string_view combination(key.bytes + key.size, key.combination_size);
    if (rule_->dedups()) {
      const Admission admission = admit(bucket(), plan_, combination, lists_, shortfalls);
      if (admission != Admission::admitted) return admission;
    }
    const std::size_t room = list_room(plan_, row.data());
    lists_.reserve(room);
    prefetch_lists(bucket(), plan_, row.data(), lists_);
    const std::size_t before = lists_.used(), bytes = lists_.bytes();
    accumulate(bucket(), plan_, row.data(), time, combination, lists_, shortfalls);
    EXPECT_LE(lists_.used(), before + room);
    EXPECT_EQ(lists_.bytes(), bytes);
    return Admission::admitted;
  }

  // The aggregated event so far; the bucket goes on.
  Members members(Reason reason = Reason::flush) {
    Bump memory;
    Members all;
    for (const weir_field& field :
         make_event(bucket(), *rule_, reason, 7, "instance", lists_, memory))
      all.emplace_back(field_name(field.id), shown(value_of(field)));
    return all;
  }
  std::string member(std::string_view name) {
    for (const auto& [key, value] : members())
      if (key == name) return value;
    return "absent";
  }
  std::size_t list_bytes() const { return lists_.used(); }
  const Rule& rule() const { return *rule_; }
  void close_and_forget() {
    clear_lists(bucket(), *rule_, lists_);
    buckets_.give(std::exchange(bucket_, BlockArena::null), size_);
  }

  Shortfalls shortfalls;

 private:
  Bucket& bucket() { return *buckets_.as<Bucket>(bucket_); }
  void open(std::string_view key) {
    size_ = rule_->key_offset() + key.size();
    buckets_.reserve(BlockArena::rounded(size_));
    bucket_ = buckets_.take(size_);
    std::memset(static_cast<void*>(&bucket()), 0, rule_->key_offset());
    bucket().key_size = static_cast<std::uint32_t>(key.size());
    bucket().start = std::numeric_limits<std::int64_t>::max();
    bucket().end = std::numeric_limits<std::int64_t>::min();
    std::memcpy(bucket().at<char>(rule_->key_offset()), key.data(), key.size());
  }

  SlotMap slots_;  // of KUMA's schema: types are of no account here
  std::shared_ptr<const Rule> rule_;
  Plan plan_;
  KeyBuffer keys_;  // of the event that is being fed
  BlockArena buckets_, lists_;
  BlockArena::Ref bucket_ = BlockArena::null;
  std::size_t size_ = 0;
};

}  // namespace weir::aggregate
