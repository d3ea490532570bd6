// Any bytes as a filter expression: what parses prints, reads back as the same tree and compiles or
// is refused; nothing else may happen.
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "filter/program.h"
#include "filter/tree.h"
#include "lookup/tables.h"
#include "unit/filter/same_tree.h"

namespace {

using weir::filter::Node;

// One of each kind, so that conditions on them compile.
const weir::lookup::Tables& tables() {
  using weir::FieldType;
  using weir::lookup::Kind;
  using weir::lookup::Shape;
  static const weir::lookup::Tables all = [] {
    weir::lookup::Tables made;
    const auto add = [&](std::string name, Shape shape) {
      made.add({std::move(name), {}, std::make_shared<weir::lookup::Table>(std::move(shape))});
    };
    add("d", weir::lookup::fixed_shape(Kind::dictionary));
    add("t", {Kind::table, {{"k"}}, {{"c"}}, {}});
    add("l", {Kind::active_list, {{"k"}}, {{"c"}}, {}});
    add("x", {Kind::context_table, {{"k"}}, {{"c"}, {"n", FieldType::number_array}}, {}});
    add({}, weir::lookup::fixed_shape(Kind::assets));
    add({}, weir::lookup::fixed_shape(Kind::directory));
    return made;
  }();
  return all;
}

// Once with everything absent, then with the text, a number and a float in every field.
void evaluate(const weir::filter::Program& program, std::size_t slots, std::string_view text) {
  weir::filter::Scratch scratch;
  for (const weir::Value value : {weir::Value{}, weir::Value::of(text),
                                  weir::Value::of(std::int64_t{7}), weir::Value::of(2.5)}) {
    const std::vector<weir::Value> row(slots, value);
    program.matches(row.data(), scratch);
  }
}

void check(std::string_view text, weir::Schema schema) {
  Node tree;
  try {
    tree = weir::filter::parse_expression(text, schema);
  } catch (const weir::Failure& failure) {
    if (failure.position().offset > static_cast<std::int64_t>(text.size())) std::abort();
    return;
  }
  // What was accepted prints; what was printed is accepted, so nothing may throw here.
  const std::string printed = weir::filter::to_expression(tree);
  const Node again = weir::filter::parse_expression(printed, schema);
  if (!same_tree(tree, again) || weir::filter::to_expression(again) != printed) std::abort();
  try {
    weir::SlotMap slots(schema);
    const weir::filter::FindSaved itself = [&](std::string_view) { return &tree; };
    for (const bool aggregates : {false, true}) {
      const weir::filter::Environment environment{itself, {}, &tables(), aggregates};
      const weir::filter::Program program = weir::filter::compile(tree, environment, slots);
      evaluate(program, slots.size(), text);
    }
  } catch (const weir::Failure&) {
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check(text, weir::Schema::kuma);
  check(text, weir::Schema::open);
  return 0;
}
