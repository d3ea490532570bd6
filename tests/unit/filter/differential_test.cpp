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

  Node tree(int depth) {
    if (depth == 0 || one_in(3)) return condition();
    Node node;
    node.type = pick(std::array{Node::Type::all, Node::Type::any, Node::Type::negation});
    for (std::size_t n = 1 + below(4); n > 0; --n) node.children.push_back(tree(depth - 1));
    return node;
  }

 private:
  void set(Event& made, std::string_view name) {
    std::vector<std::int64_t> whole{pick(integers), pick(integers)};
    std::vector<double> broken{pick(doubles), pick(doubles)};
    switch (field_type(open_field_id(name))) {
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

  Node condition() {
    Node node;
    node.type = Node::Type::condition;
    node.op = static_cast<Operator>(below(11));
    FieldId left = open_field_id(pick(field_names));
    const bool order = node.op > Operator::equal && node.op <= Operator::greater_equal;
    while ((order || node.op == Operator::has_bit) && is_array(left)) {
      left = open_field_id(pick(field_names));
    }
    node.left = EventField{left};
    node.ignore_case = one_in(3);
    const FieldType type = field_type(left);
    if (node.op != Operator::match && node.op != Operator::has_bit && one_in(4)) {
      FieldId right = open_field_id(pick(field_names));
      while (is_array(right)) right = open_field_id(pick(field_names));
      node.right = EventField{right};
    } else if (!order && one_in(2)) {
      List list;
      for (std::size_t n = 1 + below(12); n > 0; --n) list.items.push_back(constant(node.op, type));
      node.right = list;
    } else {
      node.right = constant(node.op, type);
    }
    return node;
  }

  std::mt19937 engine_;
};

TEST(Differential, TheProgramSaysWhatTheTreeSays) {
  Random random(20'220'601);
  Scratch scratch;
  int matched = 0;
  constexpr int trees = 3000;
  constexpr int events = 12;
  for (int i = 0; i < trees; ++i) {
    const Node tree = random.tree(i % 5);
    const std::string expression = to_expression(tree);
    SlotMap slots;
    const Program program = compile(tree, {}, slots);
    const Program reread = compile(parse_expression(expression, Schema::open), {}, slots);
    for (int j = 0; j < events; ++j) {
      const Event event = random.event();
      const auto row = event.row(slots);
      const bool expected = naive::matches(tree, event);
      ASSERT_EQ(program.matches(row.data(), scratch), expected) << expression;
      ASSERT_EQ(reread.matches(row.data(), scratch), expected) << expression;
      matched += expected ? 1 : 0;
    }
  }
  // Neither answer is rare, or the comparison would prove little.
  EXPECT_GT(matched, trees * events / 5);
  EXPECT_LT(matched, trees * events * 4 / 5);
}

}  // namespace
}  // namespace weir::filter
