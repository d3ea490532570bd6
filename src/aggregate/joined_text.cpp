#include "aggregate/joined_text.h"

#include <algorithm>
#include <cstring>

namespace weir::aggregate {

namespace {

using Ref = BlockArena::Ref;

constexpr std::size_t first_segment = 64;
constexpr std::size_t largest_segment = 1024;  // unless one text needs more

struct TextSegment {
  Ref next;
  std::uint32_t size;  // of the block
  std::uint32_t used;  // with this header
};

// As much of the text as the last segment holds; returns the rest.
std::string_view fill(const JoinedText& joined, std::string_view text, BlockArena& arena) noexcept {
  auto* last = arena.as<TextSegment>(joined.last);
  const std::size_t fits = std::min<std::size_t>(text.size(), last->size - last->used);
  std::memcpy(arena.at(joined.last) + last->used, text.data(), fits);
  last->used += static_cast<std::uint32_t>(fits);
  return text.substr(fits);
}

void append(JoinedText& joined, std::string_view text, BlockArena& arena) noexcept {
  if (joined.last != BlockArena::null) text = fill(joined, text, arena);
  if (text.empty()) return;
  TextSegment* last =
      joined.last == BlockArena::null ? nullptr : arena.as<TextSegment>(joined.last);
  const std::size_t wish =
      last == nullptr ? first_segment : std::min(largest_segment, std::size_t{last->size} * 2);
  const std::size_t size = BlockArena::rounded(std::max(wish, sizeof(TextSegment) + text.size()));
  const Ref ref = arena.take(size);
  *arena.as<TextSegment>(ref) = {BlockArena::null, static_cast<std::uint32_t>(size),
                                 sizeof(TextSegment)};
  if (last == nullptr)
    joined.first = ref;
  else
    last->next = ref;
  joined.last = ref;
  fill(joined, text, arena);
}

}  // namespace

std::size_t joined_room(std::string_view text) noexcept {
  const std::size_t bytes = std::min<std::size_t>(text.size(), max_joined_bytes);
  // The comma and the text may each open a segment.
  return 2 * BlockArena::rounded(std::max(largest_segment, sizeof(TextSegment) + bytes));
}

bool append_joined(JoinedText& joined, std::string_view text, BlockArena& arena) noexcept {
  const bool comma = joined.size > 0;
  if (text.size() + joined.size + (comma ? 1 : 0) > max_joined_bytes) return false;
  if (comma) append(joined, ",", arena);
  append(joined, text, arena);
  joined.size += static_cast<std::uint32_t>(text.size() + (comma ? 1 : 0));
  return true;
}

std::string_view joined_text(const JoinedText& joined, const BlockArena& arena, Bump& bump) {
  char* const to = bump.take(joined.size + 1);
  char* out = to;
  for (Ref ref = joined.first; ref != BlockArena::null;) {
    const auto* segment = arena.as<TextSegment>(ref);
    const std::size_t size = segment->used - sizeof(TextSegment);
    std::memcpy(out, arena.at(ref) + sizeof(TextSegment), size);
    out += size;
    ref = segment->next;
  }
  *out = '\0';
  return {to, joined.size};
}

void clear_joined(JoinedText& joined, BlockArena& arena) noexcept {
  for (Ref ref = joined.first; ref != BlockArena::null;) {
    const TextSegment segment = *arena.as<TextSegment>(ref);
    arena.give(ref, segment.size);
    ref = segment.next;
  }
  joined = {};
}

}  // namespace weir::aggregate
