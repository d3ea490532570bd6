#include "event/json_keys.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <atomic>

namespace weir {

namespace {

constexpr std::string_view extra_prefix = "Extra.";

std::string dotted(const KeyPath& path) {
  std::string text;
  for (const std::string& key : path) text.append(text.empty() ? "" : ".").append(key);
  return text;
}

}  // namespace

JsonKeys::JsonKeys(const SlotMap& slots, const FieldMap& map) : width_(slots.size()) {
  static std::atomic<std::uint64_t> last = 0;
  serial_ = last.fetch_add(1, std::memory_order_relaxed) + 1;
  objects_.resize(1);
  enter(top, "Extra");
  for (std::size_t i = 0; i < slots.size(); ++i) {
    const FieldId field = slots.field(static_cast<Slot>(i));
    const std::string_view name = field_name(field);
    fill(objects_[top].at(name), field, slots);
    if (name.starts_with(extra_prefix))
      fill(objects_[extra].at(name.substr(extra_prefix.size())), field, slots);
  }
  // A key that has dots of its own goes before a path.
  for (const MappedField& mapped : map.fields)
    for (const MappedSource& source : mapped.sources)
      if (source.key.size() > 1) fill(objects_[top].at(dotted(source.key)), mapped.field, slots);
  for (const MappedField& mapped : map.fields)
    for (const MappedSource& source : mapped.sources) add(source.key, mapped.field, slots);
  // Objects follow those that they lie in.
  for (Node object = static_cast<Node>(objects_.size()); object-- > 0;)
    collect_slots(objects_[object]);
}

std::size_t JsonKeys::Object::place(std::string_view name) const noexcept {
  const std::size_t mask = table.size() - 1;
  std::size_t at = XXH3_64bits(name.data(), name.size()) & mask;
  while (table[at] != 0 && entries[table[at] - 1].name != name) at = (at + 1) & mask;
  return at;
}

JsonKeys::Key& JsonKeys::Object::at(std::string_view name) {
  if (const std::size_t found = place(name); table[found] != 0)
    return entries[table[found] - 1].key;
  entries.push_back({std::string(name), {}});
  if (entries.size() * 2 > table.size()) {
    table.assign(table.size() * 2, 0);
    for (std::uint32_t i = 0; i + 1 < entries.size(); ++i) table[place(entries[i].name)] = i + 1;
  }
  table[place(name)] = static_cast<std::uint32_t>(entries.size());
  return entries.back().key;
}

JsonKeys::Node JsonKeys::enter(Node object, std::string_view key) {
  Key& entered = objects_[object].at(key);
  if (entered.inside != nowhere) return entered.inside;
  entered.inside = static_cast<Node>(objects_.size());
  objects_.emplace_back();
  return static_cast<Node>(objects_.size() - 1);
}

// A field that nobody wants takes its key all the same, which is the name of no other then.
void JsonKeys::fill(Key& key, FieldId field, const SlotMap& slots) {
  key.slot = slots.find(field);
  if (key.wanted()) key.type = slots.type(key.slot);
}

void JsonKeys::add(const KeyPath& path, FieldId field, const SlotMap& slots) {
  Node object = top;
  for (std::size_t i = 0; i + 1 < path.size(); ++i) object = enter(object, path[i]);
  fill(objects_[object].at(path.back()), field, slots);
}

// REQUIRES: the objects inside this one have theirs.
void JsonKeys::collect_slots(Object& object) const {
  for (const auto& [name, key] : object.entries) {
    if (key.wanted()) object.slots.push_back(key.slot);
    if (key.inside == nowhere) continue;
    const std::vector<Slot>& inner = objects_[key.inside].slots;
    object.slots.insert(object.slots.end(), inner.begin(), inner.end());
  }
}

JsonKeys::Key JsonKeys::find(Node object, std::string_view key) const noexcept {
  const Object& in = objects_[object];
  const std::uint32_t found = in.table[in.place(key)];
  return found == 0 ? Key{} : in.entries[found - 1].key;
}

}  // namespace weir
