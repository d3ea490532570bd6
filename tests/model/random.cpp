#include "random.h"

namespace model {

namespace {

constexpr const char* rule_ids[] = {"11111111-1111-4111-8111-111111111111",
                                    "22222222-2222-4222-8222-222222222222",
                                    "33333333-3333-4333-8333-333333333333"};

template <class T>
const T& one_of(Random& random, const std::vector<T>& values) {
  return values[pick(random, values.size())];
}

Value n(std::int64_t number) { return number; }
Value s(const char* text) { return std::string(text); }

Filter random_filter(Random& random) {
  return {"Name", one_of<std::string>(random, {"login", "logout", "other"}), one_in(random, 3)};
}

void choose_fields(Random& random, const Allowed& allowed, Rule& rule) {
  rule.identical = {"SourceAddress"};
  const auto maybe = [&](std::vector<std::string>& list, const char* field) {
    if (one_in(random, 2)) list.push_back(field);
  };
  maybe(rule.identical, "DestinationPort");
  maybe(rule.unique, "DeviceAction");
  if (rule.identical.size() == 1 && one_in(random, 3)) rule.unique.push_back("DestinationPort");
  if (allowed.arrays)
    for (const char* field : {"SA.Tags", "NA.Codes", "FA.Loads"})
      if (one_in(random, 2)) (one_in(random, 2) ? rule.identical : rule.unique).push_back(field);
  maybe(rule.sums, "BytesIn");
  maybe(rule.sums, "DeviceCustomFloatingPoint1");
  maybe(rule.sums, "DeviceCustomString1");
}

// An open schema's lists hold values of any type; those that are listed one after another here are
// all texts.
void choose_open_fields(Random& random, Rule& rule) {
  rule.identical = {"src"};
  if (one_in(random, 2)) rule.identical.push_back("port");
  if (one_in(random, 2)) rule.unique = {"verdict"};
  if (one_in(random, 2)) rule.sums = {"bytes"};
  rule.filter.reset();
}

void choose_statistics(Random& random, Rule& rule) {
  const std::vector<Statistic> all = {{"BytesOut", "min", "N.Least"},
                                      {"BytesOut", "max", "N.Most"},
                                      {"BytesOut", "avg", "F.Mean"},
                                      {"BytesOut", "first", "N.First"},
                                      {"BytesOut", "last", "N.Last"},
                                      {"DeviceAction", "first", "S.First"},
                                      {"Name", "last", "S.Last"},
                                      {"Name", "distinct", "N.Names"},
                                      {"BytesOut", "distinct", "N.Sizes"},
                                      {"DeviceCustomFloatingPoint2", "min", "F.Least"},
                                      {"DeviceCustomFloatingPoint2", "max", "F.Most"},
                                      {"DeviceCustomFloatingPoint2", "avg", "F.Average"}};
  for (const Statistic& one : all)
    if (one_in(random, 3)) rule.statistics.push_back(one);
}

void choose_options(Random& random, const Allowed& allowed, Rule& rule) {
  const auto use = [&](bool option) { return option && one_in(random, allowed.rarity); };
  rule.pass_missing = one_in(random, 3);
  if (use(allowed.statistics)) choose_statistics(random, rule);
  // How many values `distinct` may tell apart where the list is cut is left open.
  if (use(allowed.unique_limit) && rule.statistics.empty())
    rule.unique_limit = static_cast<std::uint32_t>(1 + pick(random, 4));
  rule.unique_as_text = use(allowed.unique_as);
  rule.dedup = use(allowed.dedup) && !rule.unique.empty();
  if (use(allowed.others))
    rule.other_fields = one_of<std::string>(random, {"first", "last", "common"});
  rule.pass_single = use(allowed.single);
  rule.output_reason = use(allowed.reason);
  if (use(allowed.rule_bounds)) rule.max_groups = 1 + pick(random, 12);
}

void choose_event_time(Random& random, Document& document) {
  document.allowed_lateness =
      one_of<std::int64_t>(random, {0, 50'000'000, 400'000'000, 1'000'000'000});
  document.late_events = one_of<std::string>(random, {"next", "pass", "reject"});
  if (one_in(random, 3)) document.max_future_skew = 5'000'000'000;
}

}  // namespace

Document random_document(Random& random, const Allowed& allowed) {
  Document document;
  document.open = allowed.open;
  document.match_all = allowed.match_all;
  if (!allowed.open && one_in(random, 3)) {
    document.filter = random_filter(random);
    document.drop = one_in(random, 2);
  }
  if (allowed.lateness) choose_event_time(random, document);
  if (allowed.engine_bounds) document.max_groups = 1 + pick(random, 20);
  const std::size_t count = 1 + pick(random, 3);
  for (std::size_t i = 0; i < count; ++i) {
    Rule rule;
    rule.name = "rule " + std::to_string(i);
    rule.id = rule_ids[i];
    rule.threshold = static_cast<std::uint32_t>(1 + pick(random, 6));
    rule.lifetime = static_cast<std::int64_t>((1 + pick(random, 20)) * 500'000'000);
    if (one_in(random, 2)) rule.filter = random_filter(random);
    if (allowed.open)
      choose_open_fields(random, rule);
    else
      choose_fields(random, allowed, rule);
    rule.join = !allowed.open && one_in(random, 2);
    choose_options(random, allowed, rule);
    document.rules.push_back(rule);
  }
  return document;
}

namespace {

Fields open_event(Random& random) {
  Fields event;
  const auto maybe = [&](const char* name, const std::vector<Value>& values) {
    if (!one_in(random, 5)) event.emplace_back(name, one_of(random, values));
  };
  maybe("src", {s("1"), n(1), Value(1.0), Value(1.5), Value(true), s("true"), s(""), n(INT64_MAX)});
  maybe("port", {n(0), Value(0.0), s("0"), Value(false)});
  maybe("verdict", {s("allow"), s("deny"), s("reset"), s("")});
  maybe("bytes",
        {n(1), n(7), n(INT64_MAX - 3), n(-5), s("12"), Value(true), Value(0.25), Value(2.0)});
  return event;
}

}  // namespace

Fields random_event(Random& random, const Allowed& allowed, std::int64_t millis) {
  Fields event = allowed.open ? open_event(random) : Fields();
  const auto maybe = [&](const char* name, const std::vector<Value>& values) {
    if (!one_in(random, 5)) event.emplace_back(name, one_of(random, values));
  };
  if (!allowed.open) {
    maybe("SourceAddress", {s("10.0.0.1"), s("10.0.0.2"), s("::ffff:10.0.0.1"), s("10.0.0.01"),
                            s("a"), s("ab"), s(""), n(7), s("7"), s("255.255.255.255")});
    maybe("DestinationPort", {n(443), s("443"), s("x443"), n(-1), n(65'536), n(443), Value(443.0),
                              Value(1.5), Value(true)});
    maybe("DeviceAction", {s("allow"), s("deny"), s("reset"), s(""), Value(true), n(4)});
    maybe("BytesIn", {n(1), n(INT64_MAX - 3), n(-5), s("12"), s("1e3")});
    maybe("DeviceCustomString1", {s("5"), s("-7"), s("many"), n(3), s("0.5"), s("x1")});
    maybe("DeviceCustomFloatingPoint1", {Value(0.5), n(2), Value(-1.25)});
    maybe("Name", {s("login"), s("logout"), s("other")});
  }
  if (!allowed.open && (allowed.statistics || allowed.others)) {
    maybe("BytesOut", {n(3), n(-8), n(100), s("7"), Value(2.0), s("none")});
    maybe("DeviceCustomFloatingPoint2", {Value(0.5), n(2), Value(-1.25), s("0.75")});
    maybe("DeviceVendor", {s("north"), s("south"), s("")});
    maybe("DeviceProduct", {s("wall")});
  }
  if (allowed.arrays) {
    maybe("SA.Tags", {Texts{"a", "b"}, Texts{"ab"}, Texts{"b", "a"}, Texts{}, Integers{1, 2},
                      Texts{"1", "2"}, Texts{"a", "a"}, s("a")});
    maybe("NA.Codes",
          {Integers{1, 2}, Integers{1}, Integers{2}, Texts{"1", "2"}, Texts{"x"}, n(1)});
    maybe("FA.Loads", {Floats{0.5}, Integers{1}, Floats{0.5, 0.25}});
  }
  if (!one_in(random, 4)) {
    const auto jitter = static_cast<std::int64_t>(pick(random, 3000)) - 1500;
    event.emplace_back("Timestamp", n(millis + jitter));
  }
  return event;
}

}  // namespace model
