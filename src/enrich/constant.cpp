#include "enrich/constant.h"

namespace weir::enrich {

namespace {

// It points to the constant's text.
struct AsValue {
  Value operator()(const std::string& text) const noexcept {
    return Value::of(std::string_view(text));
  }
  Value operator()(bool truth) const noexcept { return {truth ? 1U : 0U, 0, weir::Kind::boolean}; }
  Value operator()(std::int64_t number) const noexcept { return Value::of(number); }
  Value operator()(double number) const noexcept { return Value::of(number); }
};

}  // namespace

Constant::Constant(const ConstantSettings& settings, Wiring& wiring)
    : value_(settings.value), target_(wiring.target(settings.target)) {}

Effect Constant::apply(Subject& subject) const {
  const Value value = std::visit(AsValue{}, value_);
  // An empty one clears arrays too.
  const bool good = value.present() ? subject.put(target_, value) : subject.set(target_, value);
  return good ? Effect::applied : Effect::failed;
}

}  // namespace weir::enrich
