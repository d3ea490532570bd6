// The open buckets of a rule in one shard, one after another.
#pragma once

#include "aggregate/shard.h"

namespace weir::aggregate {

// In the order of their opening. Nothing may change meanwhile.
class Shard::Walk {
 public:
  Walk(const Shard& shard, const Rule& rule) noexcept
      : shard_(shard), table_(shard.find_table(rule.table())) {
    skip_stale();
  }
  bool done() const noexcept { return table_ == nullptr || at_ == table_->log.size(); }
  // REQUIRES, and those below: not done.
  Due due() const noexcept { return {entry().deadline, entry().ordinal}; }
  const Bucket& bucket() const noexcept { return *shard_.buckets_.as<Bucket>(entry().bucket); }
  const BlockArena& lists() const noexcept { return shard_.lists_; }
  void next() noexcept {
    ++at_;
    skip_stale();
  }

 private:
  const CreationLog::Entry& entry() const noexcept { return table_->log[at_]; }
  void skip_stale() noexcept {
    for (; !done() && !shard_.live(entry()); ++at_) prefetch();
    if (!done()) prefetch();
  }
  void prefetch() const noexcept {
    constexpr std::size_t ahead = 4;
    if (at_ + ahead < table_->log.size())
      shard_.prefetch_bucket(table_->log[at_ + ahead].bucket, 192);
  }

  const Shard& shard_;
  const Table* table_;
  std::size_t at_ = 0;
};

}  // namespace weir::aggregate
