// What stands between the braces of a template: words, constants, fields and calls of functions.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "enrich/template_body.h"
#include "event/schema.h"

namespace weir::enrich {

// Blank in the sense of Go's templates.
// Throws Failure(invalid_document) with the offset in the template.
[[noreturn]] void refuse(std::size_t offset, const std::string& why);

class ActionReader {
 public:
  // fields: gets those that are read; unknown: what is said of those that the schema does not have.
  ActionReader(std::string_view text, Schema schema, std::vector<FieldId>& fields,
               std::vector<Failure>& unknown)
      : text_(text), schema_(schema), fields_(fields), unknown_(unknown) {}

  std::size_t at() const noexcept { return at_; }
  void move_to(std::size_t at) noexcept { at_ = at; }
  // Where the action that is read began: what is unfinished is reported there.
  void begin(std::size_t action) noexcept { action_ = action; }

  void skip_blanks() noexcept;
  bool at_close() const noexcept;
  // Takes the closing braces, and the blanks behind them if they say so.
  void close();
  // The word that stands here, such as `if`; it is not taken.
  std::string_view word() const noexcept;

  // A value or a call; `deep`: how deep it lies in conditions.
  Expression expression(std::size_t deep);

 private:
  std::string_view rest() const noexcept { return text_.substr(at_); }
  bool at_end_of_expression() const noexcept;

  Expression operand(std::size_t deep);
  Expression call(std::size_t deep);
  Expression parenthesis(std::size_t deep);
  Expression field();
  Expression named(std::size_t offset, const std::string& name);
  Expression index(std::size_t offset, std::vector<Expression> arguments);
  void check_behind(std::string_view what);

  const std::string_view text_;
  const Schema schema_;
  std::vector<FieldId>& fields_;
  std::vector<Failure>& unknown_;
  std::size_t at_ = 0;
  std::size_t action_ = 0;
};

// How deep conditions and parentheses may lie in each other.
inline constexpr std::size_t max_template_depth = 64;

}  // namespace weir::enrich
