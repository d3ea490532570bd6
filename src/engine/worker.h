// What one call works with: buffers that keep their size from call to call.
#pragma once

#include <array>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "aggregate/chunk.h"
#include "engine/delivery.h"
#include "engine/output.h"
#include "engine/portion.h"
#include "engine/selection.h"
#include "filter/program.h"

namespace weir::engine {

// Counters of one chunk.
struct Counts {
  std::uint64_t events = 0;
  std::uint64_t rejected = 0;
  std::uint64_t filtered = 0;
  std::uint64_t passed = 0;
  std::uint64_t taken = 0;
  std::uint64_t conversion_errors = 0;
  std::uint64_t filter_failures = 0;
  std::uint64_t enrich_failures = 0;
  std::uint64_t future_times = 0;
  std::uint64_t late = 0;
  Counts& operator+=(const Counts& other) noexcept;
};

struct Worker {
  Portion portion;  // of a call that feeds directly
  LineReaders lines;
  RecordReaders records;
  Selection selection;
  aggregate::Chunk chunk;
  std::vector<aggregate::Closed> closed;
  std::vector<Time> line;                     // by event
  std::array<bool, WEIR_CHUNK_EVENTS> taken;  // by event
  std::array<bool, WEIR_CHUNK_EVENTS> late;   // by event, if some are
  std::vector<aggregate::FedEvent> fed;       // by event
  std::vector<Value> row;                     // of an output, for the filters of enrichments
  filter::Scratch scratch;
  NdjsonReader reader;  // of an output that is a line
  WholeReader whole;
  Showcase showcase;
  std::vector<weir_field> fields;
  std::vector<weir_field> changes;                  // of an output, by enrichments
  std::vector<EnrichmentCounts> enrichment_counts;  // by enricher
  std::vector<EnrichmentCounts> counts_before;      // the output at hand
  enrich::Scratch enrich_scratch;
  std::string question;  // of an output, and its answer
  std::string answer;
  // One queue, in a list so that it can move to the engine's without allocating.
  std::list<OutputQueue> queue;
  OutputQueue& outputs() {
    if (queue.empty()) queue.emplace_back();
    return queue.front();
  }
  Delivery delivery;
  Counts counts;
};

// Workers that no call is using. Any thread.
class WorkerPool {
 public:
  class Lease {
   public:
    explicit Lease(WorkerPool& pool) : pool_(pool), worker_(pool.take()) {}
    ~Lease() { pool_.give(std::move(worker_)); }
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    Worker& operator*() const noexcept { return *worker_; }

   private:
    WorkerPool& pool_;
    std::unique_ptr<Worker> worker_;
  };

 private:
  std::unique_ptr<Worker> take() {
    const std::lock_guard lock(mutex_);
    idle_.reserve(++leased_ + idle_.size());  // so that give() cannot fail
    if (idle_.empty()) {
      auto worker = std::make_unique<Worker>();
      // 0, 20, 8, 28 …: however many there are, they begin far from each other.
      worker->chunk.first_shard = made_++ * 20 % aggregate::shards;
      return worker;
    }
    auto worker = std::move(idle_.back());
    idle_.pop_back();
    return worker;
  }
  void give(std::unique_ptr<Worker> worker) noexcept {
    const std::lock_guard lock(mutex_);
    --leased_;
    idle_.push_back(std::move(worker));
  }

  std::mutex mutex_;
  std::size_t leased_ = 0;
  std::size_t made_ = 0;
  std::vector<std::unique_ptr<Worker>> idle_;
};

}  // namespace weir::engine
