// Rules that ask nobody allocate nothing once their buffers have grown. The whole program's
// operator new is replaced to see it.
#include <gtest/gtest.h>

#include "../count_allocations.h"
#include "conversions.h"
#include "enrich/step.h"
#include "enriched_event.h"

namespace weir::enrich {
namespace {

TEST(Step, AllocatesNothingInTheSteadyState) {
  if (allocations.load() == 0) GTEST_SKIP() << "a sanitizer's operator new cannot be counted";
  EnrichedEvent event;
  auto rows = std::make_shared<lookup::Table>(lookup::fixed_shape(lookup::Kind::dictionary));
  const std::string long_text(200, 'x');
  rows->put("name|443", std::vector<Value>{Value::of(std::string_view(long_text))}, {});
  event.tables.add({"d", "", rows});
  event.set("Name", "name").set("DestinationPort", Value::of(std::int64_t{443}));
  event.set("S.hex", "d09fd180d0b8d0b2d0b5d182d0b8d0b5d182d0b8d0b5d182d0b8d0b5d182");
  event.set("SA.many", std::vector<std::string>{"one element", "Другой Элемент"});
  const FieldId target = event.field("S.target"), list = event.field("SA.list");
  const std::vector<enrich::Kind> rules{
      ConstantSettings{long_text, target},
      ConstantSettings{"one more", list},
      EventSettings{event.field("S.hex"), event.field("Message"), {}},
      EventSettings{event.field("S.hex"),
                    target,
                    {make(Convert::decode_hex), make(Convert::upper), make(Convert::lower),
                     make(Convert::trim), make(Convert::replace, "и", "ы"),
                     make(Convert::append, "", "x"), make(Convert::prepend, "", long_text),
                     make(Convert::substring), make(Convert::decode_url),
                     make(Convert::decode_base64), make(Convert::decode_base64_url)}},
      EventSettings{event.field("SA.many"), list, {make(Convert::lower)}},
      EventSettings{event.field("SA.many"), target, {make(Convert::lower)}},
      EventSettings{event.field("DestinationPort"), target, {make(Convert::append, "", "x")}},
      DictionarySettings{"d", {event.field("Name"), event.field("DestinationPort")}, target},
  };
  Wiring wiring = event.wiring();
  std::vector<Step> steps;
  for (const enrich::Kind& rule : rules) steps.push_back(compile(rule, wiring));
  const auto once = [&](const Step& step) {
    event.memory.reset();
    event.set("SA.list", Value{});
    const std::size_t before = allocations.load();
    event.with([&](Subject& subject) { return apply(step, subject); });
    return allocations.load() - before;
  };
  for (std::size_t i = 0; i < steps.size(); ++i) {
    once(steps[i]);
    EXPECT_EQ(once(steps[i]), 0U) << "rule " << i;
  }
}

}  // namespace
}  // namespace weir::enrich
