// The calls, whose arguments are choices.

#include "abi_engine.h"
#include "abi_material.h"

namespace fuzz {
namespace {

constexpr std::int64_t second = 1'000'000'000;
constexpr std::string_view callback_name = "named";

}  // namespace

const weir_sink* DrivenEngine::sink() {
  sink_ = {sizeof sink_, choices_.one_in(3) ? 1U : 0U, accept, this};
  return &sink_;
}

std::int64_t DrivenEngine::now() {
  static constexpr std::int64_t steps[] = {
      0, 0, 0, second / 10, second, 11 * second, -second, 3700 * second, -7200 * second, 0};
  now_ += choices_.one_of(steps);
  if (!choices_.one_in(64)) return now_;
  static constexpr std::int64_t odd[] = {0, -1, INT64_MAX, INT64_MIN, 9'000'000'000 * second};
  return choices_.one_of(odd);
}

std::int32_t DrivenEngine::apply(const Setup& change) {
  weir_callbacks given{};
  const weir_callbacks* functions = nullptr;
  if (change.mode >= 0) {
    given = callbacks(change.mode);
    functions = &given;
  }
  const std::string& text = change.text;
  weir_rule* rule = nullptr;
  std::int32_t status = WEIR_OK;
  switch (change.kind) {
    case Setup::Kind::load:
      return weir_load(engine_, text.data(), text.size(), nullptr);
    case Setup::Kind::create:
      status = weir_create_rule(engine_, text.data(), text.size(), functions, &rule, nullptr);
      require((status == WEIR_OK) == (rule != nullptr), "a rule is made, or not");
      if (rule != nullptr) rules_.push_back(rule);
      return status;
    case Setup::Kind::destroy:
      status = weir_destroy_rule(rules_[change.index], nullptr);
      rules_[change.index] = nullptr;
      return status;
    case Setup::Kind::bind:
      return weir_set_callback(engine_, callback_name.data(), callback_name.size(), functions,
                               nullptr);
    case Setup::Kind::set:
      return weir_set_table(engine_, &change.table, nullptr);
    case Setup::Kind::update:
      return weir_update_table(engine_, &change.table, nullptr);
    case Setup::Kind::erase:
      break;
  }
  return weir_erase_from_table(engine_, &change.table, nullptr);
}

void DrivenEngine::change(Setup setup) {
  const std::int32_t status = apply(setup);
  require(status != WEIR_INTERNAL, "no change shows a bug");
  if (status == WEIR_OK) setups_.push_back(std::move(setup));
}

void DrivenEngine::feed() {
  const std::vector<weir_event> all = events(choices_, lent_);
  const weir_event* given = lent_.array(all);
  const std::uint64_t before = stats().events_in;
  std::uint64_t consumed = 0;
  weir_feed(engine_, given, all.size(), now(), sink(), &consumed, nullptr);
  require(consumed <= all.size() && stats().events_in == before + consumed, "events are counted");
}

void DrivenEngine::feed_records() {
  const std::vector<weir_record> all = records(choices_, lent_);
  const weir_record* given = lent_.array(all);
  const std::uint64_t before = stats().events_in;
  std::uint64_t consumed = 0;
  weir_feed_records(engine_, given, all.size(), now(), sink(), &consumed, nullptr);
  require(consumed <= all.size() && stats().events_in == before + consumed, "records are counted");
}

// A stream's next bytes, cut anywhere, from behind what the engine has consumed.
void DrivenEngine::feed_lines() {
  if (stream_.bytes == nullptr || stream_.at == stream_.bytes->size()) {
    texts_.push_back(std::make_unique<std::string>(lines(choices_)));
    stream_ = {texts_.back().get(), 0, {}};
    stream_.cursor.struct_size = sizeof(weir_cursor);
    if (choices_.one_in(8)) stream_.cursor.preset = choices_.byte();
  }
  const std::uint64_t left = stream_.bytes->size() - stream_.at;
  const std::uint64_t size =
      choices_.one_in(4) ? std::min<std::uint64_t>(left, choices_.byte()) : left;
  const bool last = size == left && choices_.one_in(2);
  const std::string piece = stream_.bytes->substr(stream_.at, size);
  const char* given = lent_.text(piece);
  const weir_cursor was = stream_.cursor;
  const std::uint64_t before = stats().events_in;
  const std::int32_t status = weir_feed_ndjson(engine_, given, size, now(), last ? 1U : 0U, sink(),
                                               &stream_.cursor, nullptr);
  const std::uint64_t consumed = status == WEIR_INVALID_ARGUMENT ? 0 : stream_.cursor.consumed;
  require(consumed <= size, "bytes are counted");
  require(stats().events_in - before == stream_.cursor.events - was.events, "lines are counted");
  stream_.at += consumed;
  if (status == WEIR_INVALID_ARGUMENT || (status == WEIR_OK && (last || consumed == 0)))
    stream_.bytes = nullptr;
}

void DrivenEngine::read_batch() {
  if (batches_.size() < 3 || choices_.one_in(4)) {
    batches_.emplace_back();
    require(weir_create_batch(engine_, &batches_.back().handle, nullptr) == WEIR_OK, "a batch");
  }
  Batch& batch = batches_[choices_.below(batches_.size())];
  if (choices_.one_in(3)) {
    const std::vector<weir_record> all = records(choices_, lent_);
    weir_read_records(batch.handle, lent_.array(all), all.size(), nullptr);
    return;
  }
  const std::string text = lines(choices_);
  batch.cursor = {sizeof(weir_cursor), 0, 0, 0, 0, 0, 0};
  if (choices_.one_in(8)) batch.cursor.preset = static_cast<std::uint32_t>(choices_.below(8));
  weir_read_ndjson(batch.handle, lent_.text(text), text.size(), choices_.one_in(2) ? 1U : 0U,
                   &batch.cursor, nullptr);
}

void DrivenEngine::feed_batch() {
  if (batches_.empty()) return;
  const std::size_t which = choices_.below(batches_.size());
  weir_feed_batch(batches_[which].handle, now(), choices_.byte(), sink(), nullptr);
  if (!choices_.one_in(8)) return;
  require(weir_destroy_batch(batches_[which].handle, nullptr) == WEIR_OK, "a batch goes");
  batches_.erase(batches_.begin() + static_cast<std::ptrdiff_t>(which));
}

void DrivenEngine::ask() {
  weir_question question{sizeof question, 0, 0, nullptr, nullptr, {}};
  if (choices_.one_in(2)) question.now = now();
  const std::vector<weir_event> all = events(choices_, lent_);
  const std::vector<weir_record> records = fuzz::records(choices_, lent_);
  const std::string line = lines(choices_);
  if (!all.empty()) question.event = &all[0];
  if (!records.empty() && (all.empty() || choices_.one_in(8))) question.record = &records[0];
  const std::string_view first = std::string_view(line).substr(0, line.find('\n'));
  if (question.event == nullptr && question.record == nullptr)
    question.line = {lent_.text(first), first.size()};
  std::string written;
  require(weir_explain(engine_, &question, write, &written, nullptr) != WEIR_INTERNAL,
          "no question shows a bug");
}

void DrivenEngine::look() {
  std::string written;
  weir_enrichment_stats one{};
  one.struct_size = sizeof one;
  for (std::uint64_t i = 0; weir_get_enrichment_stats(engine_, i, &one, nullptr) == WEIR_OK; ++i)
    require(one.held == 0, "nothing asks the network");
  require(weir_get_metrics(engine_, write, &written, nullptr) != WEIR_INTERNAL, "metrics");
  const std::string text = document(choices_);
  static constexpr std::string_view topics[] = {"diagnostics", "tests", "import", "expressions"};
  const std::string_view topic = choices_.one_of(topics);
  require(weir_describe(topic.data(), topic.size(), text.data(), text.size(), write, &written,
                        nullptr) != WEIR_INTERNAL,
          "no description shows a bug");
}

void DrivenEngine::step() {
  using Kind = Setup::Kind;
  switch (choices_.below(20)) {
    case 0:
    case 1:
    case 2:
      feed();
      break;
    case 3:
    case 4:
    case 5:
      feed_lines();
      break;
    case 6:
      feed_records();
      break;
    case 7:
      read_batch();
      break;
    case 8:
    case 9:
      feed_batch();
      break;
    case 10:
      weir_advance(engine_, now(), sink(), nullptr);
      break;
    case 11:
      weir_flush(engine_, choices_.one_in(8) ? choices_.integer() : 0, sink(), nullptr);
      break;
    case 12:
    case 13:
      change({Kind::load, document(choices_), -1, 0, {}});
      break;
    case 14: {
      const int mode = choices_.one_in(2) ? choices_.byte() : -1;
      change({Kind::create, rule(choices_), mode, 0, {}});
      break;
    }
    case 15:
      if (!rules_.empty()) change({Kind::destroy, {}, -1, choices_.below(rules_.size()), {}});
      break;
    case 16:
      change({Kind::bind, {}, choices_.byte(), 0, {}});
      break;
    case 17: {
      static constexpr Kind kinds[] = {Kind::set, Kind::set, Kind::update, Kind::erase};
      const Kind kind = choices_.one_of(kinds);
      change({kind, {}, -1, 0, table(choices_, lent_)});
      break;
    }
    case 18:
      choices_.one_in(2) ? look() : ask();
      break;
    default:
      snapshot();
  }
  check_law();
}

}  // namespace fuzz
