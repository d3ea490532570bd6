#include "rule/lookup_entries.h"

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>

#include "lookup/row_builder.h"
#include "rule/lookup_columns.h"
#include "rule/settings_map.h"

namespace weir::rule {

namespace {

using lookup::Kind;
using lookup::Shape;
using lookup::Table;

constexpr std::size_t most_values = std::size_t{1} << 24;

bool is_list_kind(Kind kind) noexcept {
  return kind == Kind::assets || kind == Kind::context_table;
}

// What the entries are of each kind, for messages.
std::string_view form_of(Kind kind) noexcept {
  switch (kind) {
    case Kind::dictionary:
      return "a map of keys to texts";
    case Kind::directory:
      return "a map of accounts to lists of groups";
    case Kind::assets:
      return "a list of maps with address, name or id";
    case Kind::context_table:
      return "a list of maps of columns to values";
    default:
      return "a map of keys to maps of columns";
  }
}

class EntriesReader {
 public:
  EntriesReader(Table& table, Findings& findings)
      : table_(table), findings_(findings), builder_(table.shape()) {}

  void read(const Node& entries);

 private:
  Kind kind() const noexcept { return table_.shape().kind; }
  void read_keyed(const Node& key, const Node& value);
  void read_item(const Node& item);
  bool read_columns(const Node& map);
  bool read_column(const Node& name, const Node& value);
  bool read_value(std::size_t column, const Node& value);
  bool read_key_part(std::size_t part, const Node& value);
  bool read_vulnerabilities(const Node& list);
  std::string vulnerability(const Node& item);
  void put_asset(const Node& item);
  void put_once(const Node& place);
  void put(const Node& place);
  bool check(const Node& place, const std::string& problem);
  bool check_map(const Node& node, std::string_view what);
  std::size_t key_part(std::string_view name) const noexcept;
  void fail_unknown(const Node& name);

  Table& table_;
  Findings& findings_;
  bool full_ = false;
  lookup::RowBuilder builder_;
  std::vector<std::string_view> items_;       // of a list
  std::vector<std::string> vulnerabilities_;  // of an asset
  // Of list kinds: where an entry with the key stands.
  std::map<std::string, std::size_t, std::less<>> places_;
};

bool EntriesReader::check(const Node& place, const std::string& problem) {
  if (problem.empty()) return true;
  findings_.error(place, problem);
  return false;
}

bool EntriesReader::check_map(const Node& node, std::string_view what) {
  if (node.kind == Node::Kind::map) return true;
  if (node.kind != Node::Kind::broken)
    findings_.error(node, fmt::format("{} must be a map, not {}", what, describe(node)));
  return false;
}

void EntriesReader::read(const Node& entries) {
  if (entries.kind == Node::Kind::broken) return;
  const Node::Kind wanted = is_list_kind(kind()) ? Node::Kind::sequence : Node::Kind::map;
  if (entries.kind != wanted) {
    findings_.error(entries,
                    fmt::format("entries must be {}, not {}", form_of(kind()), describe(entries)));
    return;
  }
  if (wanted == Node::Kind::sequence) {
    for (const Node& item : entries.children) {
      if (findings_.full()) return;
      read_item(item);
    }
    return;
  }
  for (std::size_t i = 0; i < entries.pairs() && !findings_.full(); ++i) {
    const Node& key = entries.key(i);
    // Keys that are no text have been reported with the map.
    if (key.kind == Node::Kind::scalar && !key.is_null()) read_keyed(key, entries.value(i));
  }
}

void EntriesReader::read_keyed(const Node& key, const Node& value) {
  builder_.clear();
  const bool good = kind() == Kind::dictionary || kind() == Kind::directory
                        ? read_value(0, value)
                        : check_map(value, "an entry") && read_columns(value);
  if (!good || !check(key, builder_.finish(key.text))) return;
  put(key);
}

void EntriesReader::read_item(const Node& item) {
  if (!check_map(item, kind() == Kind::assets ? "an asset" : "an entry")) return;
  builder_.clear();
  if (!read_columns(item)) return;
  if (kind() == Kind::assets)
    put_asset(item);
  else if (check(item, builder_.finish()))
    put_once(item);
}

bool EntriesReader::read_columns(const Node& map) {
  bool good = true;
  for (std::size_t i = 0; i < map.pairs() && !findings_.full(); ++i) {
    const Node& name = map.key(i);
    if (name.kind == Node::Kind::scalar && !name.is_null())
      good = read_column(name, map.value(i)) && good;
  }
  return good;
}

bool EntriesReader::read_column(const Node& name, const Node& value) {
  if (kind() == Kind::assets) {
    if (name.text == "address" || name.text == "name" || name.text == "id") return true;
    if (name.text == "vulnerabilities") return read_vulnerabilities(value);
    if (name.text == "categories") return read_value(lookup::asset_column::categories, value);
    fail_unknown(name);
    return false;
  }
  if (kind() == Kind::context_table)
    if (const std::size_t part = key_part(name.text); part != Table::no_column)
      return read_key_part(part, value);
  const std::size_t column = table_.column(name.text);
  if (column != Table::no_column) return read_value(column, value);
  fail_unknown(name);
  return false;
}

std::size_t EntriesReader::key_part(std::string_view name) const noexcept {
  const auto& keys = table_.shape().keys;
  for (std::size_t i = 0; i < keys.size(); ++i)
    if (keys[i].name == name) return i;
  return Table::no_column;
}

void EntriesReader::fail_unknown(const Node& name) {
  std::vector<std::string_view> names;
  if (kind() == Kind::assets) {
    names = {"address", "name", "id", "categories", "vulnerabilities"};
  } else {
    if (kind() == Kind::context_table)
      for (const lookup::Column& key : table_.shape().keys) names.emplace_back(key.name);
    for (const lookup::Column& column : table_.shape().columns) names.emplace_back(column.name);
  }
  std::string hint = suggest(name.text, names);
  if (hint.empty() && names.size() <= 16)
    hint = fmt::format("; known are {}", fmt::join(names, ", "));
  findings_.error(name, fmt::format("unknown column {}{}", quote(name.text), hint));
}

bool EntriesReader::read_key_part(std::size_t part, const Node& value) {
  if (value.kind == Node::Kind::broken) return false;
  if (value.kind != Node::Kind::scalar) {
    findings_.error(value, fmt::format("a key must be one value, not {}", describe(value)));
    return false;
  }
  return check(value, builder_.set_key(part, value.text));
}

bool EntriesReader::read_value(std::size_t column, const Node& value) {
  if (value.kind == Node::Kind::scalar) return check(value, builder_.set(column, value.text));
  if (value.kind == Node::Kind::broken) return false;
  const bool list = is_array(table_.shape().columns[column].type);
  if (value.kind != Node::Kind::sequence || !list) {
    findings_.error(value, fmt::format("the value must be {}, not {}", list ? "a list" : "text",
                                       describe(value)));
    return false;
  }
  items_.clear();
  for (const Node& item : value.children) {
    if (item.kind == Node::Kind::broken) return false;
    if (item.kind != Node::Kind::scalar) {
      findings_.error(item, fmt::format("an item of a list must be text, not {}", describe(item)));
      return false;
    }
    items_.push_back(item.text);
  }
  return check(value, builder_.set_list(column, items_));
}

bool EntriesReader::read_vulnerabilities(const Node& list) {
  if (list.kind == Node::Kind::broken) return false;
  if (list.kind != Node::Kind::sequence) {
    findings_.error(list, fmt::format("vulnerabilities must be a list of {{cve, severity}}, not {}",
                                      describe(list)));
    return false;
  }
  vulnerabilities_.clear();
  for (const Node& item : list.children) {
    vulnerabilities_.push_back(vulnerability(item));
    if (vulnerabilities_.back().empty()) return false;
  }
  items_.assign(vulnerabilities_.begin(), vulnerabilities_.end());
  return check(list, builder_.set_vulnerabilities(items_));
}

// As CSV has it; empty if it cannot be read, which has been reported.
std::string EntriesReader::vulnerability(const Node& item) {
  constexpr std::array<Word, 2> keys{{{"cve"}, {"severity"}}};
  if (item.kind == Node::Kind::scalar && !item.is_null()) return item.text;
  if (!check_map(item, "a vulnerability")) return {};
  const SettingsMap map(item, keys, findings_);
  if (map.require("cve", "write its name, such as CVE-2021-44228") == nullptr) return {};
  const auto cve = map.text("cve", 1, max_name);
  const auto severity = map.find("severity") == nullptr ? std::optional<std::int64_t>(0)
                                                        : map.whole("severity", 0, INT32_MAX);
  return cve && severity ? fmt::format("{}:{}", *cve, *severity) : "";
}

void EntriesReader::put_asset(const Node& item) {
  bool given = false;
  for (const std::string_view name : {"address", "name", "id"}) {
    const Node* const key = find_value(item, name);
    if (key == nullptr || key->is_null() || key->kind == Node::Kind::broken) continue;
    given = true;
    if (!read_key_part(0, *key) || !check(*key, builder_.finish())) return;
    put_once(item);
  }
  if (!given)
    findings_.error(item, "the asset has no address, no name and no id; give it one of them");
}

void EntriesReader::put_once(const Node& place) {
  const auto [first, added] = places_.emplace(builder_.key(), place.offset);
  if (!added && first->second != place.offset) {
    findings_.error(place, fmt::format("two entries have the key {}, the first on line {}; remove "
                                       "one",
                                       quote(builder_.key()), findings_.line(first->second)));
    return;
  }
  put(place);
}

// An entry may leave columns out, and takes their memory all the same.
void EntriesReader::put(const Node& place) {
  if (full_) return;
  table_.put(builder_.key(), builder_.values(), {});
  full_ = table_.size() * builder_.values().size() > most_values;
  if (full_)
    findings_.error(place, fmt::format("the entries up to here have more than {} values, absent "
                                       "ones included; leave columns out, or write a 'file'",
                                       most_values));
}

}  // namespace

void add_columns(const Node& entries, Shape& shape) {
  std::set<std::string_view> known;
  for (const lookup::Column& key : shape.keys) known.insert(key.name);
  const bool list = shape.kind == Kind::context_table;
  for (std::size_t i = list ? 0 : 1; i < entries.children.size(); i += list ? 1 : 2) {
    const Node& entry = entries.children[i];
    for (std::size_t k = 0; entry.kind == Node::Kind::map && k < entry.pairs(); ++k) {
      const Node& name = entry.key(k);
      if (name.kind == Node::Kind::scalar && !name.is_null() &&
          shape.columns.size() < most_columns && known.insert(name.text).second)
        shape.columns.push_back({name.text});
    }
  }
}

Table read_entries(const Node& entries, Shape shape, Findings& findings) {
  Table table(std::move(shape));
  EntriesReader(table, findings).read(entries);
  return table;
}

}  // namespace weir::rule
