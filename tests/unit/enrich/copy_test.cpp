#include "enrich/copy.h"

#include "conversions.h"
#include "enriched_event.h"

namespace weir::enrich {
namespace {

Effect apply_copy(EnrichedEvent& event, std::string_view source, std::string_view target,
                  std::vector<Conversion> conversions = {}) {
  Wiring wiring = event.wiring();
  const Copy rule({event.field(source), event.field(target), std::move(conversions)}, wiring);
  return event.apply(rule);
}

TEST(Copy, CopiesAField) {
  EnrichedEvent event;
  event.set("Name", "имя").set("Message", "old");
  EXPECT_EQ(apply_copy(event, "Name", "Message"), Effect::applied);
  EXPECT_EQ(event.changes(), "Message=t:имя");
}

TEST(Copy, LeavesTheTargetWhereTheSourceIsAbsent) {
  EnrichedEvent event;
  event.set("Message", "old").set("SA.x", std::vector<std::string>{});
  EXPECT_EQ(apply_copy(event, "Name", "Message"), Effect::missed);
  EXPECT_EQ(apply_copy(event, "Name", "Message", {make(Convert::lower)}), Effect::missed);
  EXPECT_EQ(apply_copy(event, "SA.x", "Message"), Effect::missed);
  EXPECT_EQ(apply_copy(event, "SA.x", "SA.y", {make(Convert::lower)}), Effect::missed);
  EXPECT_EQ(event.changes(), "");
}

// As rules that KUMA ships say "if there is none, …".
TEST(Copy, ConvertsAnAbsentSourceAsAnEmptyText) {
  EnrichedEvent event;
  EXPECT_EQ(apply_copy(event, "Name", "Name", {make(Convert::replace_with_regexp, "^$", "none")}),
            Effect::applied);
  EXPECT_EQ(event.changes(), "Name=t:none");
  EXPECT_EQ(apply_copy(event, "Name", "Name", {make(Convert::replace_with_regexp, "^$", "more")}),
            Effect::applied);
  EXPECT_EQ(event["Name"], "t:none");
}

TEST(Copy, ConvertsInOrder) {
  EnrichedEvent event;
  event.set("SourceUserName", "ДОМЕН\\Иван");
  EXPECT_EQ(apply_copy(event, "SourceUserName", "DestinationUserName",
                       {make(Convert::regexp, R"(^.+\\(.+)$)"), make(Convert::lower),
                        make(Convert::prepend, "", "@"), make(Convert::append, "", "!")}),
            Effect::applied);
  EXPECT_EQ(event.changes(), "DestinationUserName=t:@иван!");
}

TEST(Copy, ChangesAFieldInPlace) {
  EnrichedEvent event;
  event.set("SourceUserName", "Иван").set("SA.x", std::vector<std::string>{"A", "Ж"});
  EXPECT_EQ(apply_copy(event, "SourceUserName", "SourceUserName", {make(Convert::upper)}),
            Effect::applied);
  EXPECT_EQ(apply_copy(event, "SA.x", "SA.x", {make(Convert::lower)}), Effect::applied);
  EXPECT_EQ(event.changes(), "SourceUserName=t:ИВАН SA.x=T[a,ж]");
}

TEST(Copy, ClearsTheTargetWithAnEmptyResult) {
  EnrichedEvent event;
  event.set("SourceHostName", "-").set("Message", "old");
  EXPECT_EQ(apply_copy(event, "SourceHostName", "Message", {make(Convert::replace, "-")}),
            Effect::applied);
  EXPECT_EQ(apply_copy(event, "SourceHostName", "SourceHostName", {make(Convert::replace, "-")}),
            Effect::applied);
  EXPECT_EQ(event.changes(), "Message=- SourceHostName=-");
}

TEST(Copy, LeavesTheTargetWhereNothingMatches) {
  EnrichedEvent event;
  event.set("Name", "abc").set("Message", "old");
  EXPECT_EQ(
      apply_copy(event, "Name", "Message", {make(Convert::lower), make(Convert::regexp, "(x)")}),
      Effect::missed);
  EXPECT_EQ(event.changes(), "");
}

TEST(Copy, GoesOnWithATextThatCannotBeDecoded) {
  EnrichedEvent event;
  event.set("Name", "Zz");
  EXPECT_EQ(apply_copy(event, "Name", "Message", {make(Convert::decode_hex), make(Convert::upper)}),
            Effect::failed);
  EXPECT_EQ(event.changes(), "Message=t:ZZ");
}

TEST(Copy, CutsAtTheLimitAndCounts) {
  EnrichedEvent event;
  event.set("Name", repeat("ж", 20));
  EXPECT_EQ(apply_copy(event, "Name", "ApplicationProtocol",
                       {make(Convert::append, "", repeat("я", 20))}),
            Effect::applied);
  EXPECT_EQ(event["ApplicationProtocol"], cat("t:", repeat("ж", 20), repeat("я", 11)));
  EXPECT_EQ(event.cut(), 1U);
}

TEST(Copy, MakesTextsOfNumbersAndNumbersOfTexts) {
  EnrichedEvent event;
  event.set("BytesIn", Value::of(std::int64_t{1500}))
      .set("Name", " 42 ")
      .set("F.x", Value::of(2.5));
  EXPECT_EQ(apply_copy(event, "BytesIn", "Message"), Effect::applied);
  EXPECT_EQ(apply_copy(event, "F.x", "S.x", {make(Convert::append, "", "%")}), Effect::applied);
  EXPECT_EQ(apply_copy(event, "Name", "BytesOut"), Effect::failed);
  EXPECT_EQ(apply_copy(event, "Name", "BytesOut", {make(Convert::trim)}), Effect::applied);
  EXPECT_EQ(apply_copy(event, "BytesIn", "SourcePort", {make(Convert::replace, "00")}),
            Effect::applied);
  EXPECT_EQ(event.changes(), "Message=t:1500 S.x=t:2.5% BytesOut=i:42 SourcePort=i:15");
}

TEST(Copy, AppendsToArrays) {
  EnrichedEvent event;
  event.set("Name", "7").set("SA.x", std::vector<std::string>{"a"});
  event.set("SA.y", std::vector<std::string>{"B", "3"}).set("NA.x", std::vector<std::int64_t>{1});
  EXPECT_EQ(apply_copy(event, "Name", "SA.x"), Effect::applied);
  EXPECT_EQ(apply_copy(event, "Name", "NA.x", {make(Convert::append, "", "0")}), Effect::applied);
  EXPECT_EQ(apply_copy(event, "Name", "FA.x"), Effect::applied);
  EXPECT_EQ(apply_copy(event, "SA.y", "SA.x"), Effect::applied);
  EXPECT_EQ(apply_copy(event, "SA.y", "SA.x", {make(Convert::lower)}), Effect::applied);
  EXPECT_EQ(event.changes(), "SA.x=T[a,7,B,3,b,3] NA.x=I[1,70] FA.x=F[7]");
}

TEST(Copy, ConvertsElementByElement) {
  EnrichedEvent event;
  event.set("SA.x", std::vector<std::string>{"id=1", "x", "id=", "id=22"});
  EXPECT_EQ(apply_copy(event, "SA.x", "NA.x", {make(Convert::regexp, "id=(.*)")}), Effect::applied);
  EXPECT_EQ(apply_copy(event, "SA.x", "SA.y", {make(Convert::regexp, "(none)")}), Effect::missed);
  EXPECT_EQ(apply_copy(event, "SA.x", "SA.y", {make(Convert::decode_hex)}), Effect::failed);
  EXPECT_EQ(event.changes(), "NA.x=I[1,22] SA.y=T[id=1,x,id=,id=22]");
  EXPECT_EQ(apply_copy(event, "SA.x", "NA.y"), Effect::failed);
  EXPECT_EQ(event["NA.y"], "-");
}

TEST(Copy, ClearsAnArrayOfWhichNothingIsLeft) {
  EnrichedEvent event;
  event.set("SA.x", std::vector<std::string>{"-", "-"});
  EXPECT_EQ(apply_copy(event, "SA.x", "SA.x", {make(Convert::replace, "-")}), Effect::applied);
  EXPECT_EQ(event.changes(), "SA.x=-");
}

TEST(Copy, JoinsAnArrayForAFieldOfOneValue) {
  EnrichedEvent event;
  event.set("SA.x", std::vector<std::string>{"ж", "b"})
      .set("NA.x", std::vector<std::int64_t>{1, 2});
  EXPECT_EQ(apply_copy(event, "SA.x", "Name"), Effect::applied);
  EXPECT_EQ(apply_copy(event, "SA.x", "Message", {make(Convert::upper), make(Convert::lower)}),
            Effect::applied);
  EXPECT_EQ(apply_copy(event, "NA.x", "S.x"), Effect::applied);
  EXPECT_EQ(event.changes(), "Name=t:ж,b Message=t:ж,b S.x=t:1,2");
}

}  // namespace
}  // namespace weir::enrich
