// How an engine begins and ends, the law, and state.

#include "abi_engine.h"

#include <cstdio>
#include <cstdlib>

namespace fuzz {

void require(bool truth, const char* sentence) {
  if (truth) return;
  std::fprintf(stderr, "what must be true is not: %s\n", sentence);
  std::abort();
}

namespace {

bool same(const weir_stats& a, const weir_stats& b) {
  return a.events_in == b.events_in && a.rejected == b.rejected && a.filtered == b.filtered &&
         a.passed == b.passed && a.taken == b.taken && a.aggregated == b.aggregated &&
         a.closed_count == b.closed_count && a.closed_lifetime == b.closed_lifetime &&
         a.closed_flush == b.closed_flush && a.closed_evicted == b.closed_evicted &&
         a.closed_reload == b.closed_reload && a.open_groups == b.open_groups &&
         a.open_events == b.open_events && a.waiting_outputs == b.waiting_outputs &&
         a.clock == b.clock && a.refused == b.refused && a.lone == b.lone &&
         a.late_events == b.late_events && a.uniques_cut == b.uniques_cut &&
         a.sums_skipped == b.sums_skipped && a.conversion_errors == b.conversion_errors;
}

}  // namespace

DrivenEngine::DrivenEngine(Choices& choices, const weir_engine_options& options)
    : choices_(choices), options_(options) {
  options_.log_user = this;
  options_.log = log;
  require(weir_create_engine(&options_, &engine_, nullptr) == WEIR_OK, "an engine is made");
  before_ = stats();
}

DrivenEngine::~DrivenEngine() {
  for (const Batch& batch : batches_)
    require(weir_destroy_batch(batch.handle, nullptr) == WEIR_OK, "a batch goes");
  require(weir_destroy_engine(engine_, nullptr) == WEIR_OK, "the engine goes");
}

weir_stats DrivenEngine::stats() const {
  weir_stats all{};
  all.struct_size = sizeof all;
  require(weir_get_stats(engine_, &all, nullptr) == WEIR_OK, "there are counters");
  return all;
}

void DrivenEngine::check_law() {
  const weir_stats all = stats();
  require(all.events_in == all.rejected + all.filtered + all.passed + all.taken,
          "events_in = rejected + filtered + passed + taken");
  require(all.events_in >= before_.events_in && all.passed >= before_.passed &&
              all.taken >= before_.taken && all.aggregated >= before_.aggregated,
          "counters never fall");
  require(all.aggregated == all.closed_count + all.closed_lifetime + all.closed_flush +
                                all.closed_evicted + all.closed_reload ||
              all.lone != 0,
          "each aggregated event has a reason");
  before_ = all;
  std::uint64_t groups = 0, events = 0;
  weir_rule_stats one{};
  one.struct_size = sizeof one;
  for (std::uint64_t i = 0; weir_get_rule_stats(engine_, i, &one, nullptr) == WEIR_OK; ++i) {
    require(one.taken == one.out + one.lone + one.open_events,
            "of a rule taken = out + lone + open_events");
    groups += one.open_groups;
    events += one.open_events;
  }
  require(groups == all.open_groups && events == all.open_events, "the rules have what is open");
}

void DrivenEngine::finish() {
  sink_ = {sizeof sink_, WEIR_FORM_EVENTS, accept, this};
  std::int32_t status = WEIR_STOPPED;
  for (int i = 0; status != WEIR_OK && i < 1000'000; ++i)
    status = weir_flush(engine_, 0, &sink_, nullptr);
  require(status == WEIR_OK, "a flush ends");
  check_law();
  const weir_stats all = stats();
  require(all.open_groups == 0 && all.open_events == 0 && all.waiting_outputs == 0 &&
              all.held_events == 0,
          "nothing is open after a flush");
  require(accepted_.base + accepted_.aggregated == all.passed + all.lone + all.aggregated,
          "every output was accepted once");
  require(accepted_.rejected == all.rejected, "every rejected event was accepted once");
}

// ---- State

void DrivenEngine::snapshot() {
  std::string bytes;
  require(weir_snapshot(engine_, write, &bytes, nullptr) == WEIR_OK, "a snapshot is taken");
  weir_engine* other = nullptr;
  weir_engine_options silent = options_;
  silent.log = nullptr;  // this engine is not busy while the other one logs
  require(weir_create_engine(&silent, &other, nullptr) == WEIR_OK, "an engine is made");
  std::string altered = bytes;
  const std::size_t at = (choices_.byte() * 256U + choices_.byte()) % bytes.size();
  altered[at] = static_cast<char>(altered[at] ^ (1 << choices_.below(8)));
  require(weir_restore(other, altered.data(), altered.size(), nullptr) == WEIR_INVALID_SNAPSHOT,
          "what was altered is refused");
  require(weir_restore(other, bytes.data(), at, nullptr) == WEIR_INVALID_SNAPSHOT,
          "what was cut is refused");
  require(weir_restore(other, bytes.data(), bytes.size(), nullptr) == WEIR_OK,
          "an engine without rules takes any snapshot");
  require(weir_destroy_engine(other, nullptr) == WEIR_OK, "the engine goes");
  if (stats().events_in != 0)
    require(weir_restore(engine_, bytes.data(), bytes.size(), nullptr) != WEIR_OK,
            "an engine that was fed takes none");
}

void DrivenEngine::compare_with_twin() {
  std::string bytes;
  require(weir_snapshot(engine_, write, &bytes, nullptr) == WEIR_OK, "a snapshot is taken");
  DrivenEngine twin(choices_, options_);
  for (const Setup& setup : setups_)
    require(twin.apply(setup) == WEIR_OK, "what went well goes well again");
  require(weir_restore(twin.engine_, bytes.data(), bytes.size(), nullptr) == WEIR_OK,
          "the twin takes the snapshot");
  require(same(stats(), twin.stats()), "the twin has the counters");
  twin.before_ = stats();
  twin.accepted_ = accepted_;
  accepted_.all.clear();
  accepted_.keeps = twin.accepted_.keeps = true;
  finish();
  twin.finish();
  require(accepted_.all == twin.accepted_.all, "the twin's outputs are the same");
}

}  // namespace fuzz
