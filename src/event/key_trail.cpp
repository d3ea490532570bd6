#include "event/key_trail.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>

#include "base/secret.h"

namespace weir {

namespace {

Shortcut shortcut_of(const KeyTree::Key& key) noexcept {
  if (key.inside != KeyTree::nowhere) return Shortcut::other;
  if (!key.wanted()) return Shortcut::skip;
  switch (key.type) {
    case FieldType::text:
      return Shortcut::text;
    case FieldType::number:
    case FieldType::timestamp:
      return Shortcut::number;
    case FieldType::any:
      return Shortcut::any;
    default:
      return Shortcut::other;
  }
}

}  // namespace

KeyTrail::KeyTrail() : table_(2 * max_steps, nullptr) {
  steps_.reserve(max_steps);
  steps_.emplace_back();
  // No token begins with white space.
  Step& none = steps_.front();
  none.quoted[0] = ' ';
  none.mask = 1;
}

void KeyTrail::forget(const KeyTree& keys) {
  serial_ = 0;  // in case that memory runs out
  guesses_.assign(keys.objects(), {&steps_.front(), &steps_.front()});
  steps_.resize(1);
  std::fill(table_.begin(), table_.end(), nullptr);
  serial_ = keys.serial();
}

std::size_t KeyTrail::place(KeyTree::Node object, std::string_view raw) const noexcept {
  const std::size_t bound = table_.size() - 1;
  std::size_t at = XXH3_64bits_withSeed(raw.data(), raw.size(), process_secret() + object) & bound;
  for (; table_[at] != nullptr; at = (at + 1) & bound) {
    const Step& step = *table_[at];
    if (step.object == object && std::string_view(step.quoted.data() + 1, step.size - 3) == raw)
      break;
  }
  return at;
}

KeyTrail::Step* KeyTrail::find_or_add(const KeyTree& keys, KeyTree::Node object,
                                      std::string_view raw, Step** guess) noexcept {
  if (raw.size() + 3 > Step::max_size) return nullptr;
  const std::size_t at = place(object, raw);
  if (table_[at] == nullptr) {
    if (steps_.size() == max_steps) return nullptr;
    Step& step = steps_.emplace_back();
    step.quoted[0] = '"';
    raw.copy(step.quoted.data() + 1, raw.size());
    step.quoted[raw.size() + 1] = '"';
    step.quoted[raw.size() + 2] = ':';
    step.size = static_cast<std::uint32_t>(raw.size()) + 3;
    step.reach = std::max<std::uint32_t>(step.size, block_bytes);
    step.mask = step.size >= block_bytes ? ~0U : (1U << step.size) - 1;
    step.object = object;
    step.key = keys.find(object, raw);
    step.shortcut = shortcut_of(step.key);
    step.next = &steps_.front();
    table_[at] = &step;
  }
  return *guess = table_[at];
}

}  // namespace weir
