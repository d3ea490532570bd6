#include "enrich/template.h"

#include "base/error.h"

namespace weir::enrich {

struct TemplateText::Body {};
struct Template::Code {};

TemplateText TemplateText::parse(std::string_view, Schema) {
  throw Failure(Status::not_supported, "not supported yet");
}
TemplateText::TemplateText(std::unique_ptr<Body> body) : body_(std::move(body)) {}
TemplateText::~TemplateText() = default;
TemplateText::TemplateText(TemplateText&&) noexcept = default;
TemplateText& TemplateText::operator=(TemplateText&&) noexcept = default;

Template::Template(const TemplateSettings&, Wiring&) {
  throw Failure(Status::not_supported, "not supported yet");
}

Effect Template::apply(Subject&) const { return Effect::missed; }

}  // namespace weir::enrich
