#include "feeder.h"

namespace soak {
namespace {

// A sink that stopped or failed ends the call; the rest is fed by the next.
bool good(std::int32_t status) {
  return status == WEIR_OK || status == WEIR_STOPPED || status == WEIR_CALLBACK_FAILED;
}

}  // namespace

Feeder::Feeder(Shared& shared, std::uint64_t number)
    : shared_(shared),
      number_(number),
      traffic_(number),
      tally_(number % 2 == 0 ? WEIR_FORM_NDJSON : WEIR_FORM_EVENTS, number % 3 != 0),
      thread_([this] { run(); }) {}

void Feeder::run() {
  weir_batch* batch = nullptr;
  require(weir_create_batch(shared_.engine, &batch, nullptr) == WEIR_OK, "a batch is made");
  for (std::uint64_t round = number_; !shared_.stop; ++round) {
    traffic_.next();
    switch (round % 3) {
      case 0:
        feed_lines();
        break;
      case 1:
        feed_events();
        break;
      default:
        feed_batch(batch);
    }
  }
  require(weir_destroy_batch(batch, nullptr) == WEIR_OK, "the batch goes");
}

void Feeder::feed_events() {
  for (std::uint64_t at = 0; at < round_events;) {
    const auto pass = shared_.pass();
    std::uint64_t consumed = 0;
    const std::int32_t status =
        weir_feed(shared_.engine, traffic_.events().data() + at, round_events - at, shared_.tick(),
                  tally_.sink(), &consumed, nullptr);
    require(good(status), "events are fed", weir_status_name(status));
    at += consumed;
    fed_ += consumed;
  }
}

void Feeder::feed_lines() {
  const std::string_view lines = traffic_.lines();
  weir_cursor cursor{sizeof cursor, 0, 0, 0, 0, 0, 0};
  for (std::uint64_t at = 0; at < lines.size();) {
    const auto pass = shared_.pass();
    const std::uint64_t before = cursor.events;
    const std::int32_t status =
        weir_feed_ndjson(shared_.engine, lines.data() + at, lines.size() - at, shared_.tick(), 0,
                         tally_.sink(), &cursor, nullptr);
    require(good(status), "lines are fed", weir_status_name(status));
    at += cursor.consumed;
    fed_ += cursor.events - before;
  }
  require(cursor.events == round_events, "every line is an event");
}

// Read at once, then applied by as many calls as the sink makes of it.
void Feeder::feed_batch(weir_batch* batch) {
  const std::string_view lines = traffic_.lines();
  weir_cursor cursor{sizeof cursor, 0, 0, 0, 0, 0, 0};
  {
    const auto pass = shared_.pass();
    require(
        weir_read_ndjson(batch, lines.data(), lines.size(), WEIR_LAST, &cursor, nullptr) == WEIR_OK,
        "a batch is read");
  }
  std::int32_t status = WEIR_STOPPED;
  while (status != WEIR_OK) {
    const auto pass = shared_.pass();
    status = weir_feed_batch(batch, shared_.tick(), 0, tally_.sink(), nullptr);
    require(good(status), "a batch is fed", weir_status_name(status));
  }
  fed_ += round_events;
}

}  // namespace soak
