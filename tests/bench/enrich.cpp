// What an enrichment rule that asks nobody costs an event that is in memory. The library's own
// code, not its interface.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <deque>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "enrich/step.h"

namespace {

using namespace weir;
using enrich::Conversion;
using Convert = Conversion::Kind;

constexpr std::size_t event_count = 512;  // a chunk, so many that no branch is learned by heart

Conversion make(Convert kind, std::string expression = "", std::string with = "") {
  return {kind, {std::move(expression), "", std::move(with), 0, 0}};
}

lookup::Tables make_tables() {
  lookup::Tables tables;
  auto rows = std::make_shared<lookup::Table>(lookup::fixed_shape(lookup::Kind::dictionary));
  auto pairs = std::make_shared<lookup::Table>(
      lookup::Shape{lookup::Kind::table, {{"user"}, {"port"}}, {{"owner"}, {"room"}}, {}});
  const std::vector<Value> values{Value::of(std::string_view("a value of some length")),
                                  Value::of(std::string_view("12"))};
  for (int i = 0; i < 10'000; ++i) {
    rows->put(fmt::format("user{:04}", i), {values.data(), 1}, {});
    pairs->put(fmt::format("user{:04}|443", i), values, {});
  }
  tables.add({"d", "", std::move(rows)});
  tables.add({"t", "", std::move(pairs)});
  return tables;
}

class Events {
 public:
  std::vector<Value> rows(const SlotMap& slots) {
    std::vector<Value> rows;
    for (std::size_t i = 0; i < event_count; ++i)
      for (const FieldId field : slots.fields()) rows.push_back(value(field_name(field)));
    return rows;
  }

 private:
  Value value(std::string_view name) {
    if (name == "DestinationPort") return Value::of(std::int64_t{443});
    if (name == "SourceUserName") return text(fmt::format("user{:04}", random_() % 10'000));
    if (name == "DestinationUserName")
      return text(fmt::format("ДОМЕН\\Пользователь{:04}", random_() % 10'000));
    if (name == "S.hex")
      return text("2f7573722f62696e2f707974686f6e33002d6d00687474702e736572766572");
    return {};
  }
  Value text(std::string made) {
    return Value::of(std::string_view(texts_.emplace_back(std::move(made))));
  }

  std::mt19937 random_{7};
  std::deque<std::string> texts_;
};

void run(benchmark::State& state, const enrich::Kind& rule) {
  static const lookup::Tables tables = make_tables();
  SlotMap slots;
  enrich::Wiring wiring{slots, tables};
  const enrich::Step step = enrich::compile(rule, wiring);
  Events events;
  const std::vector<Value> fresh = events.rows(slots);
  std::vector<Value> rows = fresh;
  std::vector<weir_field> changes;
  Bump memory;
  enrich::Scratch scratch;
  const lookup::Clock clock;
  std::size_t applied = 0;
  for (auto _ : state) {
    // A chunk: its memory is given back, and its events are as they came.
    memory.reset();
    std::copy(fresh.begin(), fresh.end(), rows.begin());
    for (std::size_t i = 0; i < event_count; ++i) {
      changes.clear();
      enrich::Subject subject(rows.data() + i * slots.size(), changes, memory, clock, slots,
                              scratch);
      applied += enrich::apply(step, subject) == enrich::Effect::applied ? 1U : 0U;
    }
    benchmark::DoNotOptimize(applied);
    benchmark::ClobberMemory();
  }
  const auto count = static_cast<double>(state.iterations() * event_count);
  state.counters["applied"] = static_cast<double>(applied) / count;
  state.counters["event"] =
      benchmark::Counter(count, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

struct Case {
  const char* name;
  enrich::Kind rule;
};

std::vector<Case> make_cases() {
  const FieldId user = field_id("SourceUserName"), account = field_id("DestinationUserName"),
                port = field_id("DestinationPort"), target = field_id("DeviceCustomString1"),
                hex = field_id("S.hex"), tags = field_id("SA.Tags");
  const auto copy = [&](FieldId source, std::vector<Conversion> conversions) {
    return enrich::EventSettings{source, target, std::move(conversions)};
  };
  return {
      {"constant", enrich::ConstantSettings{"a value of some length", target}},
      {"constant/number", enrich::ConstantSettings{std::int64_t{5}, field_id("BytesIn")}},
      {"constant/array", enrich::ConstantSettings{"a tag", tags}},
      {"event", copy(user, {})},
      {"event/number_to_text", copy(port, {})},
      {"event/lower", copy(account, {make(Convert::lower)})},
      {"event/upper", copy(account, {make(Convert::upper)})},
      {"event/trim", copy(account, {make(Convert::trim)})},
      {"event/replace", copy(account, {make(Convert::replace, "е", "э")})},
      {"event/append", copy(account, {make(Convert::append, "", "@example.net")})},
      {"event/regexp", copy(account, {make(Convert::regexp, R"(^.+\\(.+)$)")})},
      {"event/replace_with_regexp",
       copy(account, {make(Convert::replace_with_regexp, R"(^(.+)\\(.+)$)", "$2@$1")})},
      {"event/decode_hex", copy(hex, {make(Convert::decode_hex)})},
      {"event/substring", copy(account, {Conversion(Convert::substring, {"", "", "", 2, 9})})},
      {"dictionary", enrich::DictionarySettings{"d", {user}, target}},
      {"dictionary/miss", enrich::DictionarySettings{"d", {account}, target}},
      {"table",
       enrich::TableSettings{"t", {user, port}, {{"owner", target}, {"room", field_id("S.Room")}}}},
  };
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<Case> cases = make_cases();
  for (const Case& each : cases)
    benchmark::RegisterBenchmark(each.name,
                                 [&each](benchmark::State& state) { run(state, each.rule); });
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
}
