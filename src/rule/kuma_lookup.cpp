// The operands of KUMA's JSON that are looked up: by the id of a resource, and with a key made of
// event fields.

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "base/text.h"
#include "rule/kuma_operand.h"
#include "rule/settings_map.h"

namespace weir::rule {

namespace {

std::string with_article(lookup::Kind kind) {
  return fmt::format("{} {}", kind == lookup::Kind::active_list ? "an" : "a", kind_name(kind));
}

}  // namespace

// What is known of the lookup, or null.
const lookup::NamedTable* KumaOperands::table_of(const filter::Lookup& lookup) const {
  if (reading_.tables == nullptr) return nullptr;
  const lookup::NamedTable* table = reading_.tables->find(lookup.kind, lookup.name);
  return table == nullptr || !table->good ? nullptr : table;
}

filter::Lookup KumaOperands::entry(lookup::Kind kind) { return lookup("left", kind, false); }

filter::Lookup KumaOperands::lookup(std::string_view side, lookup::Kind kind, bool column) {
  filter::Lookup out;
  out.kind = kind;
  out.name = text(side, "ID");
  if (out.name.empty() && good_)
    error(place(side), fmt::format("{}ID is empty; it names {}", side, with_article(kind)));
  if (column) {
    out.column = text(side, "Field");
    if (out.column.empty() && good_)
      error(place(side), fmt::format("{}Field is empty; it names what is wanted of {}", side,
                                     with_article(kind)));
  }
  read_keys(side, out);
  if (column) read_index(side, out);
  if (good_ && reading_.lookup) {
    const Node* map = find(side, "KeyMap");
    const bool given = !is_absent(map) && map->kind == Node::Kind::map && map->pairs() > 0;
    reading_.lookup(out, {find(side, "ID")->offset, given ? map : nullptr});
  }
  return out;
}

void KumaOperands::read_keys(std::string_view side, filter::Lookup& lookup) {
  const Node* map = find(side, "KeyMap");
  if (!is_absent(map) && (map->kind != Node::Kind::map || map->pairs() > 0)) {
    read_key_map(*map, lookup);
    return;
  }
  const Node* keys = find(side, "Keys");
  if (is_empty_list(keys)) {
    error(keys == nullptr ? node_.offset : keys->offset,
          fmt::format("{}Keys is empty; list the event fields that make the key", side));
    return;
  }
  if (keys->kind != Node::Kind::sequence) {
    if (keys->kind != Node::Kind::broken)
      error(keys->offset, fmt::format("{}Keys must be a list, not {}", side, describe(*keys)));
    good_ = false;
    return;
  }
  for (const Node& key : keys->children) {
    if (findings_.full()) return;
    lookup.keys.push_back(field(&key, fmt::format("an item of {}Keys", side)));
  }
}

// In the order in which the table has its keys, if anything is known of the table.
void KumaOperands::read_key_map(const Node& map, filter::Lookup& lookup) {
  if (map.kind != Node::Kind::map) {
    if (map.kind != Node::Kind::broken)
      error(map.offset,
            fmt::format("a map of keys to event fields must stand here, not {}", describe(map)));
    good_ = false;
    return;
  }
  const lookup::NamedTable* table = table_of(lookup);
  if (table == nullptr) {
    for (std::size_t i = 0; i < map.pairs() && !findings_.full(); ++i)
      lookup.keys.push_back(field(&map.value(i), map.key(i).text));
    return;
  }
  const std::vector<lookup::Column>& keys = table->rows->shape().keys;
  for (std::size_t i = 0; i < map.pairs() && !findings_.full(); ++i) {
    const std::string& name = map.key(i).text;
    if (std::any_of(keys.begin(), keys.end(),
                    [&](const lookup::Column& key) { return key.name == name; }))
      continue;
    std::vector<std::string_view> names;
    for (const lookup::Column& key : keys) names.push_back(key.name);
    error(map.key(i).offset,
          fmt::format("the context table has no key {}{}", quote(name), suggest(name, names)));
  }
  for (const lookup::Column& key : keys) {
    const Node* value = find_value(map, key.name);
    if (value != nullptr)
      lookup.keys.push_back(field(value, key.name));
    else
      error(map.offset, fmt::format("the key {} of the context table is missing; name the event "
                                    "field that holds it",
                                    quote(key.name)));
  }
}

// KUMA writes 0 whether the column holds a list or not.
void KumaOperands::read_index(std::string_view side, filter::Lookup& lookup) {
  const Node* node = find(side, "ListItemIdx");
  std::int64_t index = 0;
  if (!is_absent(node)) {
    const auto number = node->kind == Node::Kind::scalar ? parse_integer(node->text) : std::nullopt;
    if (!number || *number < 0 || *number > std::numeric_limits<std::int32_t>::max()) {
      error(node->offset, fmt::format("{}ListItemIdx must be a whole number from 0 on, not {}",
                                      side, describe(*node)));
      return;
    }
    index = *number;
  }
  if (lookup.kind != lookup::Kind::context_table) return;
  const lookup::NamedTable* table = table_of(lookup);
  bool is_list = index > 0;
  if (table != nullptr && index == 0) {
    const std::size_t column = table->rows->column(lookup.column);
    is_list =
        column != lookup::Table::no_column && is_array(table->rows->shape().columns[column].type);
  }
  if (is_list) lookup.index = static_cast<std::uint32_t>(index);
}

}  // namespace weir::rule
