#include "event/key_tree.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <utility>

#include "base/ascii.h"
#include "base/error.h"

namespace weir {

namespace {

std::string dotted(const KeyPath& path) {
  std::string text;
  for (const std::string& key : path) text.append(text.empty() ? "" : ".").append(key);
  return text;
}

// Decimal, as an element's key is written.
bool is_index(std::string_view key) noexcept {
  return !key.empty() && std::all_of(key.begin(), key.end(), is_digit) &&
         (key.size() == 1 || key[0] != '0');
}

KeyPath split(std::string_view dotted) {
  KeyPath path(1);
  for (const char c : dotted) {
    if (c == '.')
      path.emplace_back();
    else
      path.back() += c;
  }
  return path;
}

}  // namespace

std::string_view key_of_extra(std::string_view member) noexcept {
  const bool flat = member.starts_with(extra_prefix) && member.size() > extra_prefix.size();
  return flat ? member.substr(extra_prefix.size()) : member;
}

// Gives each key of a map its slot or its place, and each field its derivation.
class KeyTree::Builder {
 public:
  Builder(KeyTree& tree, const SlotMap& slots, const FieldMap& map)
      : tree_(tree), slots_(slots), map_(map), width_(slots.size()) {}

  void build() {
    for (const MappedField& field : map_.fields) collect_uses(field);
    for (const MappedField& field : map_.fields) take_directly(field);
    add_names();
    if (map_.keep) add_kept();
    // A key that has dots of its own goes before a path.
    for (const auto& [path, use] : uses_)
      if (path.size() > 1) set(tree_.objects_[top].at(dotted(path)), use.slot, use.type);
    for (const auto& [path, use] : uses_) set(tree_.key_at(path), use.slot, use.type);
    for (const MappedField& field : map_.fields) derive(field);
    tree_.width_ = width_;
  }

 private:
  // What all the fields want that one key leads to.
  struct Use {
    std::size_t count = 0;
    FieldType type = FieldType::any;
    Slot slot = SlotMap::none;
  };

  static bool is_plain(const MappedSource& source) noexcept {
    return source.values == nullptr && source.time == nullptr;
  }

  Slot new_place() {
    if (width_ == SlotMap::none)
      throw Failure(Status::limit, "the map has more than 65535 keys; leave some out");
    return static_cast<Slot>(width_++);
  }

  void use(const KeyPath& path, FieldType type) {
    Use& use = uses_[path];
    use.type = use.count == 0 || use.type == type ? type : FieldType::any;
    ++use.count;
  }

  void collect_uses(const MappedField& field) {
    const Slot slot = slots_.find(field.field);
    for (const MappedSource& source : field.sources) {
      // A key of a field that nobody wants is taken all the same: it is the name of no other then.
      uses_.try_emplace(source.key);
      if (slot == SlotMap::none) continue;
      use(source.key, is_plain(source) ? slots_.type(slot) : FieldType::any);
      if (!source.zone.empty()) use(source.zone, FieldType::text);
      if (!source.pattern.empty()) use(source.pattern, FieldType::text);
    }
  }

  // The key that alone fills a field goes to its slot, every other one to a place.
  void take_directly(const MappedField& field) {
    const Slot slot = slots_.find(field.field);
    if (slot == SlotMap::none) return;
    if (field.sources.size() == 1 && is_plain(field.sources.front()))
      if (Use& use = uses_[field.sources.front().key]; use.count == 1) use.slot = slot;
  }

  // Where the value of a key goes; where the key leads besides stays.
  static void set(Key& key, Slot slot, FieldType type) noexcept {
    key.slot = slot;
    key.type = type;
  }

  Slot place_of(const KeyPath& path) {
    if (path.empty()) return SlotMap::none;
    Use& use = uses_[path];
    if (use.slot == SlotMap::none) use.slot = new_place();
    return use.slot;
  }

  // The fields' own names. That of a mapped field counts when no source has given it a value.
  void add_names() {
    for (const MappedField& field : map_.fields) {
      const Slot slot = slots_.find(field.field);
      if (slot == SlotMap::none) continue;
      for (const MappedSource& source : field.sources) {
        place_of(source.key);
        place_of(source.zone);
        place_of(source.pattern);
      }
      if (!field.sources.empty()) own_[slot] = new_place();
    }
    for (std::size_t i = 0; i < slots_.size(); ++i) {
      const auto slot = static_cast<Slot>(i);
      // A name of an open schema is none of KUMA's.
      if (slots_.schema() == Schema::kuma && slots_.type(slot) == FieldType::any) continue;
      const auto own = own_.find(slot);
      const Slot to = own == own_.end() ? slot : own->second;
      const FieldType type = slots_.type(slot);
      const std::string_view name = field_name(slots_.field(slot));
      set(tree_.objects_[top].at(name), to, type);
      if (name.starts_with(extra_prefix))
        set(tree_.objects_[extra].at(name.substr(extra_prefix.size())), to, type);
    }
  }

  // Members of Extra that come from keys which nothing else is made of.
  void add_kept() {
    for (std::size_t i = 0; i < slots_.size(); ++i) {
      const auto slot = static_cast<Slot>(i);
      const std::string_view name = field_name(slots_.field(slot));
      if (!name.starts_with(extra_prefix) || own_.contains(slot)) continue;
      const KeyPath path = split(name.substr(extra_prefix.size()));
      const Key taken = tree_.find(top, name.substr(extra_prefix.size()));
      if (taken.wanted() || taken.inside != nowhere || uses_.contains(path)) continue;
      uses_[path] = {1, slots_.type(slot), slot};
    }
  }

  void derive(const MappedField& field) {
    const Slot slot = slots_.find(field.field);
    if (slot == SlotMap::none) return;
    std::vector<Derivations::From> from;
    for (const MappedSource& source : field.sources)
      if (const Slot place = place_of(source.key); place != slot)
        from.push_back({place, source.values.get(), source.time.get(), place_of(source.zone),
                        place_of(source.pattern)});
    if (const auto own = own_.find(slot); own != own_.end())
      from.push_back({own->second, nullptr, nullptr, SlotMap::none, SlotMap::none});
    const Constant* const constant = field.constant ? &*field.constant : nullptr;
    tree_.derivations_.add(slot, slots_.type(slot), std::move(from), constant);
  }

  KeyTree& tree_;
  const SlotMap& slots_;
  const FieldMap& map_;
  std::size_t width_;
  std::map<KeyPath, Use> uses_;
  std::map<Slot, Slot> own_;  // by slot of a mapped field: the place for its own name
};

KeyTree::KeyTree(const SlotMap& slots, std::shared_ptr<const FieldMap> map) : map_(std::move(map)) {
  static std::atomic<std::uint64_t> last = 0;
  serial_ = last.fetch_add(1, std::memory_order_relaxed) + 1;
  objects_.resize(1);
  enter(top, "Extra");
  Builder(*this, slots, map_ != nullptr ? *map_ : FieldMap{}).build();
  // Objects follow those that they lie in.
  for (Node object = static_cast<Node>(objects_.size()); object-- > 0;)
    collect_slots(objects_[object]);
}

std::size_t KeyTree::Object::place(std::string_view name) const noexcept {
  const std::size_t mask = table.size() - 1;
  std::size_t at = XXH3_64bits(name.data(), name.size()) & mask;
  while (table[at] != 0 && entries[table[at] - 1].name != name) at = (at + 1) & mask;
  return at;
}

KeyTree::Key& KeyTree::Object::at(std::string_view name) {
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

KeyTree::Node KeyTree::enter(Node object, std::string_view key) {
  Key& entered = objects_[object].at(key);
  if (entered.inside != nowhere) return entered.inside;
  entered.inside = static_cast<Node>(objects_.size());
  objects_.emplace_back();
  return static_cast<Node>(objects_.size() - 1);
}

KeyTree::Key& KeyTree::key_at(const KeyPath& path) {
  Node object = top;
  for (std::size_t i = 0; i + 1 < path.size(); ++i) object = enter(object, path[i]);
  return objects_[object].at(path.back());
}

// REQUIRES: the objects inside this one have theirs.
void KeyTree::collect_slots(Object& object) const {
  for (const auto& [name, key] : object.entries) {
    object.indexed |= is_index(name);
    if (key.wanted()) object.slots.push_back(key.slot);
    if (key.inside == nowhere) continue;
    const std::vector<Slot>& inner = objects_[key.inside].slots;
    object.slots.insert(object.slots.end(), inner.begin(), inner.end());
  }
}

KeyTree::Key KeyTree::find(Node object, std::string_view key) const noexcept {
  const Object& in = objects_[object];
  const std::uint32_t found = in.table[in.place(key)];
  return found == 0 ? Key{} : in.entries[found - 1].key;
}

}  // namespace weir
