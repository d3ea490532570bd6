// Random trees on random events: the compiled program against the naive tree walk.
#include <gtest/gtest.h>

#include <array>
#include <random>

#include "naive.h"

namespace weir::filter {
namespace {

// open.*: of an open schema, with values of any kind.
constexpr std::array<std::string_view, 14> field_names{
    "Name", "Message", "SourceAddress", "S.имя", "DestinationPort", "N.n",    "F.f",
    "F.g",  "SA.t",    "NA.n",          "FA.f",  "open.a",          "open.b", "open.c"};
constexpr std::array<std::string_view, 18> texts{"a",
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
constexpr std::array<std::int64_t, 8> integers{
    0, 1, 2, 7, -3, 9'007'199'254'740'993, 9'007'199'254'740'992, std::int64_t{1} << 62};
constexpr std::array<double, 7> doubles{0, 1, 7, 2.5, -3, 9007199254740992.0, 1e19};
constexpr std::array<std::string_view, 7> subnets{
    "10.0.0.0/8", "10.0.0.1", "0.0.0.0/0", "::/0", "2001:db8::/32", "::ffff:10.0.0.0/112", "::/8"};
constexpr std::int64_t second = 1'000'000'000;
constexpr Duration ttl{10 * second};
constexpr std::array<std::string_view, 5> paths{"a", "a/b", "a/b/c/d", "b/a", "abc"};
constexpr std::array<std::string_view, 3> cves{"CVE-2021-1", "cve-2021-2", "CVE-2022-3"};
const std::array<lookup::Column, 6> context_columns{{{"n", FieldType::number},
                                                     {"f", FieldType::floating},
                                                     {"s", FieldType::text},
                                                     {"ns", FieldType::number_array},
                                                     {"fs", FieldType::float_array},
                                                     {"ss", FieldType::text_array}}};
constexpr std::array<std::string_view, 6> patterns{"^a", "b$", "a|7", "x.*", "k", "ж"};

class Random {
 public:
  explicit Random(std::uint32_t seed) : engine_(seed) {}

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
    world.clock = {{static_cast<std::int64_t>(below(30)) * second}, {2 * second}, !one_in(10)};
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

  Node tree(int depth) {
    if (depth == 0 || one_in(3)) return condition();
    Node node;
    node.type = pick(std::array{Node::Type::all, Node::Type::any, Node::Type::negation});
    for (std::size_t n = 1 + below(4); n > 0; --n) node.children.push_back(tree(depth - 1));
    return node;
  }

  // Of one left side and operator; negated and joined with and, or plain and joined with or.
  Node alternatives() {
    const Operator op =
        pick(std::array{Operator::equal, Operator::in_subnet, Operator::contains,
                        Operator::starts_with, Operator::ends_with, Operator::match});
    const Operand of = left(op);
    const bool ignore_case = one_in(3);
    const bool negated = one_in(2);
    Node node;
    node.type = negated ? Node::Type::all : Node::Type::any;
    for (std::size_t n = 2 + below(12); n > 0; --n) {
      Node child = condition();
      child.op = op;
      child.left = of;
      child.ignore_case = ignore_case;
      child.right = constant(op, naive::type_of(of, shapes_));
      if (negated) {
        Node inner = std::move(child);
        child = {};
        child.type = Node::Type::negation;
        child.children.push_back(std::move(inner));
      }
      node.children.push_back(std::move(child));
    }
    return node;
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
      row.came = {{static_cast<std::int64_t>(below(10)) * second}, {2 * second}, !one_in(4)};
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

  static bool is_array(FieldId id) { return field_name(id).substr(1).starts_with("A."); }

  // One constant that the operator takes for the field.
  Constant constant(Operator op, FieldType type) {
    const auto bare = [](auto number) { return Constant{std::to_string(number), false}; };
    if (op == Operator::in_subnet) return {std::string(pick(subnets)), true};
    if (op == Operator::match) return {std::string(pick(patterns)), true};
    if (op == Operator::has_bit) return bare(below(64));
    const bool compares = op <= Operator::greater_equal;
    if (op == Operator::equal && one_in(6)) return {"", true};
    if (compares && (type == FieldType::number || type == FieldType::number_array)) {
      if (op != Operator::equal && one_in(3)) return {"2.5", one_in(2)};
      return {std::to_string(pick(integers)), one_in(2)};
    }
    if (compares && (type == FieldType::floating || type == FieldType::float_array)) {
      return bare(pick(doubles));
    }
    if (one_in(4)) return bare(pick(std::array{7, -3, 1}));
    if (type == FieldType::any && one_in(4)) return bare(pick(integers));
    if (type == FieldType::any && one_in(4)) return {one_in(2) ? "2.5" : "7.0", one_in(3)};
    return {std::string(pick(texts)), true};
  }

  FieldId scalar_field() {
    FieldId field = open_field_id(pick(field_names));
    while (is_array(field)) field = open_field_id(pick(field_names));
    return field;
  }

  // scalar: one that gives a single value.
  Lookup lookup(bool scalar) {
    Lookup made;
    made.keys = {scalar_field()};
    switch (below(4)) {
      case 0:
        made.name = "d";
        return made;
      case 1:
        made.kind = lookup::Kind::table;
        made.name = "t";
        made.column = one_in(2) ? "a" : "b";
        return made;
      case 2:
        made.kind = lookup::Kind::active_list;
        made.name = "l";
        made.column = "v";
        made.keys.push_back(scalar_field());
        return made;
      default:
        break;
    }
    made.kind = lookup::Kind::context_table;
    made.name = "c";
    const lookup::Column& column = context_columns[below(context_columns.size())];
    made.column = column.name;
    const bool list = weir::is_array(column.type);
    if (list && (scalar || one_in(2))) made.index = static_cast<std::uint32_t>(below(3));
    return made;
  }

  Intelligence asked() {
    const std::string_view categories[] = {"", "bot\nnet", "phish\"ing", "none"};
    return {std::string(categories[below(4)]), open_field_id(pick(field_names)),
            one_in(4) ? "other" : "k\\ey"};
  }

  Operand left(Operator op) {
    const bool order = op > Operator::equal && op <= Operator::greater_equal;
    const bool scalar = order || op >= Operator::has_bit;
    if (one_in(4)) return lookup(scalar);
    if (one_in(6) && op != Operator::has_bit && op < Operator::in_dictionary) return asked();
    return EventField{scalar ? scalar_field() : open_field_id(pick(field_names))};
  }

  Operand right(bool order) {
    if (one_in(3)) return lookup(true);
    if (one_in(5) && !order) return asked();
    return EventField{scalar_field()};
  }

  Operand listed(const std::vector<std::string>& from) {
    if (one_in(3)) return Constant{from[below(from.size())], true};
    List list;
    for (std::size_t n = 1 + below(3); n > 0; --n)
      list.items.push_back({from[below(from.size())], true});
    return list;
  }

  // An operator without a left side, or about assets and accounts.
  Node question() {
    Node node;
    node.type = Node::Type::condition;
    node.right = Nothing{};
    node.op = static_cast<Operator>(static_cast<std::size_t>(Operator::in_dictionary) + below(7));
    switch (node.op) {
      case Operator::in_dictionary:
      case Operator::in_active_list:
      case Operator::in_context_table: {
        Lookup of;
        of.kind = node.op == Operator::in_dictionary    ? lookup::Kind::dictionary
                  : node.op == Operator::in_active_list ? lookup::Kind::active_list
                                                        : lookup::Kind::context_table;
        of.name = node.op == Operator::in_dictionary    ? "d"
                  : node.op == Operator::in_active_list ? "l"
                                                        : "c";
        of.keys = {scalar_field()};
        if (node.op == Operator::in_active_list) of.keys.push_back(scalar_field());
        node.left = of;
        return node;
      }
      case Operator::ti_detect: {
        Intelligence of = asked();
        of.key.clear();
        node.left = of;
        return node;
      }
      case Operator::has_vulnerability:
        node.left = left(node.op);
        node.min_severity = static_cast<std::uint32_t>(below(4));
        if (!one_in(3)) node.right = listed({"cve-2021-1", "CVE-2021-2", "CVE-2022-3", "CVE-0-0"});
        return node;
      default:
        node.left = left(node.op);
        node.right = listed({"a", "a/b", "a/b/c", "b", "ab"});
        return node;
    }
  }

  Node condition() {
    if (one_in(5)) return question();
    Node node;
    node.type = Node::Type::condition;
    node.op = static_cast<Operator>(below(11));
    const bool order = node.op > Operator::equal && node.op <= Operator::greater_equal;
    node.left = left(node.op);
    node.ignore_case = one_in(3);
    const FieldType type = naive::type_of(node.left, shapes_);
    if (node.op != Operator::match && node.op != Operator::has_bit && one_in(4)) {
      node.right = right(order);
    } else if (!order && one_in(2)) {
      List list;
      for (std::size_t n = 1 + below(12); n > 0; --n) list.items.push_back(constant(node.op, type));
      node.right = list;
    } else {
      node.right = constant(node.op, type);
    }
    return node;
  }

  std::size_t severities_ = 0;
  std::mt19937 engine_;
  const World shapes_ = world();  // of every world
};

TEST(Differential, TheProgramSaysWhatTheTreeSays) {
  Random random(20'220'601);
  Scratch scratch;
  int matched = 0;
  constexpr int trees = 5000;
  constexpr int events = 12;
  World world;
  lookup::Tables tables;
  for (int i = 0; i < trees; ++i) {
    if (i % 10 == 0) {
      world = random.world();
      tables = world.built();
    }
    const Environment environment{{}, {}, &tables};
    const Node tree = random.tree(i % 5);
    const std::string expression = to_expression(tree);
    SlotMap slots;
    const Program program = compile(tree, environment, slots);
    const Program unfused = compile_traced(tree, environment, slots);
    const Program reread = compile(parse_expression(expression, Schema::open), environment, slots);
    for (int j = 0; j < events; ++j) {
      Event event = random.event();
      random.next(world, event);
      scratch.clock = world.clock;
      const auto row = event.row(slots);
      const bool expected = naive::matches(tree, event, world);
      ASSERT_EQ(program.matches(row.data(), scratch), expected) << expression;
      ASSERT_EQ(unfused.matches(row.data(), scratch), expected) << expression;
      ASSERT_EQ(reread.matches(row.data(), scratch), expected) << expression;
      matched += expected ? 1 : 0;
    }
  }
  // Neither answer is rare, or the comparison would prove little.
  EXPECT_GT(matched, trees * events / 5);
  EXPECT_LT(matched, trees * events * 4 / 5);
}

// Alternatives of one field are what fusing is about: groups of nothing else.
TEST(Differential, FusedConditionsSayWhatEachSays) {
  Random random(7);
  Scratch scratch;
  World world;
  lookup::Tables tables;
  for (int i = 0; i < 2000; ++i) {
    if (i % 10 == 0) {
      world = random.world();
      tables = world.built();
    }
    const Node tree = random.alternatives();
    SlotMap slots;
    const Program program = compile(tree, {{}, {}, &tables}, slots);
    const Program unfused = compile_traced(tree, {{}, {}, &tables}, slots);
    for (int j = 0; j < 8; ++j) {
      Event event = random.event();
      random.next(world, event);
      scratch.clock = world.clock;
      const auto row = event.row(slots);
      const bool expected = naive::matches(tree, event, world);
      ASSERT_EQ(unfused.matches(row.data(), scratch), expected) << to_expression(tree);
      ASSERT_EQ(program.matches(row.data(), scratch), expected) << to_expression(tree);
    }
  }
}

}  // namespace
}  // namespace weir::filter
