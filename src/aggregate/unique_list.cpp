#include "aggregate/unique_list.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <cstring>

#include "base/secret.h"

namespace weir::aggregate {

namespace {

using Ref = BlockArena::Ref;

// A chain longer than this gets a trie: scanning 12 hashes costs about as much as three steps, and
// a chunk reserves a node for each.
constexpr std::uint32_t scanned = 12;
constexpr std::size_t first_segment = 64;
constexpr std::size_t largest_segment =
    256;  // unless one value needs more: a chunk reserves as much

struct Segment {
  Ref next;
  std::uint32_t size;  // of the block
  std::uint32_t used;  // bytes, with this header
  std::uint32_t unused;
};

struct Entry {
  std::uint32_t hash;
  std::uint32_t size;  // payload bytes; the top bit: a text
};
constexpr std::uint32_t text_bit = 0x8000'0000U;

struct Node {
  Ref child[4];
  Ref segment;           // where the entry is
  std::uint32_t offset;  // in its segment
};

// A value as the bytes that are stored and compared.
struct Payload {
  const char* bytes;
  std::uint32_t size;
  std::uint32_t hash;
  bool text;

  explicit Payload(const Value& value) noexcept
      : bytes(value.kind == Kind::text ? value.pointer<char>()
                                       : reinterpret_cast<const char*>(&value.word)),
        size(value.kind == Kind::text ? value.size : 8),
        text(value.kind == Kind::text) {
    static const std::uint64_t seed = process_secret();
    hash = static_cast<std::uint32_t>(XXH3_64bits_withSeed(bytes, size, seed));
  }
  std::uint32_t tagged_size() const noexcept { return size | (text ? text_bit : 0); }
};

constexpr std::size_t entry_bytes(std::size_t payload) noexcept {
  return sizeof(Entry) + ((payload + 7) & ~std::size_t{7});
}

bool same(const std::byte* at, const Payload& value) noexcept {
  const auto* entry = reinterpret_cast<const Entry*>(at);
  return entry->hash == value.hash && entry->size == value.tagged_size() &&
         std::memcmp(at + sizeof(Entry), value.bytes, value.size) == 0;
}

// visit(segment ref, offset, entry) for each entry until it returns true.
template <class Visit>
bool any_entry(const UniqueList& list, const BlockArena& arena, Visit&& visit) {
  for (Ref ref = list.first; ref != BlockArena::null;) {
    const auto* segment = arena.as<Segment>(ref);
    for (std::uint32_t at = sizeof(Segment); at < segment->used;) {
      const auto* entry = reinterpret_cast<const Entry*>(arena.at(ref) + at);
      if (visit(ref, at, *entry)) return true;
      at += static_cast<std::uint32_t>(entry_bytes(entry->size & ~text_bit));
    }
    ref = segment->next;
  }
  return false;
}

// The link of the trie where a value with that hash hangs or would hang. Two bits a level; after 16
// levels the hash is used up and what remains hangs in a line from child 0.
Ref* find_link(UniqueList& list, const Payload& value, const BlockArena& arena,
               bool& found) noexcept {
  Ref* link = &list.trie;
  std::uint32_t bits = value.hash;
  found = false;
  while (*link != BlockArena::null) {
    auto* node = arena.as<Node>(*link);
    if (same(arena.at(node->segment) + node->offset, value)) {
      found = true;
      return link;
    }
    link = &node->child[bits & 3];
    bits >>= 2;
  }
  return link;
}

void hang(Ref* link, Ref segment, std::uint32_t offset, BlockArena& arena) noexcept {
  const Ref ref = arena.take(sizeof(Node));
  *arena.as<Node>(ref) = Node{{}, segment, offset};
  *link = ref;
}

void build_trie(UniqueList& list, BlockArena& arena) noexcept {
  any_entry(list, arena, [&](Ref segment, std::uint32_t offset, const Entry& entry) {
    Ref* link = &list.trie;
    for (std::uint32_t bits = entry.hash; *link != BlockArena::null; bits >>= 2)
      link = &arena.as<Node>(*link)->child[bits & 3];
    hang(link, segment, offset, arena);
    return false;
  });
}

// Writes the entry behind the last one, in a new segment if it does not fit.
std::pair<Ref, std::uint32_t> append(UniqueList& list, const Payload& value,
                                     BlockArena& arena) noexcept {
  const std::size_t need = entry_bytes(value.size);
  Segment* last = list.last == BlockArena::null ? nullptr : arena.as<Segment>(list.last);
  if (last == nullptr || last->size - last->used < need) {
    const std::size_t wish =
        last == nullptr ? first_segment : std::min(largest_segment, std::size_t{last->size} * 2);
    const std::size_t size = BlockArena::rounded(std::max(wish, sizeof(Segment) + need));
    const Ref ref = arena.take(size);
    *arena.as<Segment>(ref) = {BlockArena::null, static_cast<std::uint32_t>(size), sizeof(Segment),
                               0};
    if (last == nullptr)
      list.first = ref;
    else
      last->next = ref;
    list.last = ref;
    last = arena.as<Segment>(ref);
  }
  const std::uint32_t offset = last->used;
  std::byte* const at = arena.at(list.last) + offset;
  const Entry entry{value.hash, value.tagged_size()};
  std::memcpy(at, &entry, sizeof entry);
  std::memcpy(at + sizeof entry, value.bytes, value.size);
  last->used += static_cast<std::uint32_t>(need);
  return {list.last, offset};
}

void clear_trie(Ref ref, BlockArena& arena) noexcept {
  if (ref == BlockArena::null) return;
  // Depth is bounded by 16 and the rare equal hashes.
  const Node node = *arena.as<Node>(ref);
  for (const Ref child : node.child) clear_trie(child, arena);
  arena.give(ref, sizeof(Node));
}

}  // namespace

std::size_t unique_room(const Value& value) noexcept {
  const std::size_t payload = value.kind == Kind::text ? value.size : 8;
  const std::size_t segment = std::max(largest_segment, sizeof(Segment) + entry_bytes(payload));
  return BlockArena::rounded(segment) + (scanned + 1) * BlockArena::rounded(sizeof(Node));
}

Added add_unique(UniqueList& list, const Value& value, std::uint32_t limit,
                 BlockArena& arena) noexcept {
  const Payload payload(value);
  Ref* link = nullptr;
  if (list.trie != BlockArena::null) {
    bool found = false;
    link = find_link(list, payload, arena, found);
    if (found) return Added::known;
  } else if (any_entry(list, arena, [&](Ref segment, std::uint32_t offset, const Entry&) {
               return same(arena.at(segment) + offset, payload);
             })) {
    return Added::known;
  }
  if (list.count >= limit) return Added::full;
  const auto [segment, offset] = append(list, payload, arena);
  ++list.count;
  if (link != nullptr)
    hang(link, segment, offset, arena);
  else if (list.count > scanned)
    build_trie(list, arena);
  return Added::yes;
}

Value unique_values(const UniqueList& list, Kind kind, const BlockArena& arena, Bump& bump) {
  if (list.count == 0) return {};
  const bool texts = kind == Kind::text_array;
  char* const to = bump.take(list.count * (texts ? sizeof(TextRef) : 8));
  std::uint32_t i = 0;
  any_entry(list, arena, [&](Ref segment, std::uint32_t offset, const Entry& entry) {
    const char* bytes = reinterpret_cast<const char*>(arena.at(segment) + offset + sizeof(Entry));
    if (texts) {
      const std::string_view copy = bump.copy({bytes, entry.size & ~text_bit});
      reinterpret_cast<TextRef*>(to)[i++] = {copy.data(), copy.size()};
    } else {
      std::memcpy(to + 8 * std::size_t{i++}, bytes, 8);
    }
    return false;
  });
  return Value::array(kind, to, list.count);
}

void clear_unique(UniqueList& list, BlockArena& arena) noexcept {
  clear_trie(list.trie, arena);
  for (Ref ref = list.first; ref != BlockArena::null;) {
    const Segment segment = *arena.as<Segment>(ref);
    arena.give(ref, segment.size);
    ref = segment.next;
  }
  list = {};
}

}  // namespace weir::aggregate
