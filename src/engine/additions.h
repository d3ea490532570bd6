// What an enrich callback adds to an event.
#pragma once

#include <span>
#include <vector>

#include "base/bump.h"
#include "weir/weir.h"

// Opaque in weir.h. Lives on the stack of the call that enriches.
struct weir_additions {
 public:
  explicit weir_additions(weir::Bump& memory) : memory_(memory) {}

  // Converts to the field's type and copies; a later value of a field replaces an earlier one.
  // Throws Failure(invalid_argument).
  void set(const weir_field& field);

  // All of them; what they refer to lies in the memory of the outputs.
  std::span<const weir_field> fields() const noexcept { return fields_; }

 private:
  weir::Bump& memory_;
  std::vector<weir_field> fields_;
};
