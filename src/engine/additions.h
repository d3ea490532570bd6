// What an enrich callback adds to an event.
#pragma once

#include <span>
#include <vector>

#include "base/bump.h"
#include "weir/weir.h"

// Opaque in weir.h. Lives on the stack of the call that enriches.
struct weir_additions {
 public:
  weir_additions(weir::Bump& memory, std::span<const weir_field> before)
      : memory_(memory), fields_(before.begin(), before.end()) {}

  // Converts to the field's type and copies; a later value of a field replaces an earlier one.
  // Throws Failure(invalid_argument).
  void set(const weir_field& field);

  // All of them, in the memory of the outputs.
  std::span<const weir_field> copy() const;

 private:
  weir::Bump& memory_;
  std::vector<weir_field> fields_;
};
