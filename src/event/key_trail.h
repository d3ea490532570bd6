// The keys that lines had, and which followed which.
//
// Lines of one source have the same keys in the same order, nearly always. So each key that was met
// remembers the one that came behind it the last time, and what both fill; a reader then finds the
// next key with one comparison of 32 bytes, quotes and colon included. A line that leaves a key out
// costs one look-up by hash, and the trail is found again behind it.
//
// Bounded: when too many keys have been met, all are forgotten and met anew. One thread; allocates
// only when made, or for other keys.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "event/blocks.h"
#include "event/key_tree.h"

namespace weir {

// What to do with a value that is a text without escapes or a whole number. What a key of the kind
// `other` fills, and any other value, takes the long way.
enum class Shortcut : std::uint8_t { skip, text, number, any, other };

class KeyTrail {
 public:
  struct Step {
    static constexpr std::size_t max_size = 2 * block_bytes;

    // Whether the text at `at` is the key as it was met: `"key":`.
    // REQUIRES: `reach` bytes can be read.
    bool matches(const char* at) const noexcept {
      return equal_in_block(at, quoted.data(), mask) &&
             (size <= block_bytes ||
              equal_in_block(at + size - block_bytes, quoted.data() + size - block_bytes, ~0U));
    }

    std::array<char, max_size> quoted{};
    std::uint32_t size = 0;             // of `quoted`
    std::uint32_t reach = block_bytes;  // how much of the text a comparison reads
    std::uint32_t mask = 0;             // of the first block
    KeyTree::Node object = KeyTree::nowhere;
    KeyTree::Key key;
    Shortcut shortcut = Shortcut::other;
    Step* next = nullptr;  // never null in use
  };

  KeyTrail();

  // Before each line. Forgets what was met with other keys. Throws bad_alloc.
  void follow(const KeyTree& keys) {
    if (keys.serial() != serial_ || steps_.size() == max_steps) forget(keys);
  }

  // Where the first key of an object is guessed; a step's `next` is where the key behind it is.
  Step** first(KeyTree::Node object) noexcept { return &guesses_[object].first; }

  // Likewise behind a key that has no step.
  Step** behind_unknown(KeyTree::Node object) noexcept { return &guesses_[object].behind_unknown; }

  // The step of a key that was not the guessed one; it is the guess from now on. Null for one that
  // is too long, or one too many, to remember. `raw`: between its quotes, without escapes.
  Step* find_or_add(const KeyTree& keys, KeyTree::Node object, std::string_view raw,
                    Step** guess) noexcept;

 private:
  static constexpr std::size_t max_steps = 512;

  void forget(const KeyTree& keys);
  std::size_t place(KeyTree::Node object, std::string_view raw) const noexcept;

  // The first is none: it matches nothing.
  std::vector<Step> steps_;   // never moves
  std::vector<Step*> table_;  // open addressing, at most half full
  // Of each object. Its steps lead to its own only: the same key fills another slot elsewhere.
  struct Guesses {
    Step* first;
    Step* behind_unknown;
  };
  std::vector<Guesses> guesses_;
  std::uint64_t serial_ = 0;  // of the keys
};

}  // namespace weir
