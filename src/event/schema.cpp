#include "event/schema.h"

#include <fmt/format.h>

#include <array>
#include <atomic>
#include <deque>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "base/seeded_hash.h"
#include "base/text.h"

namespace weir {

namespace {

constexpr std::uint32_t max_ids = 65'536;  // WEIR_MAX_FIELD_IDS

struct Entry {
  std::string name;
  FieldType type;
  std::string member;
};

std::string member_of(std::string_view name) {
  std::string text;
  append_json_string(text,
                     name.starts_with(extra_prefix) ? name.substr(extra_prefix.size()) : name);
  return text += ':';
}

// The only global state of the library. Entries never move or go, so that a reader by id needs no
// lock: it follows one pointer.
class FieldTable {
 public:
  FieldTable() {
    for (const StandardField& field : standard_fields()) add(std::string(field.name), field.type);
  }

  bool find(std::string_view name, FieldId& id) {
    const std::shared_lock lock(mutex_);
    const auto found = by_name_.find(name);
    if (found == by_name_.end()) return false;
    id = found->second;
    return true;
  }

  FieldId find_or_add(std::string_view name, FieldType type) {
    const std::unique_lock lock(mutex_);
    if (const auto found = by_name_.find(name); found != by_name_.end()) return found->second;
    if (entries_.size() == max_ids)
      throw Failure(Status::limit,
                    fmt::format("no id is left for field '{}': a process has at most "
                                "{} field names",
                                name, max_ids));
    return add(std::string(name), type);
  }

  std::uint32_t count() const noexcept { return count_.load(std::memory_order_acquire); }
  const Entry& operator[](FieldId id) const noexcept {
    return *by_id_[id].load(std::memory_order_acquire);
  }

 private:
  FieldId add(std::string name, FieldType type) {
    const auto id = static_cast<FieldId>(entries_.size());
    std::string member = member_of(name);
    const Entry& entry = entries_.emplace_back(Entry{std::move(name), type, std::move(member)});
    try {
      by_name_.emplace(entry.name, id);
    } catch (...) {
      entries_.pop_back();
      throw;
    }
    by_id_[id].store(&entry, std::memory_order_release);
    count_.store(id + 1, std::memory_order_release);
    return id;
  }

  std::shared_mutex mutex_;
  std::deque<Entry> entries_;
  std::unordered_map<std::string_view, FieldId, SeededHash> by_name_;
  std::array<std::atomic<const Entry*>, max_ids> by_id_{};
  std::atomic<std::uint32_t> count_ = 0;
};

FieldTable& field_table() {
  // Never destroyed: its texts are promised for the life of the process.
  static FieldTable* const instance = new FieldTable;
  return *instance;
}

constexpr std::size_t max_extended_name = 255;

// Letters and digits, Latin or Cyrillic; KUMA bars spaces and punctuation. '_' is let through
// because exported filters hold it.
bool is_extended_name(std::string_view name) noexcept {
  if (name.empty() || name.size() > max_extended_name) return false;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const auto c = static_cast<unsigned char>(name[i]);
    if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_')
      continue;
    // U+0400 … U+04FF, two bytes: D0..D3 and a tail.
    if (c < 0xD0 || c > 0xD3 || i + 1 == name.size()) return false;
    if ((static_cast<unsigned char>(name[++i]) & 0xC0) != 0x80) return false;
  }
  return true;
}

std::optional<FieldType> extended_type(std::string_view name) noexcept {
  constexpr std::pair<std::string_view, FieldType> prefixes[] = {
      {"S.", FieldType::text},          {"N.", FieldType::number},
      {"F.", FieldType::floating},      {"SA.", FieldType::text_array},
      {"NA.", FieldType::number_array}, {"FA.", FieldType::float_array},
  };
  for (const auto& [prefix, type] : prefixes)
    if (name.starts_with(prefix) && is_extended_name(name.substr(prefix.size()))) return type;
  if (name.starts_with(extra_prefix) && name.size() > extra_prefix.size()) return FieldType::text;
  return std::nullopt;
}

[[noreturn]] void throw_unknown(std::string_view name) {
  std::vector<std::string_view> names;
  for (const StandardField& field : standard_fields()) names.push_back(field.name);
  std::string hint = did_you_mean(name, names);
  if (hint.empty())
    hint =
        "; use a field of `weir fields`, or S., N., F., SA., NA., FA. and a name of letters and "
        "digits, or Extra. and a key";
  throw Failure(Status::not_found, fmt::format("unknown field '{}'{}", name, hint));
}

}  // namespace

FieldId field_id(std::string_view name) {
  FieldId id = 0;
  const bool known = field_table().find(name, id);
  if (known && field_table()[id].type != FieldType::any) return id;
  const auto type = extended_type(name);
  if (!type) throw_unknown(name);
  return field_table().find_or_add(name, *type);
}

void check_field_name(std::string_view name) {
  FieldId id = 0;
  const bool known = field_table().find(name, id) && field_table()[id].type != FieldType::any;
  if (!known && !extended_type(name)) throw_unknown(name);
}

FieldId open_field_id(std::string_view name) {
  FieldId id = 0;
  if (field_table().find(name, id)) return id;
  return field_table().find_or_add(name, extended_type(name).value_or(FieldType::any));
}

bool find_field(std::string_view name, FieldId& id) noexcept {
  return field_table().find(name, id);
}
std::uint32_t field_count() noexcept { return field_table().count(); }
std::string_view field_name(FieldId id) noexcept { return field_table()[id].name; }
FieldType field_type(FieldId id) noexcept { return field_table()[id].type; }
std::string_view field_member(FieldId id) noexcept { return field_table()[id].member; }
bool is_extra(FieldId id) noexcept { return field_name(id).starts_with(extra_prefix); }

std::string_view type_name(FieldType type) noexcept {
  switch (type) {
    case FieldType::text:
      return "string";
    case FieldType::number:
      return "number";
    case FieldType::floating:
      return "float";
    case FieldType::timestamp:
      return "timestamp";
    case FieldType::text_array:
      return "array of string";
    case FieldType::number_array:
      return "array of number";
    case FieldType::float_array:
      return "array of float";
    case FieldType::structured:
      return "structured";
    case FieldType::any:
      return "any";
  }
  return "";
}

}  // namespace weir
