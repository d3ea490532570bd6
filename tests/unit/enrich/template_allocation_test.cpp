// A program of its own: it counts all that is allocated.
#include <gtest/gtest.h>

#include "../count_allocations.h"
#include "enrich/template.h"
#include "enrich/timezone.h"
#include "one_event.h"

namespace weir::enrich {
namespace {

// What two more events cost, once the first ones have grown all memory.
template <class Rule>
std::size_t cost(OneEvent& event, const Rule& rule) {
  for (int i = 0; i < 5; ++i) event.apply(rule);
  const std::size_t before = allocations;
  EXPECT_EQ(event.apply(rule), Effect::applied);
  EXPECT_EQ(event.apply(rule), Effect::applied);
  return allocations - before;
}

TEST(SteadyState, ATemplateAllocatesNothing) {
  constexpr std::string_view text =
      "{{if and .Name (eq .SourcePort 443)}}{{.Raw}}{{.SourcePort}}{{else}}-{{end}}";
  OneEvent event;
  Wiring wiring = event.wiring();
  const Template rule(
      {std::make_shared<const TemplateText>(TemplateText::parse(text, Schema::kuma)),
       field_id("S.out")},
      wiring);
  const std::string raw(10'000, 'r');
  event.set("Name", Value::of(std::string_view("n")));
  event.set("Raw", Value::of(std::string_view(raw)));
  event.set("SourcePort", Value::of(std::int64_t{443}));
  EXPECT_EQ(cost(event, rule), 0U);
  EXPECT_EQ(event.text("S.out").size(), 10'003U);
}

TEST(SteadyState, AZoneAllocatesNothing) {
  OneEvent event;
  Wiring wiring = event.wiring();
  const Timezone rule({"Europe/Berlin"}, wiring);
  event.set("Timestamp", Value::of(std::int64_t{1'700'000'000'000}));
  EXPECT_EQ(cost(event, rule), 0U);
}

}  // namespace
}  // namespace weir::enrich
