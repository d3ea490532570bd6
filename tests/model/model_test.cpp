// Random rules and events through the ABI, against the naive model: the whole sequence of outputs
// must be equal, whatever the sizes of the batches.

#include <gtest/gtest.h>

#include <deque>
#include <random>

#include "model.h"
#include "weir/weir.h"

namespace {

using model::Scalar;
using Random = std::mt19937_64;

std::uint64_t pick(Random& random, std::uint64_t below) { return random() % below; }

constexpr const char* rule_ids[] = {"11111111-1111-4111-8111-111111111111",
                                    "22222222-2222-4222-8222-222222222222",
                                    "33333333-3333-4333-8333-333333333333"};

std::vector<model::Rule> random_rules(Random& random) {
  std::vector<model::Rule> rules;
  const std::size_t count = 1 + pick(random, 3);
  for (std::size_t i = 0; i < count; ++i) {
    model::Rule rule;
    rule.name = std::string("rule ").append(std::to_string(i));
    rule.id = rule_ids[i];
    rule.threshold = static_cast<std::uint32_t>(1 + pick(random, 6));
    rule.lifetime = static_cast<std::int64_t>((1 + pick(random, 20)) * 500'000'000);
    rule.identical = {"SourceAddress"};
    if (pick(random, 2)) rule.identical.push_back("DestinationPort");
    if (pick(random, 2)) rule.unique.push_back("DeviceAction");
    if (pick(random, 3) == 0 && rule.identical.size() == 1)
      rule.unique.push_back("DestinationPort");
    const bool join = pick(random, 2) != 0;
    if (pick(random, 2)) rule.sums.emplace_back("BytesIn", model::Sum::integer);
    if (pick(random, 2))
      rule.sums.emplace_back("DeviceCustomString1",
                             join ? model::Sum::join : model::Sum::numeric_text);
    if (pick(random, 2)) rule.sums.emplace_back("DeviceCustomFloatingPoint1", model::Sum::floating);
    if (pick(random, 2)) rule.only = {"Name", pick(random, 2) ? "login" : "logout"};
    rule.pass_missing = pick(random, 3) == 0;
    rules.push_back(rule);
  }
  return rules;
}

std::string list(const std::vector<std::string>& names) {
  std::string text = "[";
  for (const std::string& name : names) text += (text.size() > 1 ? ", " : "") + name;
  return text + "]";
}

std::string document(const std::vector<model::Rule>& rules) {
  std::string text = "aggregation:\n";
  for (const model::Rule& rule : rules) {
    text.append("  - name: ").append(rule.name).append("\n    id: ").append(rule.id);
    text.append("\n    threshold: ").append(std::to_string(rule.threshold));
    text.append("\n    lifetime: ").append(std::to_string(rule.lifetime / 1'000'000)).append("ms");
    text.append("\n    identical_fields: ").append(list(rule.identical)).append("\n");
    if (!rule.unique.empty())
      text.append("    unique_fields: ").append(list(rule.unique)).append("\n");
    if (rule.pass_missing) text += "    missing: pass\n";
    std::vector<std::string> sums;
    for (const auto& [field, kind] : rule.sums) {
      sums.push_back(field);
      if (kind == model::Sum::join) text += "    sum_strings: join\n";
    }
    if (!sums.empty()) text.append("    sum_fields: ").append(list(sums)).append("\n");
    if (rule.only)
      text.append("    filter: ")
          .append(rule.only->first)
          .append(" = '")
          .append(rule.only->second)
          .append("'\n");
  }
  return text;
}

template <class T>
const T& one_of(Random& random, const std::vector<T>& values) {
  return values[pick(random, values.size())];
}

model::Event random_event(Random& random, std::int64_t millis) {
  model::Event event;
  const auto maybe = [&](const char* name, const std::vector<Scalar>& values) {
    if (pick(random, 5) != 0) event.fields[name] = one_of(random, values);
  };
  const auto n = [](std::int64_t number) { return Scalar(number); };
  const auto s = [](const char* text) { return Scalar(std::string(text)); };
  maybe("SourceAddress", {s("10.0.0.1"), s("10.0.0.2"), s("::ffff:10.0.0.1"), s("10.0.0.01"),
                          s("a"), s("ab"), s(""), n(7), s("7"), s("255.255.255.255")});
  maybe("DestinationPort",
        {n(443), s("443"), s("x443"), n(-1), n(65'536), Scalar(443.0), Scalar(1.5)});
  maybe("DeviceAction", {s("allow"), s("deny"), s("reset"), s("")});
  maybe("BytesIn", {n(1), n(INT64_MAX - 3), n(-5), s("12"), s("1e3")});
  maybe("DeviceCustomString1", {s("5"), s("-7"), s("many"), n(3), s("99999999999999999999x")});
  maybe("DeviceCustomFloatingPoint1", {Scalar(0.5), n(2), Scalar(-1.25)});
  maybe("Name", {s("login"), s("logout"), s("other")});
  if (pick(random, 4) != 0) {
    const auto jitter = static_cast<std::int64_t>(pick(random, 3000)) - 1500;
    event.fields["Timestamp"] = n(millis + jitter);
  }
  return event;
}

// The library's side: events as field arrays, outputs as text.
class Library {
 public:
  Library(const std::string& document, bool event_clock, const std::string& instance) {
    weir_engine_options options{};
    options.struct_size = sizeof options;
    options.clock = event_clock ? WEIR_CLOCK_EVENT : WEIR_CLOCK_HOST;
    options.instance = {instance.data(), instance.size()};
    EXPECT_EQ(weir_create_engine(&options, &engine_, &error_), WEIR_OK) << error_.message;
    EXPECT_EQ(weir_load(engine_, document.data(), document.size(), &error_), WEIR_OK)
        << error_.message << "\n"
        << document;
  }
  ~Library() { weir_destroy_engine(engine_, nullptr); }

  void feed(const std::vector<model::Event>& events, std::int64_t now) {
    std::vector<weir_event> batch;
    std::vector<std::vector<weir_field>> fields(events.size());
    for (std::size_t i = 0; i < events.size(); ++i) {
      for (const auto& [name, value] : events[i].fields) fields[i].push_back(field(name, value));
      batch.push_back({fields[i].data(), fields[i].size(), 0});
    }
    std::uint64_t consumed = 0;
    EXPECT_EQ(weir_feed(engine_, batch.data(), batch.size(), now, &sink_, &consumed, &error_),
              WEIR_OK)
        << error_.message;
    EXPECT_EQ(consumed, events.size());
  }
  void advance(std::int64_t now) {
    EXPECT_EQ(weir_advance(engine_, now, &sink_, &error_), WEIR_OK) << error_.message;
  }
  void flush() { EXPECT_EQ(weir_flush(engine_, 0, &sink_, &error_), WEIR_OK) << error_.message; }
  weir_stats stats() {
    weir_stats stats{};
    stats.struct_size = sizeof stats;
    EXPECT_EQ(weir_get_stats(engine_, &stats, nullptr), WEIR_OK);
    return stats;
  }

  std::vector<std::string> outputs;

 private:
  static weir_field field(const std::string& name, const Scalar& value) {
    std::uint32_t id = 0;
    EXPECT_EQ(weir_field_id(name.data(), name.size(), &id, nullptr), WEIR_OK);
    if (const auto* number = std::get_if<std::int64_t>(&value))
      return {id, WEIR_INTEGER, 0, static_cast<std::uint64_t>(*number)};
    if (const auto* number = std::get_if<double>(&value))
      return {id, WEIR_FLOAT, 0, std::bit_cast<std::uint64_t>(*number)};
    const auto& text = std::get<std::string>(value);
    return {id, WEIR_TEXT, text.size(), reinterpret_cast<std::uintptr_t>(text.data())};
  }

  static std::string print(const weir_field& field) {
    const auto* at = reinterpret_cast<const void*>(static_cast<std::uintptr_t>(field.word));
    if (field.kind == WEIR_INTEGER) return std::to_string(static_cast<std::int64_t>(field.word));
    if (field.kind == WEIR_FLOAT) return model::print(std::bit_cast<double>(field.word));
    if (field.kind == WEIR_TEXT) return {static_cast<const char*>(at), field.size};
    std::string text;
    for (std::uint64_t i = 0; i < field.size; ++i) {
      text += text.empty() ? "[" : ",";
      if (field.kind == WEIR_TEXT_ARRAY) {
        const weir_text& element = static_cast<const weir_text*>(at)[i];
        text.append(element.data, element.size);
      } else {
        text += std::to_string(static_cast<const std::int64_t*>(at)[i]);
      }
    }
    return text + "]";
  }

  static void accept(void* user, const weir_output* output, std::int32_t* answer) {
    constexpr const char* reasons[] = {"base", "count", "lifetime", "flush", "evicted", "reload"};
    std::string line = reasons[output->reason];
    for (std::uint64_t i = 0; i < output->event.field_count; ++i) {
      const weir_field& field = output->event.fields[i];
      weir_text name{};
      weir_field_name(field.id, &name, nullptr);
      line.append("|").append(name.data, name.size).append("=").append(print(field));
    }
    static_cast<Library*>(user)->outputs.push_back(line);
    *answer = WEIR_ACCEPT;
  }

  weir_engine* engine_ = nullptr;
  weir_error error_{sizeof(weir_error), 0, 0, 0, 0, {}};
  weir_sink sink_{sizeof(weir_sink), WEIR_FORM_EVENTS, accept, this};
};

struct Case {
  bool event_clock;
  std::size_t batch;
};

class Model : public testing::TestWithParam<Case> {};

TEST_P(Model, GivesTheSameSequenceOfOutputs) {
  const auto [event_clock, batch_size] = GetParam();
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    Random random(seed);
    const auto rules = random_rules(random);
    const std::string text = document(rules);
    model::Engine expected(rules, event_clock, "test");
    Library library(text, event_clock, "test");
    std::int64_t now = 1'700'000'000'000'000'000;
    for (int step = 0; step < 12; ++step) {
      const std::uint64_t what = pick(random, 10);
      // Mostly small steps; now and then a long silence, or a clock set back by hours.
      now += static_cast<std::int64_t>(pick(random, 4'000'000'000));
      if (what == 0) now += 60'000'000'000;
      if (what == 1 && !event_clock) now -= 3 * 3'600'000'000'000;
      if (what == 2) {
        expected.advance(now);
        library.advance(now);
        continue;
      }
      std::vector<model::Event> events;
      const std::size_t count = 1 + pick(random, 700);
      for (std::size_t i = 0; i < count; ++i)
        events.push_back(random_event(random, now / 1'000'000 + static_cast<std::int64_t>(i * 20)));
      const std::int64_t given = event_clock && pick(random, 2) ? 0 : now;
      for (const model::Event& event : events) expected.feed(event, given);
      for (std::size_t i = 0; i < count; i += batch_size)
        library.feed(
            {events.begin() + static_cast<std::ptrdiff_t>(i),
             events.begin() + static_cast<std::ptrdiff_t>(std::min(count, i + batch_size))},
            given);
    }
    expected.flush();
    library.flush();
    ASSERT_EQ(library.outputs.size(), expected.outputs.size()) << "seed " << seed << "\n" << text;
    for (std::size_t i = 0; i < expected.outputs.size(); ++i)
      ASSERT_EQ(library.outputs[i], expected.outputs[i])
          << "output " << i << ", seed " << seed << "\n"
          << text;
    const weir_stats stats = library.stats();
    EXPECT_EQ(stats.events_in, stats.rejected + stats.filtered + stats.passed + stats.taken);
    EXPECT_EQ(stats.passed, expected.passed);
    EXPECT_EQ(stats.taken, expected.taken);
    EXPECT_EQ(stats.open_groups, 0U);
  }
}

INSTANTIATE_TEST_SUITE_P(Batches, Model,
                         testing::Values(Case{false, 1}, Case{false, 7}, Case{false, 512},
                                         Case{false, 5000}, Case{true, 1}, Case{true, 7},
                                         Case{true, 512}, Case{true, 5000}),
                         [](const auto& made) {
                           return std::string(made.param.event_clock ? "EventClock" : "HostClock") +
                                  std::to_string(made.param.batch);
                         });

}  // namespace
