#include "aggregate/settings.h"

namespace weir::aggregate {

namespace {

// Drawn once, at random. It is part of the ids of rules and of all events that they make.
constexpr Uuid name_space{{0x5a, 0x3e, 0x8c, 0x71, 0x0f, 0x2d, 0x4b, 0x96, 0xa8, 0x14, 0xd7, 0x62,
                           0xe9, 0x35, 0xbc, 0x40}};

}  // namespace

Uuid rule_id(std::string_view tenant, std::string_view name) {
  std::string text(tenant);
  text += '\0';  // so that ("a", "bc") is not ("ab", "c")
  text += name;
  return uuid_v5(name_space, text);
}

}  // namespace weir::aggregate
