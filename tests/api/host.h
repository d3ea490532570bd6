// A host for the tests of the contract: events made of names and values, a sink that remembers, an
// engine that is destroyed. It sees weir.h alone.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "weir/weir.h"

namespace host {

constexpr std::int64_t second = 1'000'000'000;
constexpr std::int64_t start = 1'000'000 * second;  // the clock of most tests at their beginning

using Scalar = std::variant<std::int64_t, double, bool, std::string>;
using Fields = std::vector<std::pair<std::string, Scalar>>;

inline Scalar number(std::int64_t value) { return value; }
inline Scalar text(std::string_view value) { return std::string(value); }

// As fields and members hold it.
inline std::uint64_t address_of(const void* bytes) {
  return reinterpret_cast<std::uintptr_t>(bytes);
}

std::uint32_t id(std::string_view name);
// The field borrows a text's bytes.
weir_field field(std::string_view name, const Scalar& value);
// Integers and floats in decimal, arrays as [a,b].
std::string print(const weir_field& field);
std::map<std::string, std::string> print(const weir_event& event);

weir_error no_error();

// Events and the memory that they lie in; the cookie is the index.
class Events {
 public:
  Events() = default;
  Events(std::initializer_list<Fields> events) {
    for (const Fields& fields : events) add(fields);
  }
  Events(const Events&) = delete;
  Events& operator=(const Events&) = delete;
  void add(const Fields& fields);
  void add(weir_event event) { events_.push_back(event); }
  const weir_event* data() const { return events_.data(); }
  std::uint64_t size() const { return events_.size(); }

 private:
  std::deque<Fields> values_;
  std::deque<std::vector<weir_field>> fields_;
  std::vector<weir_event> events_;
};

// `count` events of the same fields.
inline void add(Events& events, std::size_t count, const Fields& fields) {
  for (std::size_t i = 0; i < count; ++i) events.add(fields);
}

// One of SourceAddress `a`.
inline const Events& one_event() {
  static const Events event{{{"SourceAddress", text("a")}, {"BytesIn", number(5)}}};
  return event;
}

// What a sink was given, copied.
struct Seen {
  std::uint32_t kind = 0, reason = 0;
  std::uint64_t count = 0, cookie = 0, line = 0;
  std::map<std::string, std::string> fields;
  std::string bytes, message;
  bool operator==(const Seen&) const = default;
};
void PrintTo(const Seen& seen, std::ostream* out);

// Remembers what it has taken. `answer` decides: WEIR_ACCEPT unless it is set; anything but ACCEPT
// and STOP stands for a sink that gave no answer, and is not remembered.
class Sink {
 public:
  explicit Sink(std::uint32_t form = WEIR_FORM_EVENTS)
      : sink_{sizeof(weir_sink), form, accept, this} {}
  Sink(const Sink&) = delete;
  Sink& operator=(const Sink&) = delete;

  operator const weir_sink*() const { return &sink_; }
  std::string bytes() const;  // of the lines, one after another
  std::vector<Seen> of_kind(std::uint32_t kind) const;

  std::vector<Seen> seen;
  std::uint64_t offers = 0;
  std::function<std::int32_t(const weir_output&)> answer;

 private:
  static void accept(void* user, const weir_output* output, std::int32_t* answer);
  weir_sink sink_;
};

// An engine with a document. Calls return their status; `error` is what the last one filled.
class Engine {
 public:
  explicit Engine(std::string_view document = {}, std::uint32_t clock = WEIR_CLOCK_HOST);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  operator weir_engine*() const { return engine_; }
  std::string message() const { return error.message; }

  std::int32_t load(std::string_view document);
  std::int32_t feed(const Events& events, std::int64_t now, const Sink& sink);
  std::int32_t feed(const weir_event* events, std::uint64_t count, std::int64_t now,
                    const Sink& sink);
  std::int32_t feed_lines(std::string_view bytes, std::int64_t now, const Sink& sink,
                          std::uint32_t flags = 0);
  std::int32_t advance(std::int64_t now, const Sink& sink);
  std::int32_t flush(const Sink& sink, std::int64_t limit = 0);
  // Lookups; the rows are CSV.
  std::int32_t set_table(std::uint32_t kind, std::string_view name, std::string_view rows);
  std::int32_t update_table(std::uint32_t kind, std::string_view name, std::string_view rows);
  std::int32_t erase_from_table(std::uint32_t kind, std::string_view name, std::string_view keys);
  weir_stats stats() const;
  weir_rule_stats rule_stats(std::uint64_t index) const;
  weir_enrichment_stats enrichment_stats(std::uint64_t index = 0) const;
  std::int32_t create_rule(std::string_view document, const weir_callbacks* callbacks,
                           weir_rule** rule);
  std::int32_t set_callback(std::string_view name, const weir_callbacks* callbacks);

  weir_error error = no_error();
  std::uint64_t consumed = 0;  // by the last feed
  weir_cursor cursor{sizeof(weir_cursor), 0, 0, 0, 0, 0, 0};

 private:
  weir_engine* engine_ = nullptr;
};

// events_in = rejected + filtered + passed + taken, and the rules' taken = out + lone + open.
bool conserves(const Engine& engine);

// One rule of a document: by SourceAddress, lifetime in seconds.
std::string rule(std::uint32_t threshold, std::uint32_t lifetime = 10, std::string_view more = {});

}  // namespace host
