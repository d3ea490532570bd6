#include "rule/import.h"

#include "base/error.h"

namespace weir::rule {

std::string import_json(std::string_view) {
  throw Failure(Status::not_supported, "nothing is imported yet");
}

std::string expressions_json(std::string_view) {
  throw Failure(Status::not_supported, "nothing is imported yet");
}

}  // namespace weir::rule
