#include "aggregate/distinct_set.h"

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

#include "aggregate/hash_tags.h"

namespace weir::aggregate {

namespace {

using Ref = BlockArena::Ref;

// A first block that holds two addresses or four numbers, and then twice as much at a time. Small
// ones have 8 tags and 8 offsets in front of the entries, the largest 16 of each.
constexpr std::array<std::uint16_t, 4> head_sizes{0, 48, 96, 192};
constexpr unsigned largest_head = head_sizes.size() - 1;
constexpr unsigned head_slots(unsigned head_class) noexcept {
  return head_class == largest_head ? 16 : 8;
}
constexpr unsigned head_area(unsigned head_class) noexcept {
  return head_class == 0 ? 0 : head_sizes[head_class] - 2 * head_slots(head_class);
}

constexpr std::size_t segment_size = 256;  // unless one string needs more: a chunk reserves as much
constexpr std::size_t unit = 8;            // of the arena: a Ref may name an entry within a segment

struct Segment {
  Ref next;
  std::uint32_t size;  // of the block
  std::uint32_t used;  // with this header; of the last segment only if it is not of the usual size
  std::uint32_t unused;
};

constexpr unsigned node_slots = 12;
// Powers of two. The first page suits the hundred values that a threshold of 100 makes likely: one
// of 16 nodes would be mostly empty, and pages below would be if they were as large.
constexpr unsigned first_nodes = 8;
constexpr unsigned later_nodes = 4;

// 64 bytes, of which a look-up that finds nothing reads 16. A tag of 0 marks a free slot; slots
// fill up in order.
struct Node {
  std::uint8_t tags[node_slots];
  Ref page;  // of the next level
  Ref entries[node_slots];
};
constexpr std::size_t page_size(unsigned nodes) noexcept { return nodes * sizeof(Node); }
static_assert(sizeof(Node) == 64);
static_assert(segment_size + page_size(first_nodes) == usual_room);
static_assert(sizeof(Segment) + entry_bytes(usual_bytes, unit) <= segment_size);

std::uint8_t tag_of(std::uint64_t hash) noexcept {
  return static_cast<std::uint8_t>(std::max<std::uint64_t>(hash >> 56, 1));
}

const std::byte* head_entry(const std::byte* head, unsigned slots, unsigned i) noexcept {
  return head + 2 * slots + 4 * static_cast<std::size_t>(head[slots + i]);
}

// Where a string is, or the deepest node on its way and the bits of the hash that lead on from it.
struct Place {
  bool found = false;
  Node* node = nullptr;
  std::uint64_t bits = 0;
};

Node* node_in(Ref page, unsigned nodes, std::uint64_t bits, const BlockArena& arena) noexcept {
  return arena.as<Node>(page) + (bits & (nodes - 1));
}

Place find(const DistinctSet& set, const HashedEntry& entry, const BlockArena& arena) noexcept {
  const std::uint8_t tag = tag_of(entry.hash);
  if (set.head_count > 0) {
    const std::byte* const head = arena.at(set.head);
    const unsigned slots = head_slots(set.head_class);
    std::uint32_t hits = matching_tags(head, tag) & ((1U << set.head_count) - 1);
    for (; hits != 0; hits &= hits - 1)
      if (is_entry(head_entry(head, slots, static_cast<unsigned>(std::countr_zero(hits))), entry))
        return {true};
  }
  Place place{false, nullptr, entry.hash};
  unsigned nodes = first_nodes;
  for (Ref page = set.page; page != BlockArena::null; page = place.node->page) {
    place.node = node_in(page, nodes, place.bits, arena);
    place.bits /= nodes;
    nodes = later_nodes;
    std::uint32_t hits = matching_tags(place.node->tags, tag) & ((1U << node_slots) - 1);
    for (; hits != 0; hits &= hits - 1)
      if (is_entry(arena.at(place.node->entries[std::countr_zero(hits)]), entry)) return {true};
  }
  return place;
}

// Moves the entries to the smallest head that holds `need` bytes more; false if none does.
bool grow_head(DistinctSet& set, std::size_t need, BlockArena& arena) noexcept {
  const unsigned used = head_area(set.head_class) - (set.head_class == 0 ? 0 : set.left);
  unsigned wanted = set.head_class + 1U;
  while (wanted <= largest_head &&
         (head_area(wanted) < used + need || head_slots(wanted) == set.head_count))
    ++wanted;
  if (wanted > largest_head) return false;
  const Ref ref = arena.take(head_sizes[wanted]);
  std::byte* const to = arena.at(ref);
  if (set.head_class != 0) {
    const unsigned slots = head_slots(set.head_class);
    const std::byte* const from = arena.at(set.head);
    std::memcpy(to, from, set.head_count);
    std::memcpy(to + head_slots(wanted), from + slots, set.head_count);
    std::memcpy(to + 2 * head_slots(wanted), from + 2 * slots, used);
    arena.give(set.head, head_sizes[set.head_class]);
  }
  set.head = ref;
  set.head_class = static_cast<std::uint8_t>(wanted);
  set.left = static_cast<std::uint16_t>(head_area(wanted) - used);
  return true;
}

// Once there is a segment the head takes no more, or the order would be lost.
bool put_in_head(DistinctSet& set, const HashedEntry& entry, BlockArena& arena) noexcept {
  if (set.last != BlockArena::null) return false;
  const std::size_t need = entry_bytes(entry.size, 4);
  if ((set.left < need || set.head_count == head_slots(set.head_class)) &&
      !grow_head(set, need, arena))
    return false;
  std::byte* const head = arena.at(set.head);
  const unsigned slots = head_slots(set.head_class);
  const unsigned offset = head_area(set.head_class) - set.left;
  head[set.head_count] = static_cast<std::byte>(tag_of(entry.hash));
  head[slots + set.head_count] = static_cast<std::byte>(offset / 4);
  write_entry(head + 2 * slots + offset, entry);
  set.left = static_cast<std::uint16_t>(set.left - need);
  ++set.head_count;
  return true;
}

void open_segment(DistinctSet& set, std::size_t need, BlockArena& arena) noexcept {
  const std::size_t size = std::max(segment_size, BlockArena::rounded(sizeof(Segment) + need));
  const Ref ref = arena.take(size);
  auto* const segment = arena.as<Segment>(ref);
  *segment = {ref, static_cast<std::uint32_t>(size),
              static_cast<std::uint32_t>(sizeof(Segment) + need), 0};
  if (set.last != BlockArena::null) {
    auto* const before = arena.as<Segment>(set.last);
    if (before->size == segment_size)
      before->used = static_cast<std::uint32_t>(segment_size - set.left);
    segment->next = std::exchange(before->next, ref);
  }
  set.last = ref;
  set.left = size == segment_size ? segment_size - sizeof(Segment) : 0;
}

Ref put_in_segment(DistinctSet& set, const HashedEntry& entry, BlockArena& arena) noexcept {
  const std::size_t need = entry_bytes(entry.size, unit);
  if (set.last == BlockArena::null || set.left < need) open_segment(set, need, arena);
  // A segment of its own is full from the start.
  const std::size_t offset = set.left == 0 ? sizeof(Segment) : segment_size - set.left;
  write_entry(arena.at(set.last) + offset, entry);
  if (set.left > 0) set.left = static_cast<std::uint16_t>(set.left - need);
  return set.last + static_cast<Ref>(offset / unit);
}

Node* new_page(Ref& link, unsigned nodes, std::uint64_t bits, BlockArena& arena) noexcept {
  link = arena.take(page_size(nodes));
  std::memset(arena.at(link), 0, page_size(nodes));
  return node_in(link, nodes, bits, arena);
}

void index(DistinctSet& set, const Place& place, std::uint64_t hash, Ref entry,
           BlockArena& arena) noexcept {
  Node* node = place.node;
  if (node == nullptr)
    node = new_page(set.page, first_nodes, hash, arena);
  else if (node->tags[node_slots - 1] != 0)
    node = new_page(node->page, later_nodes, place.bits, arena);
  const auto slot = static_cast<unsigned>(std::countr_zero(matching_tags(node->tags, 0)));
  node->tags[slot] = tag_of(hash);
  node->entries[slot] = entry;
}

// Thirty levels use the hash up; strings whose hashes are equal then share the first node of each.
void clear_page(Ref page, unsigned nodes, BlockArena& arena) noexcept {
  for (unsigned i = 0; i < nodes; ++i)
    if (const Ref next = node_in(page, nodes, i, arena)->page; next != BlockArena::null)
      clear_page(next, later_nodes, arena);
  arena.give(page, page_size(nodes));
}

}  // namespace

std::size_t long_room(std::size_t bytes) noexcept {
  return BlockArena::rounded(sizeof(Segment) + entry_bytes(bytes, unit)) + page_size(first_nodes);
}

std::size_t distinct_room(std::size_t count, std::size_t bytes, std::uint32_t limit) noexcept {
  // Of segments of the usual size, two neighbours hold more than one of them can; the arena rounds
  // others up by a quarter at most. A page comes when a node is full, or as the first.
  const std::size_t entries = count * (sizeof(std::uint32_t) + unit) + bytes;
  const std::size_t pages = std::min<std::size_t>(count, 1 + limit / node_slots);
  return 3 * (entries + segment_size) + pages * page_size(first_nodes);
}

bool contains(const DistinctSet& set, const HashedEntry& entry, const BlockArena& arena) noexcept {
  return find(set, entry, arena).found;
}

Added add(DistinctSet& set, const HashedEntry& entry, std::uint32_t limit,
          BlockArena& arena) noexcept {
  const Place place = find(set, entry, arena);
  if (place.found) return Added::known;
  if (set.count >= limit) return Added::full;
  ++set.count;
  if (!put_in_head(set, entry, arena))
    index(set, place, entry.hash, put_in_segment(set, entry, arena), arena);
  return Added::yes;
}

void prefetch(const DistinctSet& set, std::uint64_t hash, const BlockArena& arena) noexcept {
  // Blocks are not aligned to lines.
  if (set.head != BlockArena::null) {
    const std::byte* const head = arena.at(set.head);
    __builtin_prefetch(head);
    __builtin_prefetch(head + std::min<std::size_t>(64, head_sizes[set.head_class] - 1));
  }
  if (set.page == BlockArena::null) return;
  const Node* const node = node_in(set.page, first_nodes, hash, arena);
  __builtin_prefetch(node, 1);
  __builtin_prefetch(&node->entries[node_slots - 1], 1);
  __builtin_prefetch(arena.at(set.last) + (set.left == 0 ? 0 : segment_size - set.left), 1);
}

void clear(DistinctSet& set, BlockArena& arena) noexcept {
  if (set.count == 0) return;
  if (set.head != BlockArena::null) arena.give(set.head, head_sizes[set.head_class]);
  if (set.page != BlockArena::null) clear_page(set.page, first_nodes, arena);
  if (set.last != BlockArena::null) {
    Ref ref = arena.as<Segment>(set.last)->next;
    bool more = true;
    while (more) {
      const Segment segment = *arena.as<Segment>(ref);
      more = ref != set.last;
      arena.give(ref, segment.size);
      ref = segment.next;
    }
  }
  set = {};
}

DistinctWalk::DistinctWalk(const DistinctSet& set, const BlockArena& arena) noexcept
    : set_(set), arena_(arena), left_in_head_(set.head_count) {
  if (left_in_head_ > 0)
    at_ = arena.at(set.head) + 2 * head_slots(set.head_class);
  else if (set.last != BlockArena::null)
    enter(arena.as<Segment>(set.last)->next);
}

void DistinctWalk::enter(Ref ref) noexcept {
  const auto* const segment = arena_.as<Segment>(ref);
  const bool growing = ref == set_.last && segment->size == segment_size;
  segment_ = ref;
  at_ = arena_.at(ref) + sizeof(Segment);
  end_ = arena_.at(ref) + (growing ? segment_size - set_.left : segment->used);
}

bool DistinctWalk::next(DistinctEntry& entry) noexcept {
  if (left_in_head_ > 0) {
    entry = read_entry(at_);
    at_ += entry_bytes(entry.size, 4);
    if (--left_in_head_ == 0) {
      at_ = end_ = nullptr;
      if (set_.last != BlockArena::null) enter(arena_.as<Segment>(set_.last)->next);
    }
    return true;
  }
  if (at_ == end_) {
    if (segment_ == set_.last) return false;
    enter(arena_.as<Segment>(segment_)->next);
  }
  entry = read_entry(at_);
  at_ += entry_bytes(entry.size, unit);
  return true;
}

}  // namespace weir::aggregate
