#include "enrich/constant.h"

#include "enriched_event.h"

namespace weir::enrich {
namespace {

Effect apply_constant(EnrichedEvent& event, std::string_view target, weir::Constant value) {
  Wiring wiring = event.wiring();
  const Constant rule({std::move(value), event.field(target)}, wiring);
  return event.apply(rule);
}

TEST(Constant, ReplacesTheField) {
  EnrichedEvent event;
  event.set("Name", "old");
  EXPECT_EQ(apply_constant(event, "Name", "новое"), Effect::applied);
  EXPECT_EQ(event["Name"], "t:новое");
}

TEST(Constant, HasTheTypeOfTheField) {
  EnrichedEvent event;
  EXPECT_EQ(apply_constant(event, "BytesIn", std::int64_t{5}), Effect::applied);
  EXPECT_EQ(apply_constant(event, "F.x", 0.5), Effect::applied);
  EXPECT_EQ(apply_constant(event, "BytesOut", "77"), Effect::applied);
  EXPECT_EQ(event.changes(), "BytesIn=i:5 F.x=f:0.5 BytesOut=i:77");
}

TEST(Constant, KeepsItsOwnTypeUnderAnOpenSchema) {
  EnrichedEvent event(Schema::open);
  apply_constant(event, "a", std::int64_t{5});
  apply_constant(event, "b", "5");
  apply_constant(event, "c", true);
  EXPECT_EQ(event.changes(), "a=i:5 b=t:5 c=b:1");
}

TEST(Constant, ClearsWithAnEmptyValue) {
  EnrichedEvent event;
  event.set("Name", "old").set("SA.x", std::vector<std::string>{"a"});
  EXPECT_EQ(apply_constant(event, "Name", ""), Effect::applied);
  EXPECT_EQ(apply_constant(event, "SA.x", ""), Effect::applied);
  EXPECT_EQ(event.changes(), "Name=- SA.x=-");
}

TEST(Constant, IsAppendedToArrays) {
  EnrichedEvent event;
  event.set("SA.x", std::vector<std::string>{"a"}).set("NA.x", std::vector<std::int64_t>{1});
  EXPECT_EQ(apply_constant(event, "SA.x", "b"), Effect::applied);
  EXPECT_EQ(apply_constant(event, "NA.x", std::int64_t{2}), Effect::applied);
  EXPECT_EQ(apply_constant(event, "FA.x", 1.5), Effect::applied);
  EXPECT_EQ(event.changes(), "SA.x=T[a,b] NA.x=I[1,2] FA.x=F[1.5]");
}

TEST(Constant, FailsWhereItDoesNotFit) {
  EnrichedEvent event;
  EXPECT_EQ(apply_constant(event, "BytesIn", "x"), Effect::failed);
  EXPECT_EQ(apply_constant(event, "NA.x", "x"), Effect::failed);
  EXPECT_EQ(event.changes(), "");
}

TEST(Constant, OutlivesItsRule) {
  EnrichedEvent event;
  apply_constant(event, "Name", "a text that is longer than any short string would be");
  EXPECT_EQ(event["Name"], "t:a text that is longer than any short string would be");
}

}  // namespace
}  // namespace weir::enrich
