// A document as a tree of maps, sequences and scalars, whichever language it was written in. The
// YAML and the JSON reader make it; the rest of the folder reads it.
//
// Positions are offsets in bytes: lines and columns are worked out for the few nodes that a
// diagnostic names (source.h).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace weir::rule {

struct Node {
  enum class Kind : std::uint8_t {
    scalar,
    map,
    sequence,
    broken,  // could not be read; the reader has reported it, so nobody else complains
  };

  Kind kind = Kind::scalar;
  bool quoted = false;       // a scalar in quotes or a block scalar: text, whatever it looks like
  std::uint32_t offset = 0;  // of the first byte
  std::string text;          // of a scalar, unquoted; a plain `null`, `~` or nothing at all: empty
  std::vector<Node> children;  // of a sequence: items; of a map: key, value, key, value …

  bool is_null() const noexcept { return kind == Kind::scalar && !quoted && text.empty(); }
  std::size_t pairs() const noexcept { return children.size() / 2; }
  const Node& key(std::size_t pair) const noexcept { return children[2 * pair]; }
  const Node& value(std::size_t pair) const noexcept { return children[2 * pair + 1]; }
};

// What both readers refuse, so that nothing after them has to count. A real document is far below:
// the largest shipped by anybody nests 12 deep.
constexpr std::size_t max_depth = 64;
constexpr std::size_t max_nodes = 1'000'000;

}  // namespace weir::rule
