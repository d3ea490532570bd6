#include "enrich/template_action.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/ascii.h"
#include "base/error.h"
#include "base/text.h"
#include "enrich/template_constant.h"

namespace weir::enrich {

namespace {

struct Function {
  std::string_view name;
  Expression::Kind kind;  // of `index`, which is none, constant
  std::size_t least;
  std::size_t most;
};

constexpr std::size_t any_number = ~std::size_t{0};
constexpr std::array<Function, 6> functions{{{"and", Expression::Kind::conjunction, 1, any_number},
                                             {"eq", Expression::Kind::equal, 2, any_number},
                                             {"index", Expression::Kind::constant, 2, 3},
                                             {"ne", Expression::Kind::unequal, 2, 2},
                                             {"not", Expression::Kind::negation, 1, 1},
                                             {"or", Expression::Kind::disjunction, 1, any_number}}};

bool is_name_letter(char c) noexcept {
  return is_letter(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

std::string_view first_word(std::string_view text) noexcept {
  if (text.empty() || !is_name_letter(text[0])) return {};
  std::size_t size = 1;
  while (size < text.size() && (is_name_letter(text[size]) || is_digit(text[size]))) ++size;
  return text.substr(0, size);
}

// For messages: what an expression is, as who wrote it sees it.
std::string shown(const Expression& expression) {
  std::string_view what = "a value";
  if (expression.type == TemplateType::text) what = "a text";
  if (expression.type == TemplateType::number) what = "a number";
  if (expression.type == TemplateType::boolean) what = "true or false";
  if (expression.kind != Expression::Kind::field) return std::string(what);
  return fmt::format("{} ({})", expression.text, what);
}

void check_comparison(const std::vector<Expression>& arguments) {
  const Expression& first = arguments[0];
  for (const Expression& one : arguments) {
    if (is_array(one.type) || one.type == TemplateType::structured)
      refuse(one.offset, fmt::format("{} holds several values, which cannot be compared; compare "
                                     "one of them, by index",
                                     one.kind == Expression::Kind::field ? one.text : "this"));
    if (one.type != first.type && one.type != TemplateType::any && first.type != TemplateType::any)
      refuse(one.offset,
             fmt::format("{} cannot be compared with {}; compare texts with texts and numbers with "
                         "numbers",
                         shown(first), shown(one)));
  }
}

// A map is no value by itself.
void check_value(const Expression& expression) {
  if (expression.type == TemplateType::map)
    refuse(expression.offset,
           fmt::format(".{0} is a map; name what is wanted of it: .{0}.key, or index .{0} \"key\"",
                       expression.text));
}

}  // namespace

void refuse(std::size_t offset, const std::string& why) {
  throw Failure(Status::invalid_document, why, {static_cast<std::int64_t>(offset), 0, 0});
}

void ActionReader::skip_blanks() noexcept {
  while (at_ < text_.size() && is_white_space(text_[at_]) && !at_close()) ++at_;
}

bool ActionReader::at_close() const noexcept {
  return rest().starts_with("}}") ||
         (!rest().empty() && is_white_space(rest()[0]) && rest().substr(1).starts_with("-}}"));
}

void ActionReader::close() {
  skip_blanks();
  if (rest().empty()) refuse(action_, "the action does not end; end it with '}}'");
  if (!at_close())
    refuse(at_, fmt::format("unexpected '{}' in an action; nothing but '}}}}' can stand here",
                            first_code_points(rest(), 1)));
  const bool trims = rest()[0] != '}';
  at_ += trims ? 4 : 2;
  while (trims && at_ < text_.size() && is_white_space(text_[at_])) ++at_;
}

std::string_view ActionReader::word() const noexcept { return first_word(rest()); }

bool ActionReader::at_end_of_expression() const noexcept {
  return rest().empty() || at_close() || rest()[0] == ')';
}

void ActionReader::check_behind(std::string_view what) {
  if (at_end_of_expression() || is_white_space(rest()[0]) || rest()[0] == '(') return;
  if (rest()[0] == '|')
    refuse(at_, "'|' is not supported; write what it leads to as a call, with parentheses");
  if (rest()[0] == '}') refuse(at_, "an action ends with '}}', not with one brace");
  refuse(at_, fmt::format("unexpected '{}' behind {}; put a space between them",
                          first_code_points(rest(), 1), what));
}

Expression ActionReader::expression(std::size_t deep) {
  if (deep > max_template_depth)
    refuse(at_, fmt::format("conditions and parentheses lie more than {} deep in each other",
                            max_template_depth));
  skip_blanks();
  if (rest().empty()) refuse(action_, "the action does not end; end it with '}}'");
  if (at_end_of_expression())
    refuse(at_,
           "a value is missing; write a field such as .Name, or a call such as eq .Name \"a\"");
  const std::string_view name = word();
  if (!name.empty() && name != "true" && name != "false") return call(deep);
  Expression value = operand(deep);
  check_value(value);
  check_behind("a value");
  skip_blanks();
  if (!at_end_of_expression() && rest()[0] != '|')
    refuse(at_, "a value takes no arguments; put a function in front of it, or close the action");
  check_behind("a value");
  return value;
}

Expression ActionReader::call(std::size_t deep) {
  const std::size_t offset = at_;
  const std::string_view name = word();
  const auto* const function = std::find_if(functions.begin(), functions.end(),
                                            [&](const auto& one) { return one.name == name; });
  if (function == functions.end()) {
    FieldId id = 0;
    if (find_field(name, id))
      refuse(at_, fmt::format("'{0}' is no function; the field is .{0}", name));
    refuse(at_, fmt::format("'{}' is not supported; there are if, else, end, and, eq, index, ne, "
                            "not and or",
                            first_code_points(name, 64)));
  }
  at_ += name.size();
  check_behind(name);
  Expression out;
  out.kind = function->kind;
  out.offset = static_cast<std::uint32_t>(offset);
  out.type = TemplateType::boolean;
  for (skip_blanks(); !at_end_of_expression() && rest()[0] != '|'; skip_blanks()) {
    out.arguments.push_back(operand(deep));
    check_behind("an argument");
    if (name != "index") check_value(out.arguments.back());
  }
  check_behind("an argument");
  const std::size_t count = out.arguments.size();
  if (count < function->least || count > function->most)
    refuse(offset, fmt::format("'{}' takes {}{} argument{}, not {}", name,
                               function->most == function->least ? "" : "at least ",
                               function->least, function->least == 1 ? "" : "s", count));
  if (name == "index") return index(offset, std::move(out.arguments));
  if (out.kind == Expression::Kind::equal || out.kind == Expression::Kind::unequal)
    check_comparison(out.arguments);
  if (out.kind == Expression::Kind::conjunction || out.kind == Expression::Kind::disjunction) {
    out.type = out.arguments[0].type;
    for (const Expression& one : out.arguments)
      if (one.type != out.type) out.type = TemplateType::any;
  }
  return out;
}

Expression ActionReader::operand(std::size_t deep) {
  const char c = rest()[0];
  const std::string_view next = rest().substr(1, 1);
  Expression out;
  out.offset = static_cast<std::uint32_t>(at_);
  if (c == '(') return parenthesis(deep);
  if (c == '.' && !(!next.empty() && is_digit(next[0]))) return field();
  if (c == '"' || c == '`') {
    out.text = c == '"' ? read_quoted(text_, at_) : read_raw(text_, at_);
    return out;
  }
  if (is_digit(c) || c == '.' || c == '+' || c == '-') {
    out.value = read_number(text_, at_);
    out.type = TemplateType::number;
    return out;
  }
  const std::string_view name = word();
  if (name == "true" || name == "false") {
    at_ += name.size();
    out.value = {name == "true" ? 1U : 0U, 0, weir::Kind::boolean};
    out.type = TemplateType::boolean;
    return out;
  }
  if (name.empty())
    refuse(at_, fmt::format("unexpected '{}' in an action; write a field such as .Name, or a text "
                            "in double quotes",
                            first_code_points(rest(), 1)));
  refuse(at_, fmt::format("'{0}' cannot stand here; a call as an argument needs parentheses, and a "
                          "field begins with a dot",
                          first_code_points(name, 64)));
}

Expression ActionReader::parenthesis(std::size_t deep) {
  const std::size_t offset = at_++;
  Expression inner = expression(deep + 1);
  skip_blanks();
  if (!rest().starts_with(')')) refuse(offset, "the parenthesis is not closed");
  ++at_;
  return inner;
}

}  // namespace weir::enrich
