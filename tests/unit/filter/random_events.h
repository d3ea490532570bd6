// Random events, and the lookups and threat intelligence that go with them.
#pragma once

#include <array>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "world.h"

namespace weir::filter {

// open.*: of an open schema, with values of any kind.
inline constexpr std::array<std::string_view, 14> field_names{
    "Name", "Message", "SourceAddress", "S.имя", "DestinationPort", "N.n",    "F.f",
    "F.g",  "SA.t",    "NA.n",          "FA.f",  "open.a",          "open.b", "open.c"};
inline constexpr std::array<std::string_view, 18> texts{"a",
                                                        "A",
                                                        "ab",
                                                        "BA",
                                                        "xЖя",
                                                        "ЖяX",
                                                        "k",
                                                        "\xE2\x84\xAA",
                                                        "ⱥ",
                                                        "Ⱥb",
                                                        "7",
                                                        "-3",
                                                        "2.5",
                                                        "10.0.0.1",
                                                        "10.1.2.3",
                                                        "::ffff:10.0.0.1",
                                                        "9007199254740993",
                                                        "2001:db8::7"};
inline constexpr std::array<std::int64_t, 8> integers{
    0, 1, 2, 7, -3, 9'007'199'254'740'993, 9'007'199'254'740'992, std::int64_t{1} << 62};
inline constexpr std::array<double, 7> doubles{0, 1, 7, 2.5, -3, 9007199254740992.0, 1e19};
inline constexpr std::array<std::string_view, 7> subnets{
    "10.0.0.0/8", "10.0.0.1", "0.0.0.0/0", "::/0", "2001:db8::/32", "::ffff:10.0.0.0/112", "::/8"};
inline constexpr Duration ttl{10 * nanos_a_second};
inline constexpr std::array<std::string_view, 5> paths{"a", "a/b", "a/b/c/d", "b/a", "abc"};
inline constexpr std::array<std::string_view, 3> cves{"CVE-2021-1", "cve-2021-2", "CVE-2022-3"};
inline const std::array<lookup::Column, 6> context_columns{{{"n", FieldType::number},
                                                            {"f", FieldType::floating},
                                                            {"s", FieldType::text},
                                                            {"ns", FieldType::number_array},
                                                            {"fs", FieldType::float_array},
                                                            {"ss", FieldType::text_array}}};
inline constexpr std::array<std::string_view, 6> patterns{"^a", "b$", "a|7", "x.*", "k", "ж"};

class RandomEvents {
 public:
  explicit RandomEvents(std::uint32_t seed) : engine_(seed) {}

  std::size_t below(std::size_t n) { return engine_() % n; }
  bool one_in(std::size_t n) { return below(n) == 0; }
  template <class Array>
  auto pick(const Array& array) {
    return array[below(array.size())];
  }

  Event event() {
    Event made;
    for (const std::string_view name : field_names) {
      if (!one_in(5)) set(made, name);
    }
    return made;
  }

  // Lookups of every kind, whose keys are texts that events have. No entry ends before the last has
  // come: which of those a table lets go is its own affair.
  World world() {
    World made;
    add(made, lookup::fixed_shape(lookup::Kind::dictionary), "d", 1);
    add(made, {lookup::Kind::table, text_columns("k", 1), text_columns("ab", 2), {}}, "t", 1);
    add(made, {lookup::Kind::active_list, text_columns("kl", 2), text_columns("v", 1), ttl}, "l",
        2);
    add(made,
        {lookup::Kind::context_table, text_columns("k", 1),
         std::vector<lookup::Column>(context_columns.begin(), context_columns.end()), ttl},
        "c", 1);
    add(made, lookup::fixed_shape(lookup::Kind::assets), "", 1);
    add(made, lookup::fixed_shape(lookup::Kind::directory), "", 1);
    return made;
  }

  // The clock moves on, and the event carries what is known of its values.
  void next(World& world, Event& event) {
    world.clock = {
        {static_cast<std::int64_t>(below(30)) * nanos_a_second}, {2 * nanos_a_second}, !one_in(10)};
    world.intelligence.clear();
    for (std::size_t n = below(5); n > 0; --n) {
      IntelligenceEntry entry;
      entry.category = one_in(2) ? "bot\nnet" : "phish\"ing";
      entry.indicator = pick(texts);
      if (one_in(3)) entry.field = pick(std::array{"Name", "DestinationPort", "S.имя"});
      for (std::size_t i = below(4); i > 0; --i)
        entry.context.emplace_back(one_in(2) ? "k\\ey" : "other", one_in(6) ? "" : pick(texts));
      world.intelligence.push_back(std::move(entry));
    }
    const std::string& json = event.texts.emplace_back(world.intelligence_json());
    if (!world.intelligence.empty() || one_in(2)) event.put("TI", Value::json(json));
  }

 private:
  static std::vector<lookup::Column> text_columns(std::string_view names, std::size_t count) {
    std::vector<lookup::Column> columns;
    for (std::size_t i = 0; i < count; ++i)
      columns.push_back({std::string(names.substr(i, 1)), FieldType::text});
    return columns;
  }

  void add(World& world, lookup::Shape shape, const std::string& name, std::size_t keys) {
    PlainTable& table = world.tables.emplace_back();
    table.name = name;
    table.shape = std::move(shape);
    for (std::size_t n = keys == 1 ? 16 : 150; n > 0; --n) {
      std::string key(pick(texts));
      if (one_in(3)) key = std::to_string(pick(integers));
      if (keys == 2) key = (one_in(5) ? "" : key) + "|" + std::string(one_in(5) ? "" : pick(texts));
      Row& row = table.rows[key];
      row.cells = {};
      row.came = {{static_cast<std::int64_t>(below(10)) * nanos_a_second},
                  {2 * nanos_a_second},
                  !one_in(4)};
      for (const lookup::Column& column : table.shape.columns) set_cell(row.cells, column);
    }
  }

  void set_cell(Event& cells, const lookup::Column& column) {
    const std::string name = "cell." + column.name;
    const auto some = [&](const auto& from) {
      std::vector<std::string> chosen;
      for (const std::string_view text : from)
        if (one_in(3)) chosen.emplace_back(text);
      if (!chosen.empty()) cells.set(name, chosen);
      return chosen.size();
    };
    if (column.name == "categories" || column.name == "groups")
      some(paths);
    else if (column.name == "vulnerabilities")
      severities_ = some(cves);
    else if (column.name == "severities" && severities_ == 0)
      return;
    else if (column.name == "severities")
      cells.set(name, std::vector<std::int64_t>(severities_, static_cast<std::int64_t>(below(4))));
    else if (!one_in(6))
      set(cells, name, column.type);
  }

  void set(Event& made, std::string_view name) { set(made, name, field_type(open_field_id(name))); }

  void set(Event& made, std::string_view name, FieldType type) {
    std::vector<std::int64_t> whole{pick(integers), pick(integers)};
    std::vector<double> broken{pick(doubles), pick(doubles)};
    switch (type) {
      case FieldType::any:
        if (one_in(3))
          made.set(name, pick(integers));
        else if (one_in(3))
          made.set(name, pick(doubles));
        else if (one_in(8))
          made.set(name, one_in(2));
        else
          made.set(name, pick(texts));
        break;
      case FieldType::number:
        made.set(name, pick(integers));
        break;
      case FieldType::floating:
        made.set(name, pick(doubles));
        break;
      case FieldType::number_array:
        made.set(name, whole);
        break;
      case FieldType::float_array:
        made.set(name, broken);
        break;
      case FieldType::text_array:
        made.set(name,
                 std::vector<std::string>{std::string(pick(texts)), std::string(pick(texts))});
        break;
      default:
        made.set(name, pick(texts));
        break;
    }
  }

  std::mt19937 engine_;
  std::size_t severities_ = 0;  // of the asset that is being made
};

}  // namespace weir::filter
