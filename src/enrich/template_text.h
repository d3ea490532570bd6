// The text of a template rule: the subset of Go's text/template that KUMA's templates use
// (https://pkg.go.dev/text/template).
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "event/schema.h"

namespace weir::enrich {

inline constexpr std::size_t max_template = 16'384;  // code points

// Parsed; immutable.
class TemplateText {
 public:
  // Throws Failure(invalid_document) whose position.offset is a byte of the text: an action that is
  // none, a field that the schema does not have, a text of more than max_template characters.
  static TemplateText parse(std::string_view text, Schema schema);
  // The same, but of fields that the schema does not have all are put into `unknown`, with their
  // offsets: with one of them there the result is good for nothing.
  static TemplateText parse(std::string_view text, Schema schema, std::vector<Failure>& unknown);
  ~TemplateText();
  TemplateText(TemplateText&&) noexcept;
  TemplateText& operator=(TemplateText&&) noexcept;

  struct Body;
  const Body& body() const noexcept { return *body_; }

 private:
  explicit TemplateText(std::unique_ptr<Body> body);
  std::unique_ptr<Body> body_;
};

// `text` as a template that prints it as it is.
std::string template_of(std::string_view text);

}  // namespace weir::enrich
