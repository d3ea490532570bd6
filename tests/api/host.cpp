#include "host.h"

#include <gtest/gtest.h>

#include <bit>
#include <cstring>

namespace host {

std::uint32_t id(std::string_view name) {
  std::uint32_t id = 0;
  weir_error error = no_error();
  EXPECT_EQ(weir_field_id(name.data(), name.size(), &id, &error), WEIR_OK) << error.message;
  return id;
}

weir_field field(std::string_view name, const Scalar& value) {
  weir_field field{id(name), WEIR_ABSENT, 0, 0};
  if (const auto* integer = std::get_if<std::int64_t>(&value)) {
    field.kind = WEIR_INTEGER;
    field.word = static_cast<std::uint64_t>(*integer);
  } else if (const auto* floating = std::get_if<double>(&value)) {
    field.kind = WEIR_FLOAT;
    field.word = std::bit_cast<std::uint64_t>(*floating);
  } else if (const auto* truth = std::get_if<bool>(&value)) {
    field.kind = WEIR_BOOL;
    field.word = *truth ? 1 : 0;
  } else {
    const auto& bytes = std::get<std::string>(value);
    field.kind = WEIR_TEXT;
    field.size = bytes.size();
    field.word = address_of(bytes.data());
  }
  return field;
}

namespace {

std::string print_element(const weir_field& field, std::uint64_t index) {
  const auto* at = reinterpret_cast<const void*>(static_cast<std::uintptr_t>(field.word));
  if (field.kind == WEIR_INTEGER_ARRAY)
    return std::to_string(static_cast<const std::int64_t*>(at)[index]);
  if (field.kind == WEIR_FLOAT_ARRAY) return std::to_string(static_cast<const double*>(at)[index]);
  const weir_text& element = static_cast<const weir_text*>(at)[index];
  return {element.data, element.size};
}

}  // namespace

std::string print(const weir_field& field) {
  switch (field.kind) {
    case WEIR_INTEGER:
      return std::to_string(static_cast<std::int64_t>(field.word));
    case WEIR_FLOAT:
      return std::to_string(std::bit_cast<double>(field.word));
    case WEIR_BOOL:
      return field.word != 0 ? "true" : "false";
    case WEIR_TEXT:
    case WEIR_JSON:
      return {reinterpret_cast<const char*>(static_cast<std::uintptr_t>(field.word)), field.size};
    default:
      break;
  }
  std::string list = "[";
  for (std::uint64_t i = 0; i < field.size; ++i)
    list.append(i > 0 ? "," : "").append(print_element(field, i));
  return list.append("]");
}

std::map<std::string, std::string> print(const weir_event& event) {
  std::map<std::string, std::string> fields;
  for (std::uint64_t i = 0; i < event.field_count; ++i) {
    weir_text name{};
    EXPECT_EQ(weir_field_name(event.fields[i].id, &name, nullptr), WEIR_OK);
    fields[std::string(name.data, name.size)] = print(event.fields[i]);
  }
  return fields;
}

weir_error no_error() {
  weir_error error;
  std::memset(&error, 0, sizeof error);
  error.struct_size = sizeof error;
  return error;
}

void Events::add(const Fields& fields) {
  values_.push_back(fields);
  auto& made = fields_.emplace_back();
  for (const auto& [name, value] : values_.back()) made.push_back(field(name, value));
  events_.push_back({made.data(), made.size(), events_.size()});
}

void PrintTo(const Seen& seen, std::ostream* out) {
  *out << "kind " << seen.kind << " reason " << seen.reason << " cookie " << seen.cookie;
  for (const auto& [name, value] : seen.fields) *out << ' ' << name << '=' << value;
  *out << ' ' << seen.bytes << ' ' << seen.message;
}

void Sink::accept(void* user, const weir_output* output, std::int32_t* answer) {
  Sink& self = *static_cast<Sink*>(user);
  ++self.offers;
  EXPECT_EQ(*answer, WEIR_CALLBACK_FAILED) << "the answer is preset to failure";
  EXPECT_EQ(output->struct_size, sizeof(weir_output));
  const std::int32_t given = self.answer ? self.answer(*output) : WEIR_ACCEPT;
  if (given != WEIR_ACCEPT && given != WEIR_STOP) return;
  Seen seen;
  seen.kind = output->kind;
  seen.reason = output->reason;
  seen.count = output->count;
  seen.cookie = output->event.cookie;
  seen.line = output->line;
  seen.fields = print(output->event);
  seen.bytes.assign(output->bytes.data == nullptr ? "" : output->bytes.data, output->bytes.size);
  seen.message.assign(output->message.data == nullptr ? "" : output->message.data,
                      output->message.size);
  self.seen.push_back(seen);
  *answer = given;
}

std::string Sink::bytes() const {
  std::string all;
  for (const Seen& one : seen)
    if (one.kind == WEIR_OUTPUT_LINES) all += one.bytes;
  return all;
}

std::vector<Seen> Sink::of_kind(std::uint32_t kind) const {
  std::vector<Seen> found;
  for (const Seen& one : seen)
    if (one.kind == kind) found.push_back(one);
  return found;
}

Engine::Engine(std::string_view document, std::uint32_t clock) {
  weir_engine_options options{};
  options.struct_size = sizeof options;
  options.clock = clock;
  options.instance = {"test", 4};
  EXPECT_EQ(weir_create_engine(&options, &engine_, &error), WEIR_OK) << message();
  if (document.empty()) return;
  EXPECT_EQ(load(document), WEIR_OK) << message() << '\n' << document;
}

Engine::~Engine() { EXPECT_EQ(weir_destroy_engine(engine_, nullptr), WEIR_OK); }

std::int32_t Engine::load(std::string_view document) {
  return weir_load(engine_, document.data(), document.size(), &error);
}

std::int32_t Engine::feed(const Events& events, std::int64_t now, const Sink& sink) {
  return feed(events.data(), events.size(), now, sink);
}

std::int32_t Engine::feed(const weir_event* events, std::uint64_t count, std::int64_t now,
                          const Sink& sink) {
  return weir_feed(engine_, events, count, now, sink, &consumed, &error);
}

std::int32_t Engine::feed_lines(std::string_view bytes, std::int64_t now, const Sink& sink,
                                std::uint32_t flags) {
  return weir_feed_ndjson(engine_, bytes.data(), bytes.size(), now, flags, sink, &cursor, &error);
}

std::int32_t Engine::advance(std::int64_t now, const Sink& sink) {
  return weir_advance(engine_, now, sink, &error);
}

std::int32_t Engine::flush(const Sink& sink, std::int64_t limit) {
  return weir_flush(engine_, limit, sink, &error);
}

weir_stats Engine::stats() const {
  weir_stats stats{};
  stats.struct_size = sizeof stats;
  EXPECT_EQ(weir_get_stats(engine_, &stats, nullptr), WEIR_OK);
  return stats;
}

weir_rule_stats Engine::rule_stats(std::uint64_t index) const {
  weir_rule_stats stats{};
  stats.struct_size = sizeof stats;
  EXPECT_EQ(weir_get_rule_stats(engine_, index, &stats, nullptr), WEIR_OK);
  return stats;
}

weir_enrichment_stats Engine::enrichment_stats(std::uint64_t index) const {
  weir_enrichment_stats stats{};
  stats.struct_size = sizeof stats;
  EXPECT_EQ(weir_get_enrichment_stats(engine_, index, &stats, nullptr), WEIR_OK);
  return stats;
}

std::int32_t Engine::create_rule(std::string_view document, const weir_callbacks* callbacks,
                                 weir_rule** rule) {
  return weir_create_rule(engine_, document.data(), document.size(), callbacks, rule, &error);
}

namespace {

weir_table csv(std::uint32_t kind, std::string_view name, std::string_view rows) {
  return {sizeof(weir_table), kind, {name.data(), name.size()},
          WEIR_CSV,           0,    {rows.data(), rows.size()}};
}

}  // namespace

std::int32_t Engine::set_table(std::uint32_t kind, std::string_view name, std::string_view rows) {
  const weir_table table = csv(kind, name, rows);
  return weir_set_table(engine_, &table, &error);
}

std::int32_t Engine::update_table(std::uint32_t kind, std::string_view name,
                                  std::string_view rows) {
  const weir_table table = csv(kind, name, rows);
  return weir_update_table(engine_, &table, &error);
}

std::int32_t Engine::erase_from_table(std::uint32_t kind, std::string_view name,
                                      std::string_view keys) {
  const weir_table table = csv(kind, name, keys);
  return weir_erase_from_table(engine_, &table, &error);
}

std::int32_t Engine::set_callback(std::string_view name, const weir_callbacks* callbacks) {
  return weir_set_callback(engine_, name.data(), name.size(), callbacks, &error);
}

bool conserves(const Engine& engine) {
  const weir_stats all = engine.stats();
  if (all.events_in != all.rejected + all.filtered + all.passed + all.taken) return false;
  weir_rule_stats one{};
  one.struct_size = sizeof one;
  for (std::uint64_t i = 0; weir_get_rule_stats(engine, i, &one, nullptr) == WEIR_OK; ++i)
    if (one.taken != one.out + one.lone + one.open_events) return false;
  return true;
}

std::string rule(std::uint32_t threshold, std::uint32_t lifetime, std::string_view more) {
  std::string text = "aggregation:\n  - name: by source\n    identical_fields: [SourceAddress]\n";
  text += "    threshold: " + std::to_string(threshold) + "\n";
  text += "    lifetime: " + std::to_string(lifetime) + "\n";
  if (!more.empty()) text.append("    ").append(more).append("\n");
  return text;
}

}  // namespace host
