#include "enrich/subject.h"

#include "enriched_event.h"

namespace weir::enrich {
namespace {

bool set(EnrichedEvent& event, std::string_view name, Value value) {
  const Target target = event.wiring().target(event.field(name));
  return event.with([&](Subject& subject) { return subject.set(target, value); });
}

bool append(EnrichedEvent& event, std::string_view name, Value value) {
  const Target target = event.wiring().target(event.field(name));
  return event.with([&](Subject& subject) { return subject.append(target, value); });
}

TEST(TextLimit, IsThatOfTheSchema) {
  EXPECT_EQ(text_limit(field_id("ApplicationProtocol")), 31U);
  EXPECT_EQ(text_limit(field_id("TenantID")), 36U);  // "36 chars (UUID)"
  EXPECT_EQ(text_limit(field_id("Message")), 1023U);
}

TEST(TextLimit, IsNoneWhereKumaSaysNone) {
  EXPECT_EQ(text_limit(field_id("ExternalID")), 0U);  // "40 chars in CEF; KUMA limit not seen"
  EXPECT_EQ(text_limit(field_id("BytesIn")), 0U);
  EXPECT_EQ(text_limit(field_id("S.x")), 0U);
  EXPECT_EQ(text_limit(field_id("Extra.x")), 0U);
}

TEST(TextLimit, IsInBytesOfRaw) {
  EXPECT_EQ(text_limit(field_id("Raw")), 0U);
  EXPECT_EQ(text_limit_bytes(field_id("Raw")), 16384U);
  EXPECT_EQ(text_limit_bytes(field_id("Message")), 0U);
}

TEST(Subject, CopiesWhatItSets) {
  EnrichedEvent event;
  std::string gone = "a text that goes";
  EXPECT_TRUE(set(event, "Name", text(gone)));
  gone.assign(gone.size(), '#');
  EXPECT_EQ(event["Name"], "t:a text that goes");
  EXPECT_EQ(event.changes(), "Name=t:a text that goes");
}

TEST(Subject, ReplacesTheChangeOfAField) {
  EnrichedEvent event;
  set(event, "Name", text("a"));
  set(event, "Message", text("b"));
  set(event, "Name", text("c"));
  EXPECT_EQ(event.changes(), "Name=t:c Message=t:b");
}

TEST(Subject, ConvertsToTheFieldsType) {
  EnrichedEvent event;
  EXPECT_TRUE(set(event, "BytesIn", text("42")));
  EXPECT_TRUE(set(event, "Name", Value::of(std::int64_t{-7})));
  EXPECT_TRUE(set(event, "F.x", Value::of(std::int64_t{5})));
  EXPECT_TRUE(set(event, "Timestamp", text("1970-01-01T00:00:01Z")));
  EXPECT_EQ(event.changes(), "BytesIn=i:42 Name=t:-7 F.x=f:5 Timestamp=i:1000");
}

TEST(Subject, LeavesTheFieldWhereAValueDoesNotConvert) {
  EnrichedEvent event;
  event.set("BytesIn", Value::of(std::int64_t{1}));
  EXPECT_FALSE(set(event, "BytesIn", text("many")));
  EXPECT_EQ(event["BytesIn"], "i:1");
  EXPECT_EQ(event.changes(), "");
}

TEST(Subject, ClearsWithAnEmptyTextAndWithNothing) {
  EnrichedEvent event;
  event.set("Name", "a").set("Message", "b");
  EXPECT_TRUE(set(event, "Name", text("")));
  EXPECT_TRUE(set(event, "Message", {}));
  EXPECT_EQ(event.changes(), "Name=- Message=-");
  EXPECT_EQ(event["Name"], "-");
}

TEST(Subject, CutsALongTextAtACharacter) {
  EnrichedEvent event;
  set(event, "ApplicationProtocol", text(repeat("ж", 31)));
  EXPECT_EQ(event.cut(), 0U);
  set(event, "ApplicationProtocol", text(repeat("ж", 32)));
  EXPECT_EQ(event["ApplicationProtocol"], cat("t:", repeat("ж", 31)));
  EXPECT_EQ(event.cut(), 1U);
}

TEST(Subject, CountsEveryByteThatIsNoUtf8AsACharacter) {
  EnrichedEvent event;
  set(event, "ApplicationProtocol", text(repeat("\x80", 40)));
  EXPECT_EQ(event["ApplicationProtocol"], cat("t:", repeat("\x80", 31)));
  EXPECT_EQ(event.cut(), 1U);
}

TEST(Subject, CutsRawAtBytesBetweenCharacters) {
  EnrichedEvent event;
  set(event, "Raw", text(cat("x", repeat("ж", 8192))));
  EXPECT_EQ(event["Raw"], cat("t:x", repeat("ж", 8191)));
  EXPECT_EQ(event.cut(), 1U);
}

TEST(Subject, AppendsToArrays) {
  EnrichedEvent event;
  event.set("SA.x", std::vector<std::string>{"a", "b"});
  EXPECT_TRUE(append(event, "SA.x", text("c")));
  EXPECT_TRUE(append(event, "SA.x", Value::of(std::int64_t{4})));
  EXPECT_EQ(event["SA.x"], "T[a,b,c,4]");
  EXPECT_TRUE(append(event, "NA.x", text("5")));
  EXPECT_TRUE(append(event, "NA.x", Value::of(6.0)));
  EXPECT_TRUE(append(event, "FA.x", text("0.5")));
  EXPECT_EQ(event["NA.x"], "I[5,6]");
  EXPECT_EQ(event["FA.x"], "F[0.5]");
  EXPECT_EQ(event.changes(), "SA.x=T[a,b,c,4] NA.x=I[5,6] FA.x=F[0.5]");
}

TEST(Subject, AppendsTheElementsOfAnArray) {
  EnrichedEvent event;
  event.set("SA.x", std::vector<std::string>{"a"});
  const std::vector<TextRef> more{{"b", 1}, {"", 0}, {"7", 1}};
  EXPECT_TRUE(append(event, "SA.x", Value::array(weir::Kind::text_array, more.data(), 3)));
  EXPECT_EQ(event["SA.x"], "T[a,b,7]");
  const std::vector<std::int64_t> numbers{1, 2};
  EXPECT_TRUE(append(event, "SA.x", Value::array(weir::Kind::integer_array, numbers.data(), 2)));
  EXPECT_TRUE(append(event, "FA.x", Value::array(weir::Kind::integer_array, numbers.data(), 2)));
  EXPECT_EQ(event["SA.x"], "T[a,b,7,1,2]");
  EXPECT_EQ(event["FA.x"], "F[1,2]");
  EXPECT_FALSE(append(event, "NA.x", Value::array(weir::Kind::text_array, more.data(), 3)));
  EXPECT_EQ(event["NA.x"], "-");
}

TEST(Subject, CopiesTheElementsThatAnArrayHad) {
  EnrichedEvent event;
  std::string gone = "a";
  TextRef had{gone.data(), 1};
  event.set("SA.x", Value::array(weir::Kind::text_array, &had, 1));
  append(event, "SA.x", text("b"));
  const std::string changes = event.changes();
  gone[0] = '#';
  had = {"###", 3};
  EXPECT_EQ(event.changes(), changes);
}

TEST(Subject, AppendsNothingOfWhatIsEmptyOrDoesNotFit) {
  EnrichedEvent event;
  EXPECT_TRUE(append(event, "SA.x", text("")));
  EXPECT_TRUE(append(event, "SA.x", {}));
  EXPECT_FALSE(append(event, "NA.x", text("x")));
  EXPECT_EQ(event.changes(), "");
}

TEST(AsText, IsWhatATextFieldWouldHold) {
  char buffer[32];
  EXPECT_EQ(as_text(text("a"), buffer), "a");
  EXPECT_EQ(as_text(Value::of(std::int64_t{-5}), buffer), "-5");
  EXPECT_EQ(as_text(Value::of(0.25), buffer), "0.25");
  EXPECT_EQ(as_text({1, 0, weir::Kind::boolean}, buffer), "true");
  EXPECT_EQ(as_text({}, buffer), "");
  EXPECT_EQ(as_text(Value::json("{}"), buffer), "");
}

}  // namespace
}  // namespace weir::enrich
