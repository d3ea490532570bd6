// What a cybertrace rule asks about an event, and what it makes of the answer.
#include "enrich/cybertrace.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <deque>

#include "filter/program.h"
#include "filter/tree.h"
#include "lookup/cybertrace_wire.h"

namespace weir::enrich {
namespace {

using namespace std::string_literals;

constexpr IndicatorKind url = IndicatorKind::url;
constexpr IndicatorKind ip = IndicatorKind::ip;
constexpr IndicatorKind hash = IndicatorKind::hash;

// A rule and one event.
struct Event {
  Event(const std::vector<std::pair<std::string, IndicatorKind>>& mapping,
        const std::vector<std::pair<std::string, std::string>>& into = {},
        Schema schema = Schema::kuma)
      : slots(schema), wiring{slots, tables} {
    CyberTraceSettings settings;
    for (const auto& [field, kind] : mapping)
      settings.mapping.push_back({field_id(field, schema), kind});
    for (const auto& [key, field] : into) settings.into.push_back({key, field_id(field, schema)});
    rule.emplace(settings, wiring);
    row.resize(slots.size() + 1);
    subject.emplace(row.data(), changes, memory, clock, slots);
  }

  Event& set(const std::string& field, Value value) {
    row[slots.find(field_id(field, slots.schema()))] = value;
    return *this;
  }
  Event& set(const std::string& field, const std::string& text) {
    return set(field, Value::of(std::string_view(texts.emplace_back(text))));
  }

  // The question, or "nothing".
  std::string ask() {
    std::string question = "left over";
    return rule->ask(*subject, question, dropped) ? question : "nothing";
  }
  Effect finish(std::string_view answer) { return rule->finish(answer, *subject); }
  std::string text(const std::string& field) {
    const Value& value = row[slots.find(field_id(field, slots.schema()))];
    if (value.kind != Kind::text_array) return std::string(value.text());
    std::string all;
    for (std::uint32_t i = 0; i < value.size; ++i)
      all.append(i == 0 ? "" : ",").append(element_of(value, i).text());
    return all;
  }

  using Kind = weir::Kind;
  SlotMap slots;
  lookup::Tables tables;
  Wiring wiring;
  std::optional<CyberTrace> rule;
  std::vector<Value> row;
  std::vector<weir_field> changes;
  Bump memory;
  lookup::Clock clock;
  std::deque<std::string> texts;
  std::uint64_t dropped = 0;
  std::optional<Subject> subject;
};

TEST(CyberTrace, AsksAboutEachFieldThatHasAValue) {
  Event event({{"RequestUrl", url}, {"SourceAddress", ip}, {"FileHash", hash}, {"Name", url}});
  EXPECT_EQ(event.ask(), "nothing");
  event.set("SourceAddress", "10.0.0.1").set("FileHash", "ff").set("Name", "");
  EXPECT_EQ(event.ask(), "KUMA|ip=10.0.0.1|hash=ff|\n");
  event.set("RequestUrl", "http://a.b/?ip=1");
  EXPECT_EQ(event.ask(), "KUMA|url=http://a.b/?ip=1|ip=10.0.0.1|hash=ff|\n");
  EXPECT_EQ(event.dropped, 0U);
}

TEST(CyberTrace, AsksAboutNumbersAndElements) {
  const TextRef names[] = {{"10.0.0.1", 8}, {"", 0}, {"10.0.0.2", 8}};
  Event event({{"SA.Addresses", ip}, {"BytesIn", hash}});
  event.set("SA.Addresses", Value::array(weir::Kind::text_array, names, 3))
      .set("BytesIn", Value::of(std::int64_t{-5}));
  EXPECT_EQ(event.ask(), "KUMA|ip=10.0.0.1|ip=10.0.0.2|hash=-5|\n");
}

TEST(CyberTrace, DropsWhatCannotBeSent) {
  Event event({{"RequestUrl", url}, {"SourceAddress", ip}});
  event.set("RequestUrl", "a\nKUMA|ip=1.1.1.1|").set("SourceAddress", "10.0.0.1");
  EXPECT_EQ(event.ask(), "KUMA|ip=10.0.0.1|\n");
  EXPECT_EQ(event.dropped, 1U);
  event.set("SourceAddress", "10.0.0.1|");
  EXPECT_EQ(event.ask(), "nothing");
  EXPECT_EQ(event.dropped, 3U);
}

const std::string botnet = "Category=Botnet|MatchedIndicator=10.0.0.1|threat=Mirai|port=23\n";
const std::string botnet_entry =
    R"({"category":"Botnet","indicator":"10.0.0.1","context":{"threat":"Mirai","port":"23"}})";
const std::string phishing = "Category=Phishing|MatchedIndicator=a.b|threat=X\n";
const std::string phishing_entry =
    R"({"category":"Phishing","indicator":"a.b","context":{"threat":"X"}})";

TEST(CyberTrace, MakesAListOfWhatIsDetected) {
  Event event({{"SourceAddress", ip}});
  EXPECT_EQ(event.finish(""), Effect::missed);
  EXPECT_EQ(event.finish("nonsense\n"), Effect::missed);
  EXPECT_TRUE(event.changes.empty());
  EXPECT_EQ(event.finish(botnet + phishing), Effect::applied);
  EXPECT_EQ(event.text("TI"), "[" + botnet_entry + "," + phishing_entry + "]");
  ASSERT_EQ(event.changes.size(), 1U);
  EXPECT_EQ(event.changes[0].kind, WEIR_JSON);
  EXPECT_EQ(event.changes[0].id, field_id("TI"));
}

TEST(CyberTrace, AddsToWhatIsThere) {
  const auto with = [&](std::string_view before) {
    Event event({{"SourceAddress", ip}});
    event.set("TI", Value::json(before));
    EXPECT_EQ(event.finish(phishing), Effect::applied);
    return event.text("TI");
  };
  const std::string alone = "[" + phishing_entry + "]";
  const std::string both = "[" + botnet_entry + "," + phishing_entry + "]";
  EXPECT_EQ(with("[" + botnet_entry + "]"), both);
  EXPECT_EQ(with(" [ " + botnet_entry + " ]\n"), both);
  EXPECT_EQ(with(botnet_entry), both);
  EXPECT_EQ(with("[]"), alone);
  EXPECT_EQ(with("[ \t]"), alone);
  EXPECT_EQ(with("5"), alone);
  Event event({{"SourceAddress", ip}});
  event.finish(botnet);
  event.finish(phishing);
  EXPECT_EQ(event.text("TI"), both);
  EXPECT_EQ(event.changes.size(), 1U);
}

TEST(CyberTrace, WritesValidJsonWhateverComes) {
  Event event({{"SourceAddress", ip}});
  EXPECT_EQ(event.finish("Category=\"C\\\t|a=\x01\xFF|b|a=2|=|a=3|b=\n"), Effect::applied);
  EXPECT_EQ(event.text("TI"),
            R"([{"category":"\"C\\\t","indicator":"","context":{"a":["\u0001�","2","3"],)"
            R"("b":["",""],"":""}}])");
}

TEST(CyberTrace, TakesALineOfManyKeys) {
  std::string answer = "Category=C";
  for (int i = 0; i < 200'000; ++i) answer.append("|k").append(i % 2 == 0 ? "" : std::to_string(i));
  Event event({{"SourceAddress", ip}});
  EXPECT_EQ(event.finish(answer + "\n"), Effect::applied);
}

// A server must not make an answer of its own size many times that size.
TEST(CyberTrace, AnArrayOfManyValuesTakesNoMoreMemoryThanTheyDo) {
  std::string answer = "Category=C";
  for (int i = 0; i < 8'000; ++i) answer.append("|k=").append(std::to_string(i));
  Event event({{"SourceAddress", ip}}, {{"k", "SA.Texts"}, {"k", "NA.Numbers"}});
  rusage before{}, after{};
  ASSERT_EQ(getrusage(RUSAGE_SELF, &before), 0);
  EXPECT_EQ(event.finish(answer + "|k=x\n"), Effect::failed);
  ASSERT_EQ(getrusage(RUSAGE_SELF, &after), 0);
  EXPECT_LT(after.ru_maxrss - before.ru_maxrss, 100 << 10) << "KiB";
  const Value texts = event.row[event.slots.find(field_id("SA.Texts", Schema::kuma))];
  const Value numbers = event.row[event.slots.find(field_id("NA.Numbers", Schema::kuma))];
  ASSERT_EQ(texts.size, 8'001U);
  EXPECT_EQ(element_of(texts, 7'999).text(), "7999");
  ASSERT_EQ(numbers.size, 8'000U);
  EXPECT_EQ(element_of(numbers, 7'999).integer(), 7'999);
}

TEST(CyberTrace, FillsFieldsFromContexts) {
  Event event({{"SourceAddress", ip}}, {{"threat", "DeviceCustomString1"},
                                        {"port", "DestinationPort"},
                                        {"threat", "SA.Threats"},
                                        {"Category", "SA.Categories"},
                                        {"MatchedIndicator", "S.Indicator"},
                                        {"absent", "Name"}});
  event.set("Name", "as it was");
  EXPECT_EQ(event.finish(phishing + botnet + phishing), Effect::applied);
  EXPECT_EQ(event.text("DeviceCustomString1"), "X");  // the first
  EXPECT_EQ(event.row[event.slots.find(field_id("DestinationPort"))].integer(), 23);
  EXPECT_EQ(event.text("SA.Threats"), "X,Mirai,X");
  EXPECT_EQ(event.text("SA.Categories"), "Phishing,Botnet,Phishing");
  EXPECT_EQ(event.text("S.Indicator"), "a.b");
  EXPECT_EQ(event.text("Name"), "as it was");
}

TEST(CyberTrace, SaysThatAValueDoesNotFit) {
  Event event({{"SourceAddress", ip}}, {{"threat", "DestinationPort"}});
  EXPECT_EQ(event.finish(botnet), Effect::failed);
  EXPECT_EQ(event.text("TI"), "[" + botnet_entry + "]");
  EXPECT_FALSE(event.row[event.slots.find(field_id("DestinationPort"))].present());
}

TEST(CyberTrace, KeepsListsUnderAnOpenSchema) {
  Event event({{"src ip", ip}}, {{"threat", "the threat"}}, Schema::open);
  event.set("src ip", "10.0.0.1");
  EXPECT_EQ(event.ask(), "KUMA|ip=10.0.0.1|\n");
  EXPECT_EQ(event.finish(botnet), Effect::applied);
  EXPECT_EQ(event.text("TI"), "[" + botnet_entry + "]");
  EXPECT_EQ(event.text("the threat"), "Mirai");
}

// What it writes is what TIDetect and ti(…) read.
TEST(CyberTrace, IsReadByFilters) {
  Event event({{"SourceAddress", ip}});
  event.finish(phishing + botnet);
  const Value written = event.row[event.slots.find(field_id("TI"))];
  const auto matches = [&](const std::string& expression) {
    SlotMap slots;
    const auto program = filter::compile(filter::parse_expression(expression), {}, slots);
    std::vector<Value> row(slots.size() + 1);
    if (const Slot slot = slots.find(field_id("TI")); slot != SlotMap::none) row[slot] = written;
    if (const Slot slot = slots.find(field_id("SourceAddress")); slot != SlotMap::none)
      row[slot] = Value::of(std::string_view("10.0.0.1"));
    filter::Scratch scratch;
    return program.matches(row.data(), scratch);
  };
  EXPECT_TRUE(matches("TIDetect(SourceAddress)"));
  EXPECT_TRUE(matches("TIDetect('Botnet', SourceAddress)"));
  EXPECT_FALSE(matches("TIDetect('Phishing', SourceAddress)"));
  EXPECT_TRUE(matches("ti('Botnet', SourceAddress, 'threat') = 'Mirai'"));
  EXPECT_FALSE(matches("ti('Botnet', SourceAddress, 'threat') = 'X'"));
}

}  // namespace
}  // namespace weir::enrich
