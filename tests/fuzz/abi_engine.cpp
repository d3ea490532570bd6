#include "abi_engine.h"

#include <cstdio>
#include <cstdlib>

#include "abi_material.h"

namespace fuzz {

std::uint64_t living_users = 0;

void require(bool truth, const char* sentence) {
  if (truth) return;
  std::fprintf(stderr, "what must be true is not: %s\n", sentence);
  std::abort();
}

namespace {

constexpr std::int64_t second = 1'000'000'000;
constexpr std::string_view callback_name = "named";

std::uint32_t id(std::string_view name) {
  std::uint32_t id = 0;
  require(weir_field_id(name.data(), name.size(), &id, nullptr) == WEIR_OK, "the field is known");
  return id;
}

// Reads all of it, so that a sanitizer sees what is not there.
void print(std::string& to, const char* bytes, std::uint64_t size) {
  for (std::uint64_t i = 0; i < size; ++i) to += bytes[i];
}

void print(std::string& to, const weir_field& field) {
  require(field.id != UINT32_MAX, "an output's fields have ids");
  to += std::to_string(field.id) + ':' + std::to_string(field.kind) + '=';
  const void* at = reinterpret_cast<const void*>(static_cast<std::uintptr_t>(field.word));
  switch (field.kind) {
    case WEIR_TEXT:
    case WEIR_JSON:
      print(to, static_cast<const char*>(at), field.size);
      break;
    case WEIR_INTEGER_ARRAY:
    case WEIR_FLOAT_ARRAY:
      print(to, static_cast<const char*>(at), field.size * 8);
      break;
    case WEIR_TEXT_ARRAY:
      for (std::uint64_t i = 0; i < field.size; ++i) {
        const weir_text& text = static_cast<const weir_text*>(at)[i];
        print(to, text.data, text.size);
        to += ',';
      }
      break;
    default:
      to += std::to_string(field.word);
  }
}

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

// What a rule's functions go by.
struct DrivenEngine::User {
  DrivenEngine* owner;
  int mode;
};

DrivenEngine::DrivenEngine(Choices& choices, const weir_engine_options& options)
    : choices_(choices), options_(options) {
  options_.log_user = this;
  options_.log = [](void* user, std::uint32_t, const char* message, std::uint64_t size) {
    std::string read;
    print(read, message, size);
    static_cast<DrivenEngine*>(user)->enter();
  };
  require(weir_create_engine(&options_, &engine_, nullptr) == WEIR_OK, "an engine is made");
  before_ = stats();
}

DrivenEngine::~DrivenEngine() {
  for (const Batch& batch : batches_)
    require(weir_destroy_batch(batch.handle, nullptr) == WEIR_OK, "a batch goes");
  require(weir_destroy_engine(engine_, nullptr) == WEIR_OK, "the engine goes");
}

// ---- Callbacks

weir_callbacks DrivenEngine::callbacks(int mode) {
  static const std::uint32_t some[] = {id("Name"), id("BytesIn")};
  static const std::uint32_t message = id("Message");
  weir_callbacks made{};
  made.struct_size = sizeof made;
  if ((mode & 1) == 0)
    made.filter = [](void* user, const weir_event* events, std::uint64_t count,
                     std::int32_t* answers) {
      const User& self = *static_cast<User*>(user);
      static constexpr std::int32_t given[] = {WEIR_TAKE, WEIR_TAKE, WEIR_LEAVE, 77, INT32_MIN};
      for (std::uint64_t i = 0; i < count; ++i) {
        const std::uint64_t of = (events[i].field_count + static_cast<unsigned>(self.mode)) % 6;
        if (of < 5) answers[i] = given[of];
      }
      self.owner->enter();
    };
  if ((mode & 2) == 0)
    made.enrich = [](void* user, const weir_event* event, weir_additions* additions,
                     std::int32_t* answer) {
      const User& self = *static_cast<User*>(user);
      std::string read;
      for (std::uint64_t i = 0; i < event->field_count; ++i) print(read, event->fields[i]);
      const std::uint64_t of = (event->field_count + static_cast<unsigned>(self.mode)) % 4;
      const weir_field field{of == 3 ? UINT32_MAX : message, WEIR_TEXT, 3,
                             reinterpret_cast<std::uintptr_t>("set")};
      const std::int32_t status = weir_set_field(additions, &field, nullptr);
      require((status == WEIR_OK) == (of != 3), "a field is set");
      if (of != 1) *answer = of == 2 ? 77 : WEIR_OK;
      self.owner->enter();
    };
  if ((mode & 4) != 0) {
    made.fields = some;
    made.field_count = 2;
  }
  made.user = new User{this, mode};
  made.destroy = [](void* user) {
    delete static_cast<User*>(user);
    --living_users;
  };
  ++living_users;
  return made;
}

// From inside a callback: whatever is called is busy.
void DrivenEngine::enter() {
  if (inside_ || !choices_.one_in(32)) return;
  inside_ = true;
  std::int32_t status = WEIR_BUSY;
  const weir_callbacks bound = callbacks(0);
  weir_cursor cursor{sizeof cursor, 0, 0, 0, 0, 0, 0};
  weir_stats all{};
  all.struct_size = sizeof all;
  weir_question question{sizeof question, 0, 0, nullptr, nullptr, {"{}", 2}};
  std::string written;
  switch (choices_.below(13)) {
    case 0:
      status = weir_get_stats(engine_, &all, nullptr);
      break;
    case 1:
      status = weir_load(engine_, "{}", 2, nullptr);
      break;
    case 2:
      status = weir_feed_ndjson(engine_, "{}\n", 3, now_, 0, &sink_, &cursor, nullptr);
      break;
    case 3:
      status = weir_flush(engine_, 0, &sink_, nullptr);
      break;
    case 4:
      status = weir_advance(engine_, now_, &sink_, nullptr);
      break;
    case 5:
      status = weir_snapshot(engine_, write, &written, nullptr);
      break;
    case 6:
      status = weir_restore(engine_, "x", 1, nullptr);
      break;
    case 7:
      status = weir_get_metrics(engine_, write, &written, nullptr);
      break;
    case 8:
      status = weir_explain(engine_, &question, write, &written, nullptr);
      break;
    case 9:
      status = weir_feed_records(engine_, nullptr, 0, now_, &sink_, nullptr, nullptr);
      break;
    case 10:
      status = weir_destroy_engine(engine_, nullptr);
      break;
    case 11:
      for (const Batch& batch : batches_)
        require(weir_feed_batch(batch.handle, now_, 0, &sink_, nullptr) == WEIR_BUSY,
                "a batch's engine is busy");
      break;
    default: {
      const weir_table given = table(choices_, lent_);
      status = weir_set_table(engine_, &given, nullptr);
    }
  }
  require(status == WEIR_BUSY, "an engine is busy for its callback");
  // Also a call that is refused destroys what it was handed.
  require(weir_set_callback(engine_, "x", 1, &bound, nullptr) == WEIR_BUSY, "so is binding");
  inside_ = false;
}

void DrivenEngine::accept(void* user, const weir_output* output, std::int32_t* answer) {
  DrivenEngine& self = *static_cast<DrivenEngine*>(user);
  Accepted& to = self.accepted_;
  require(*answer == WEIR_CALLBACK_FAILED, "the answer is preset");
  std::string read;
  print(read, output->bytes.data, output->bytes.size);
  print(read, output->message.data, output->message.size);
  for (std::uint64_t i = 0; i < output->event.field_count; ++i) {
    print(read, output->event.fields[i]);
    read += '\n';
  }
  self.enter();
  switch (self.choices_.below(12)) {
    case 9:
      return;
    case 10:
      *answer = 77;
      return;
    case 11:
      *answer = WEIR_STOP;
      break;
    default:
      *answer = WEIR_ACCEPT;
  }
  if (output->kind == WEIR_OUTPUT_REJECTED)
    to.rejected += output->count;
  else
    (output->kind == WEIR_OUTPUT_AGGREGATED ? to.aggregated : to.base) += output->count;
  if (to.keeps) to.all += std::to_string(output->kind) + ' ' + read + '\n';
}

void DrivenEngine::write(void* user, const char* bytes, std::uint64_t size) {
  print(*static_cast<std::string*>(user), bytes, size);
}

// ---- Calls

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

// ---- What must be true

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

namespace {

// A temporary switch: remove it when snapshots are there.
bool is_there(std::int32_t status) { return status != WEIR_NOT_SUPPORTED; }

}  // namespace

void DrivenEngine::snapshot() {
  std::string bytes;
  const std::int32_t status = weir_snapshot(engine_, write, &bytes, nullptr);
  if (!is_there(status)) return;
  require(status == WEIR_OK, "a snapshot is taken");
  weir_engine* other = nullptr;
  require(weir_create_engine(&options_, &other, nullptr) == WEIR_OK, "an engine is made");
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
  const std::int32_t status = weir_snapshot(engine_, write, &bytes, nullptr);
  if (!is_there(status)) return;
  require(status == WEIR_OK, "a snapshot is taken");
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
