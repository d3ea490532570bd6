// Why bytes are no database of places.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "lookup/geo_database.h"

namespace weir::lookup {

// "2:5: what", of a database of MaxMind "what"; "none" if it can be read.
inline std::string geo_problem(std::string_view content) {
  try {
    GeoDatabase::parse(content);
  } catch (const Failure& failure) {
    const Position& at = failure.position();
    if (at.line == 0) return failure.what();
    return std::to_string(at.line) + ":" + std::to_string(at.column) + ": " + failure.what();
  }
  return "none";
}

}  // namespace weir::lookup
