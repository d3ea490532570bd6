#include "enrich/template.h"

#include <algorithm>
#include <cstring>

#include "enrich/go_number.h"
#include "enrich/template_body.h"

namespace weir::enrich {

namespace {

using ValueKind = weir::Kind;

// Of fields without a limit of their own: what a joined sum has at most, too.
constexpr std::uint32_t longest = 65'536;  // code points

// A text that grows: on the stack while it is short, in the outputs' memory when it is not. What
// would go beyond `most` bytes is left out.
class Output {
 public:
  Output(Bump& memory, std::size_t most) noexcept : memory_(memory), most_(most) {}

  bool full() const noexcept { return size_ == most_; }
  std::string_view text() const noexcept { return {begin_, size_}; }

  void add(std::string_view text) {
    text = text.substr(0, most_ - size_);
    if (text.size() > room_ - size_) grow(size_ + text.size());
    if (!text.empty()) std::memcpy(begin_ + size_, text.data(), text.size());
    size_ += text.size();
  }

 private:
  void grow(std::size_t least) {
    const std::size_t room = std::min(std::max(least, 2 * room_), std::max(least, most_));
    char* const to = memory_.take(room);
    std::memcpy(to, begin_, size_);
    begin_ = to;
    room_ = room;
  }

  Bump& memory_;
  const std::size_t most_;
  char first_[1024];
  char* begin_ = first_;
  std::size_t size_ = 0;
  std::size_t room_ = sizeof first_;
};

bool is_number(const Value& value) noexcept {
  return value.kind == ValueKind::integer || value.kind == ValueKind::floating;
}

// In the sense of Go's templates: nothing, 0, false and what is empty are not true.
bool is_true(const Value& value) noexcept {
  if (is_absent(value)) return false;
  if (value.kind == ValueKind::floating) return value.floating() != 0;
  if (value.kind == ValueKind::integer || value.kind == ValueKind::boolean) return value.word != 0;
  return true;
}

double as_double(const Value& value) noexcept {
  return value.kind == ValueKind::integer ? static_cast<double>(value.integer()) : value.floating();
}

// Absent is the empty text.
bool are_equal(const Value& a, const Value& b) noexcept {
  const auto text_of = [](const Value& value) {
    return value.kind == ValueKind::text ? value.text() : std::string_view();
  };
  const auto is_text = [](const Value& value) {
    return value.kind == ValueKind::text || value.kind == ValueKind::absent;
  };
  if (is_text(a) && is_text(b)) return text_of(a) == text_of(b);
  if (a.kind == ValueKind::integer && b.kind == ValueKind::integer) return a.word == b.word;
  if (is_number(a) && is_number(b)) return as_double(a) == as_double(b);
  return a.kind == ValueKind::boolean && b.kind == ValueKind::boolean && a.word == b.word;
}

// What a field is that an event does not have.
Value zero(TemplateType type) noexcept {
  switch (type) {
    case TemplateType::number:
      return Value::of(std::int64_t{0});
    case TemplateType::text_array:
      return Value::array(ValueKind::text_array, nullptr, 0);
    case TemplateType::number_array:
      return Value::array(ValueKind::integer_array, nullptr, 0);
    case TemplateType::float_array:
      return Value::array(ValueKind::float_array, nullptr, 0);
    default:
      return {};
  }
}

class Run {
 public:
  Run(const Subject& subject, const std::vector<Slot>& slots, Output& output) noexcept
      : subject_(subject), slots_(slots), output_(output) {}

  void pieces(const std::vector<Piece>& pieces) {
    for (const Piece& piece : pieces) {
      if (output_.full()) return;
      if (piece.kind == Piece::Kind::text)
        output_.add(piece.text);
      else if (piece.kind == Piece::Kind::print)
        print(value(piece.value));
      else
        branches(piece.branches);
    }
  }

 private:
  void branches(const std::vector<Branch>& branches) {
    for (const Branch& branch : branches)
      if (!branch.condition || is_true(value(*branch.condition))) return pieces(branch.pieces);
  }

  Value value(const Expression& expression) const noexcept;
  Value element(const Expression& expression) const noexcept;
  void print(const Value& value);

  const Subject& subject_;
  const std::vector<Slot>& slots_;
  Output& output_;
};

Value Run::value(const Expression& expression) const noexcept {
  using Form = Expression::Kind;
  const std::vector<Expression>& arguments = expression.arguments;
  const auto boolean = [](bool is) { return Value{is ? 1U : 0U, 0, ValueKind::boolean}; };
  switch (expression.kind) {
    case Form::constant:
      return expression.type == TemplateType::text ? Value::of(expression.text) : expression.value;
    case Form::field: {
      const Value& value = subject_.value(slots_[expression.field]);
      return is_absent(value) ? zero(expression.type) : value;
    }
    case Form::element:
      return element(expression);
    case Form::equal:
    case Form::unequal: {
      const Value first = value(arguments[0]);
      const bool any = std::any_of(arguments.begin() + 1, arguments.end(),
                                   [&](const auto& one) { return are_equal(first, value(one)); });
      return boolean(any == (expression.kind == Form::equal));
    }
    case Form::conjunction:
    case Form::disjunction:
      for (const Expression& one : arguments) {
        const Value found = value(one);
        if (&one == &arguments.back() || is_true(found) == (expression.kind == Form::disjunction))
          return found;
      }
      break;
    case Form::negation:
      return boolean(!is_true(value(arguments[0])));
  }
  return {};
}

Value Run::element(const Expression& expression) const noexcept {
  const Value& array = subject_.value(slots_[expression.field]);
  if (!is_array(array.kind) || expression.index >= array.size) return zero(expression.type);
  return element_of(array, static_cast<std::uint32_t>(expression.index));
}

void Run::print(const Value& value) {
  char digits[32];
  if (is_array(value.kind)) {
    output_.add("[");
    for (std::uint32_t i = 0; i < value.size && !output_.full(); ++i) {
      if (i > 0) output_.add(" ");
      print(element_of(value, i));
    }
    output_.add("]");
  } else if (value.kind == ValueKind::floating) {
    output_.add(format_as_go(value.floating(), digits));
  } else if (value.kind == ValueKind::json) {
    output_.add({value.pointer<char>(), value.size});
  } else {
    output_.add(as_text(value, digits));
  }
}

}  // namespace

struct Template::Code {
  std::shared_ptr<const TemplateText> text;
  std::vector<Slot> slots;  // of the text's fields
};

Template::Template(const TemplateSettings& settings, Wiring& wiring)
    : target_(wiring.target(settings.target)) {
  auto code = std::make_shared<Code>();
  code->text = settings.text;
  for (const FieldId field : settings.text->body().fields)
    code->slots.push_back(wiring.source(field));
  code_ = std::move(code);
  if (target_.limit == 0) target_.limit = longest;
}

Effect Template::apply(Subject& subject) const {
  // So many bytes are more characters than the limit, so that set() sees that it has to cut.
  Output output(subject.memory(), std::size_t{target_.limit} * 4 + 4);
  Run(subject, code_->slots, output).pieces(code_->text->body().pieces);
  if (output.text().empty()) return Effect::missed;
  return subject.put(target_, Value::of(output.text())) ? Effect::applied : Effect::failed;
}

}  // namespace weir::enrich
