// Giving memory back.

#include <cstring>
#include <new>

#include "aggregate/shard.h"

namespace weir::aggregate {

void Shard::trim() noexcept {
  for (const auto& table : tables_) {
    if (table == nullptr) continue;
    const Resizing resizing(*this, *table);
    table->slots.shrink(table->slots.size() + table->announced);
    table->log.shrink(table->announced, table->slots.size(),
                      [&](const auto& entry) { return live(entry); });
  }
}

void Shard::compact() noexcept {
  if (groups_ == 0 && reserved_.lists == 0) lists_ = BlockArena(frugal_);
  BlockArena fresh(frugal_);
  try {
    fresh.reserve(buckets_.used() + reserved_.buckets);
  } catch (const std::bad_alloc&) {
    return;
  }
  for (const auto& table : tables_) {
    if (table == nullptr) continue;
    const std::uint32_t offset = table->rule->key_offset();
    table->log.move_buckets([&](const auto& entry) { return live(entry); },
                            [&](CreationLog::Entry& entry) {
                              const auto* const from = buckets_.as<Bucket>(entry.bucket);
                              const std::size_t size = offset + from->key_size;
                              const BlockArena::Ref to = fresh.take(size);
                              auto& bucket = *fresh.as<Bucket>(to);
                              const std::uint32_t generation = bucket.generation;
                              std::memcpy(static_cast<void*>(&bucket), from, size);
                              bucket.generation = generation;
                              table->slots.replace(bucket.hash, entry.bucket, to);
                              entry.bucket = to;
                              entry.generation = generation;
                            });
  }
  buckets_ = std::move(fresh);
  ++erased_;  // what was looked up before has moved
}

}  // namespace weir::aggregate
