#include "enrich/copy.h"

#include <utility>

namespace weir::enrich {

namespace {

std::string_view joined(const Value& array, std::string& out) {
  out.clear();
  char digits[32];
  for (std::uint32_t i = 0; i < array.size; ++i) {
    if (i > 0) out += ',';
    out += as_text(element_of(array, i), digits);
  }
  return out;
}

}  // namespace

Copy::Copy(const EventSettings& settings, Wiring& wiring)
    : source_(wiring.source(settings.source)),
      target_(wiring.target(settings.target)),
      conversions_(settings.conversions) {}

Copy::Text Copy::converted(std::string_view text, Scratch& scratch) const {
  Text result{text};
  std::size_t next = 0;
  for (const Conversion& conversion : conversions_) {
    switch (conversion.apply(result.text, scratch.text[next])) {
      case Conversion::Outcome::done:
        result.text = scratch.text[next];
        next = 1 - next;
        break;
      case Conversion::Outcome::no_match:
        result.matched = false;
        return result;
      case Conversion::Outcome::refused:
        result.refused = true;
        break;
    }
  }
  return result;
}

bool Copy::store(Subject& subject, const Value& value) const {
  return source_ == target_.slot ? subject.set(target_, value) : subject.put(target_, value);
}

Effect Copy::apply_to_text(Subject& subject, const Value& source) const {
  char digits[32];
  const bool absent = is_absent(source);
  Scratch& scratch = subject.scratch();
  // The first conversion writes into the other buffer.
  const std::string_view text =
      is_array(source.kind) ? joined(source, scratch.text[1]) : as_text(source, digits);
  const Text result = converted(text, scratch);
  const bool nothing = result.text.empty();
  if (!result.matched || (nothing && absent))
    return result.refused ? Effect::failed : Effect::missed;
  // An empty text clears an array field as well: there it would add nothing.
  const bool stored = nothing ? subject.set(target_, {}) : store(subject, Value::of(result.text));
  return stored && !result.refused ? Effect::applied : Effect::failed;
}

Effect Copy::apply_to_elements(Subject& subject, const Value& source) const {
  char digits[32];
  Bump& memory = subject.memory();
  auto* const texts = reinterpret_cast<TextRef*>(memory.take(source.size * sizeof(TextRef)));
  std::uint32_t count = 0;
  bool refused = false;
  for (std::uint32_t i = 0; i < source.size; ++i) {
    const Text result = converted(as_text(element_of(source, i), digits), subject.scratch());
    refused = refused || result.refused;
    if (!result.matched || result.text.empty()) continue;
    texts[count++] = {memory.copy(result.text).data(), result.text.size()};
  }
  if (count == 0 && source_ != target_.slot) return refused ? Effect::failed : Effect::missed;
  const bool stored = store(subject, Value::array(weir::Kind::text_array, texts, count));
  return stored && !refused ? Effect::applied : Effect::failed;
}

Effect Copy::apply(Subject& subject) const {
  const Value& source = subject.value(source_);
  const bool elements = is_array(source.kind) && is_array(target_.type);
  if (!conversions_.empty() && elements && !is_absent(source))
    return apply_to_elements(subject, source);
  if (!conversions_.empty() || (is_array(source.kind) && !elements))
    return apply_to_text(subject, source);
  if (is_absent(source)) return Effect::missed;
  return store(subject, source) ? Effect::applied : Effect::failed;
}

}  // namespace weir::enrich
