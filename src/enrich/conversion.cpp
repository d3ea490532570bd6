#include "enrich/conversion.h"

#include "base/error.h"

namespace weir::enrich {

struct Conversion::Code {};

Conversion::Conversion(Kind, Arguments) {
  throw Failure(Status::not_supported, "not supported yet");
}
Conversion::~Conversion() = default;
Conversion::Conversion(Conversion&&) noexcept = default;
Conversion& Conversion::operator=(Conversion&&) noexcept = default;
Conversion::Conversion(const Conversion&) = default;
Conversion& Conversion::operator=(const Conversion&) = default;

bool Conversion::apply(std::string_view, std::string&) const { return false; }

}  // namespace weir::enrich
