#include "enrich/copy.h"

#include "enriched_event.h"

namespace weir::enrich {
namespace {

using Kind = Conversion::Kind;

Conversion make(Kind kind, std::string expression = "", std::string with = "") {
  return {kind, {std::move(expression), "", std::move(with), 0, 0}};
}

Effect apply(EnrichedEvent& event, std::string_view source, std::string_view target,
             std::vector<Conversion> conversions = {}) {
  Wiring wiring = event.wiring();
  const Copy rule({event.field(source), event.field(target), std::move(conversions)}, wiring);
  return event.apply(rule);
}

std::string repeat(std::string_view text, std::size_t count) {
  std::string all;
  for (std::size_t i = 0; i < count; ++i) all += text;
  return all;
}

TEST(Copy, CopiesAField) {
  EnrichedEvent event;
  event.set("Name", "имя").set("Message", "old");
  EXPECT_EQ(apply(event, "Name", "Message"), Effect::applied);
  EXPECT_EQ(event.changes(), "Message=t:имя");
}

TEST(Copy, LeavesTheTargetWhereTheSourceIsAbsent) {
  EnrichedEvent event;
  event.set("Message", "old").set("SA.x", std::vector<std::string>{});
  EXPECT_EQ(apply(event, "Name", "Message"), Effect::missed);
  EXPECT_EQ(apply(event, "Name", "Message", {make(Kind::lower)}), Effect::missed);
  EXPECT_EQ(apply(event, "SA.x", "Message"), Effect::missed);
  EXPECT_EQ(apply(event, "SA.x", "SA.y", {make(Kind::lower)}), Effect::missed);
  EXPECT_EQ(event.changes(), "");
}

// As rules that KUMA ships say "if there is none, …".
TEST(Copy, ConvertsAnAbsentSourceAsAnEmptyText) {
  EnrichedEvent event;
  EXPECT_EQ(apply(event, "Name", "Name", {make(Kind::replace_with_regexp, "^$", "none")}),
            Effect::applied);
  EXPECT_EQ(event.changes(), "Name=t:none");
  EXPECT_EQ(apply(event, "Name", "Name", {make(Kind::replace_with_regexp, "^$", "more")}),
            Effect::applied);
  EXPECT_EQ(event["Name"], "t:none");
}

TEST(Copy, ConvertsInOrder) {
  EnrichedEvent event;
  event.set("SourceUserName", "ДОМЕН\\Иван");
  EXPECT_EQ(apply(event, "SourceUserName", "DestinationUserName",
                  {make(Kind::regexp, R"(^.+\\(.+)$)"), make(Kind::lower),
                   make(Kind::prepend, "", "@"), make(Kind::append, "", "!")}),
            Effect::applied);
  EXPECT_EQ(event.changes(), "DestinationUserName=t:@иван!");
}

TEST(Copy, ChangesAFieldInPlace) {
  EnrichedEvent event;
  event.set("SourceUserName", "Иван").set("SA.x", std::vector<std::string>{"A", "Ж"});
  EXPECT_EQ(apply(event, "SourceUserName", "SourceUserName", {make(Kind::upper)}), Effect::applied);
  EXPECT_EQ(apply(event, "SA.x", "SA.x", {make(Kind::lower)}), Effect::applied);
  EXPECT_EQ(event.changes(), "SourceUserName=t:ИВАН SA.x=T[a,ж]");
}

TEST(Copy, ClearsTheTargetWithAnEmptyResult) {
  EnrichedEvent event;
  event.set("SourceHostName", "-").set("Message", "old");
  EXPECT_EQ(apply(event, "SourceHostName", "Message", {make(Kind::replace, "-")}), Effect::applied);
  EXPECT_EQ(apply(event, "SourceHostName", "SourceHostName", {make(Kind::replace, "-")}),
            Effect::applied);
  EXPECT_EQ(event.changes(), "Message=- SourceHostName=-");
}

TEST(Copy, LeavesTheTargetWhereNothingMatches) {
  EnrichedEvent event;
  event.set("Name", "abc").set("Message", "old");
  EXPECT_EQ(apply(event, "Name", "Message", {make(Kind::lower), make(Kind::regexp, "(x)")}),
            Effect::missed);
  EXPECT_EQ(event.changes(), "");
}

TEST(Copy, GoesOnWithATextThatCannotBeDecoded) {
  EnrichedEvent event;
  event.set("Name", "Zz");
  EXPECT_EQ(apply(event, "Name", "Message", {make(Kind::decode_hex), make(Kind::upper)}),
            Effect::failed);
  EXPECT_EQ(event.changes(), "Message=t:ZZ");
}

TEST(Copy, CutsAtTheLimitAndCounts) {
  EnrichedEvent event;
  event.set("Name", repeat("ж", 20));
  EXPECT_EQ(apply(event, "Name", "ApplicationProtocol", {make(Kind::append, "", repeat("я", 20))}),
            Effect::applied);
  EXPECT_EQ(event["ApplicationProtocol"], cat("t:", repeat("ж", 20), repeat("я", 11)));
  EXPECT_EQ(event.cut(), 1U);
}

TEST(Copy, MakesTextsOfNumbersAndNumbersOfTexts) {
  EnrichedEvent event;
  event.set("BytesIn", Value::of(std::int64_t{1500}))
      .set("Name", " 42 ")
      .set("F.x", Value::of(2.5));
  EXPECT_EQ(apply(event, "BytesIn", "Message"), Effect::applied);
  EXPECT_EQ(apply(event, "F.x", "S.x", {make(Kind::append, "", "%")}), Effect::applied);
  EXPECT_EQ(apply(event, "Name", "BytesOut"), Effect::failed);
  EXPECT_EQ(apply(event, "Name", "BytesOut", {make(Kind::trim)}), Effect::applied);
  EXPECT_EQ(apply(event, "BytesIn", "SourcePort", {make(Kind::replace, "00")}), Effect::applied);
  EXPECT_EQ(event.changes(), "Message=t:1500 S.x=t:2.5% BytesOut=i:42 SourcePort=i:15");
}

TEST(Copy, AppendsToArrays) {
  EnrichedEvent event;
  event.set("Name", "7").set("SA.x", std::vector<std::string>{"a"});
  event.set("SA.y", std::vector<std::string>{"B", "3"}).set("NA.x", std::vector<std::int64_t>{1});
  EXPECT_EQ(apply(event, "Name", "SA.x"), Effect::applied);
  EXPECT_EQ(apply(event, "Name", "NA.x", {make(Kind::append, "", "0")}), Effect::applied);
  EXPECT_EQ(apply(event, "Name", "FA.x"), Effect::applied);
  EXPECT_EQ(apply(event, "SA.y", "SA.x"), Effect::applied);
  EXPECT_EQ(apply(event, "SA.y", "SA.x", {make(Kind::lower)}), Effect::applied);
  EXPECT_EQ(event.changes(), "SA.x=T[a,7,B,3,b,3] NA.x=I[1,70] FA.x=F[7]");
}

TEST(Copy, ConvertsElementByElement) {
  EnrichedEvent event;
  event.set("SA.x", std::vector<std::string>{"id=1", "x", "id=", "id=22"});
  EXPECT_EQ(apply(event, "SA.x", "NA.x", {make(Kind::regexp, "id=(.*)")}), Effect::applied);
  EXPECT_EQ(apply(event, "SA.x", "SA.y", {make(Kind::regexp, "(none)")}), Effect::missed);
  EXPECT_EQ(apply(event, "SA.x", "SA.y", {make(Kind::decode_hex)}), Effect::failed);
  EXPECT_EQ(event.changes(), "NA.x=I[1,22] SA.y=T[id=1,x,id=,id=22]");
  EXPECT_EQ(apply(event, "SA.x", "NA.y"), Effect::failed);
  EXPECT_EQ(event["NA.y"], "-");
}

TEST(Copy, ClearsAnArrayOfWhichNothingIsLeft) {
  EnrichedEvent event;
  event.set("SA.x", std::vector<std::string>{"-", "-"});
  EXPECT_EQ(apply(event, "SA.x", "SA.x", {make(Kind::replace, "-")}), Effect::applied);
  EXPECT_EQ(event.changes(), "SA.x=-");
}

TEST(Copy, JoinsAnArrayForAFieldOfOneValue) {
  EnrichedEvent event;
  event.set("SA.x", std::vector<std::string>{"ж", "b"})
      .set("NA.x", std::vector<std::int64_t>{1, 2});
  EXPECT_EQ(apply(event, "SA.x", "Name"), Effect::applied);
  EXPECT_EQ(apply(event, "SA.x", "Message", {make(Kind::upper), make(Kind::lower)}),
            Effect::applied);
  EXPECT_EQ(apply(event, "NA.x", "S.x"), Effect::applied);
  EXPECT_EQ(event.changes(), "Name=t:ж,b Message=t:ж,b S.x=t:1,2");
}

}  // namespace
}  // namespace weir::enrich
