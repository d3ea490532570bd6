// What a filter costs an event that is in memory: each operator alone, the filter that rules
// typically have, and lists as long as real ones. The library's own code, not its interface.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "event/slots.h"
#include "filter/program.h"
#include "filter/tree.h"
#include "lookup/tables.h"

namespace {

using namespace weir;

constexpr std::size_t event_count = 512;  // so many that no branch is learned by heart

constexpr std::string_view intelligence =
    R"([{"category": "botnet", "indicator": "10.7.0.1", "context": {"score": 85, "feed": "x"}}])";

// Values by the fields of events; what a field has is drawn from what is listed for it.
class Events {
 public:
  // deciding: how many of four events fail on a number already.
  explicit Events(int deciding) : random_(7), deciding_(deciding) {}

  std::vector<Value> rows(const SlotMap& slots) {
    std::vector<Value> rows;
    for (std::size_t i = 0; i < event_count; ++i)
      for (const FieldId field : slots.fields()) rows.push_back(value(field_name(field), i));
    rows.resize(rows.size() + 1);
    return rows;
  }

 private:
  std::int64_t below(std::int64_t n) { return static_cast<std::int64_t>(random_()) % n; }
  Value text(std::string made) {
    return Value::of(std::string_view(texts_.emplace_back(std::move(made))));
  }

  Value value(std::string_view name, std::size_t i) {
    const bool fails = static_cast<int>(i % 4) < deciding_;
    if (name == "DestinationPort") return Value::of(std::int64_t{fails ? 53 : 443});
    if (name == "BytesOut") return Value::of(4096 + below(100'000));
    if (name == "BytesIn") return Value::of(below(100'000));
    if (name == "N.flags") return Value::of(below(256));
    if (name == "F.ratio") return Value::of(static_cast<double>(below(1'000)) / 8);
    if (name == "SourceAddress")
      return text(fmt::format("10.{}.{}.{}", below(8), below(256), below(256)));
    if (name == "SourceUserName") return text(fmt::format("user{:04}", below(10'000)));
    if (name == "TransportProtocol") return text(below(2) == 0 ? "tcp" : "udp");
    if (name == "RequestUrl")
      return text(fmt::format("/api/v{}/items/{:06}/details?page={}", below(3), below(1'000'000),
                              below(100)));
    if (name == "TI") return Value::json(intelligence);
    return text(fmt::format("C:\\Program Files\\Vendor\\tool{:05}.exe", below(100'000)));
  }

  std::mt19937 random_;
  int deciding_;
  std::deque<std::string> texts_;
};

lookup::Tables make_tables() {
  lookup::Tables tables;
  const auto add = [&](std::string name, lookup::Shape shape, auto key) {
    auto rows = std::make_shared<lookup::Table>(shape);
    const std::array<TextRef, 2> texts{{{"Servers/Web", 11}, {"PCI", 3}}};
    const std::array<std::int64_t, 2> severities{2, 4};
    std::vector<Value> values;
    for (const lookup::Column& column : shape.columns)
      values.push_back(column.type == FieldType::text_array
                           ? Value::array(Kind::text_array, texts.data(), 2)
                       : column.type == FieldType::number_array
                           ? Value::array(Kind::integer_array, severities.data(), 2)
                           : Value::of(std::string_view("a value")));
    for (int i = 0; i < 10'000; i += 2) rows->put(key(i), values, {});
    tables.add({std::move(name), "", std::move(rows)});
  };
  const auto user = [](int i) { return fmt::format("user{:04}", i); };
  const lookup::Column text{"v", FieldType::text};
  add("d", lookup::fixed_shape(lookup::Kind::dictionary), user);
  add("t", {lookup::Kind::table, {text, text}, {text}, {}},
      [](int i) { return fmt::format("user{:04}|443", i); });
  add("l", {lookup::Kind::active_list, {text}, {text}, {}}, user);
  add("c", {lookup::Kind::context_table, {text}, {{"v", FieldType::text}}, {}}, user);
  add("", lookup::fixed_shape(lookup::Kind::assets), user);
  add("", lookup::fixed_shape(lookup::Kind::directory), user);
  return tables;
}

void run(benchmark::State& state, const std::string& expression, int deciding = 0) {
  static const lookup::Tables tables = make_tables();
  SlotMap slots;
  const filter::Program program =
      filter::compile(filter::parse_expression(expression), {{}, {}, &tables}, slots);
  Events events(deciding);
  const std::vector<Value> rows = events.rows(slots);
  filter::Scratch scratch;
  std::size_t matched = 0;
  for (auto _ : state) {
    for (std::size_t i = 0; i < event_count; ++i)
      matched += program.matches(rows.data() + i * slots.size(), scratch) ? 1U : 0U;
    benchmark::DoNotOptimize(matched);
  }
  state.counters["matched"] =
      static_cast<double>(matched) / static_cast<double>(state.iterations() * event_count);
  state.counters["event"] =
      benchmark::Counter(static_cast<double>(state.iterations() * event_count),
                         benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

std::string list(int count, std::string_view form) {
  std::string items = "[";
  for (int i = 0; i < count; ++i)
    items += fmt::format("{}'{}'", i == 0 ? "" : ", ", fmt::format(fmt::runtime(form), i));
  return items + "]";
}

struct Case {
  const char* name;
  std::string expression;
  int deciding = 0;
};

// Two comparisons, subnets, beginnings and an expression. The events decide how far it gets.
const std::string typical =
    "DestinationPort = 443 and BytesOut > 1024 and "
    "SourceAddress inSubnet ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'] and "
    "RequestUrl startsWith ['/admin/', '/login/', '/api/'] and "
    "RequestUrl match '/items/[0-9]+/(details|history)'";

const std::vector<Case>& cases() {
  static const std::vector<Case> all = {
      {"typical/decided_early", typical, 3},
      {"typical/every_leaf", typical},
      {"equal/number", "BytesIn = 4242"},
      {"equal/numbers", "BytesIn = [1, 22, 333, 4444]"},
      {"equal/float", "F.ratio = 2.5"},
      {"equal/text", "TransportProtocol = 'tcp'"},
      {"equal/text_nocase", "TransportProtocol = 'TCP' nocase"},
      {"equal/texts_1000", "SourceUserName = " + list(1'000, "user{}")},
      {"equal/fields", "BytesIn = BytesOut"},
      {"less/number", "BytesIn < 50000"},
      {"less/float", "F.ratio <= 50.5"},
      {"greater/number", "BytesIn > 50000"},
      {"greater/fields", "BytesIn >= BytesOut"},
      {"hasBit", "N.flags hasBit [1, 4]"},
      {"inSubnet/3", "SourceAddress inSubnet ['10.0.0.0/14', '172.16.0.0/12', '192.168.0.0/16']"},
      {"inSubnet/250", "SourceAddress inSubnet " + list(250, "10.1.{}.0/30")},
      {"contains/1", "RequestUrl contains '/items/9'"},
      {"contains/1_nocase", "RequestUrl contains '/ITEMS/9' nocase"},
      {"contains/3", "RequestUrl contains " + list(3, "/items/{}")},
      {"contains/5", "RequestUrl contains " + list(5, "/items/{}x")},
      {"contains/10", "RequestUrl contains " + list(10, "/items/{}x")},
      {"contains/1000", "RequestUrl contains " + list(1'000, "/items/{}x")},
      {"contains/10000", "RequestUrl contains " + list(10'000, "{}x")},
      {"startsWith/3", "RequestUrl startsWith ['/admin/', '/login/', '/api/v1']"},
      {"startsWith/8", "RequestUrl startsWith " + list(8, "/api/v2/items/{}4")},
      {"startsWith/9", "RequestUrl startsWith " + list(9, "/api/v2/items/{}4")},
      {"startsWith/1000", "RequestUrl startsWith " + list(1'000, "/api/v2/items/{}4")},
      {"endsWith/3", "DeviceProcessName endsWith " + list(3, "{}7.exe")},
      {"endsWith/1000", "DeviceProcessName endsWith " + list(1'000, "{}7.exe")},
      {"match/1", "RequestUrl match '/items/[0-9]+/(details|history)'"},
      {"match/1_miss", "RequestUrl match '/items/[a-z]+/(details|history)'"},
      {"match/1_anchored", "RequestUrl match '^/(admin|login)[./?]'"},
      {"match/2", "RequestUrl match " + list(2, "/items/{}+/(details|history)")},
      {"match/2_anchored", "RequestUrl match ['^/(admin|login)[./?]', '^/(user|group)[./?]']"},
      {"match/2_words", "RequestUrl match ['union.*select', 'exec.*cmd']"},
      {"match/4_words", "RequestUrl match ['union.*select', 'exec.*cmd', 'x.*yz', '[|;]cat']"},
      {"match/1_word", "RequestUrl match 'union.*select'"},
      {"match/3", "RequestUrl match " + list(3, "/items/{}+/(details|history)")},
      {"match/4", "RequestUrl match " + list(4, "/items/{}+/(details|history)")},
      {"match/782", "RequestUrl match " + list(782, "/items/(x|y){}[0-9]+/(details|history)")},
      {"match/782_whole",
       "SourceUserName match " + list(782, "^((c_)?user{0}(-fallback)?(-c2)?|x{0})$")},
      {"match/1_whole", "SourceUserName match '^((c_)?user17(-fallback)?(-c2)?|x17)$'"},
      {"dictionary", "dictionary('d', SourceUserName) = 'a value'"},
      {"table", "table('t', 'v', SourceUserName, DestinationPort) = 'a value'"},
      {"activeList", "activeList('l', 'v', SourceUserName) = 'a value'"},
      {"contextTable", "contextTable('c', 'v', SourceUserName) = 'a value'"},
      {"ti", "ti('botnet', SourceAddress, 'feed') = 'x'"},
      {"inDictionary", "inDictionary('d', SourceUserName)"},
      {"inActiveList", "inActiveList('l', SourceUserName)"},
      {"inContextTable", "inContextTable('c', SourceUserName)"},
      {"hasVulnerability", "SourceUserName hasVulnerability 'CVE-2021-44228'"},
      {"inCategory", "SourceUserName inCategory 'Servers'"},
      {"inActiveDirectoryGroup", "SourceUserName inActiveDirectoryGroup 'PCI'"},
      {"TIDetect", "TIDetect(SourceAddress)"},
  };
  return all;
}

}  // namespace

int main(int argc, char** argv) {
  for (const Case& each : cases())
    benchmark::RegisterBenchmark(each.name, [&each](benchmark::State& state) {
      run(state, each.expression, each.deciding);
    });
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
}
