// The text of a template rule: the subset of Go's text/template that KUMA's templates use
// (https://pkg.go.dev/text/template).
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "event/schema.h"

namespace weir::enrich {

// Parsed; immutable.
class TemplateText {
 public:
  // Throws Failure(invalid_document) whose position.offset is a byte of the text: an action that is
  // none, a field that the schema does not have.
  static TemplateText parse(std::string_view text, Schema schema);
  ~TemplateText();
  TemplateText(TemplateText&&) noexcept;
  TemplateText& operator=(TemplateText&&) noexcept;

  struct Body;
  const Body& body() const noexcept { return *body_; }

 private:
  explicit TemplateText(std::unique_ptr<Body> body);
  std::unique_ptr<Body> body_;
};

}  // namespace weir::enrich
