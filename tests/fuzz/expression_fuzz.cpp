// Any bytes as a filter expression: what parses prints, reads back as the same tree and compiles or
// is refused; nothing else may happen.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "filter/program.h"
#include "filter/tree.h"

namespace {

using weir::filter::Node;

bool same(const weir::filter::Constant& a, const weir::filter::Constant& b) {
  return a.text == b.text && a.quoted == b.quoted;
}

bool same(const weir::filter::Operand& a, const weir::filter::Operand& b) {
  if (a.index() != b.index()) return false;
  if (const auto* field = std::get_if<weir::filter::EventField>(&a)) {
    return field->id == std::get<weir::filter::EventField>(b).id;
  }
  if (const auto* constant = std::get_if<weir::filter::Constant>(&a)) {
    return same(*constant, std::get<weir::filter::Constant>(b));
  }
  const auto& left = std::get<weir::filter::List>(a).items;
  const auto& right = std::get<weir::filter::List>(b).items;
  if (left.size() != right.size()) return false;
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (!same(left[i], right[i])) return false;
  }
  return true;
}

bool same(const Node& a, const Node& b) {
  if (a.type != b.type || a.children.size() != b.children.size()) return false;
  if (a.saved_name != b.saved_name) return false;
  if (a.type == Node::Type::condition) {
    if (a.op != b.op || a.ignore_case != b.ignore_case) return false;
    return same(a.left, b.left) && same(a.right, b.right);
  }
  for (std::size_t i = 0; i < a.children.size(); ++i) {
    if (!same(a.children[i], b.children[i])) return false;
  }
  return true;
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
  if (!same(tree, again) || weir::filter::to_expression(again) != printed) std::abort();
  try {
    weir::SlotMap slots(schema);
    const weir::filter::FindSaved itself = [&](std::string_view) { return &tree; };
    evaluate(weir::filter::compile(tree, {itself}, slots), slots.size(), text);
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
