// What templates give, next to what Go's text/template gives for the same ones: the expected texts
// of the first tests were printed by Go 1.26.
#include "enrich/template.h"

#include <gtest/gtest.h>

#include <array>

#include "base/error.h"
#include "enrich/go_number.h"
#include "one_event.h"

namespace weir::enrich {
namespace {

constexpr std::size_t depth = 64;  // of conditions and parentheses

TemplateSettings settings(std::string_view text, std::string_view target, Schema schema) {
  return {std::make_shared<const TemplateText>(TemplateText::parse(text, schema)),
          field_id(target, schema)};
}

struct Printed {
  Effect effect = Effect::missed;
  std::string text;
};

Printed run(std::string_view text, std::string_view target = "S.out",
            Schema schema = Schema::kuma) {
  constexpr std::array<TextRef, 3> list{{{"p", 1}, {"q r", 3}, {"s", 1}}};
  constexpr std::array<std::int64_t, 2> numbers{1, -2};
  constexpr std::array<double, 4> floats{0.1, 1e20, 123456789, 100000};
  OneEvent event(schema);
  Wiring wiring = event.wiring();
  const Template rule(settings(text, target, schema), wiring);
  event.set("Name", Value::of(std::string_view("n")));
  event.set("SourcePort", Value::of(std::int64_t{443}));
  event.set("DeviceCustomFloatingPoint1", Value::of(1e6));
  event.set("Extra.a", Value::of(std::string_view("x")));
  event.set("Extra.a.b.0", Value::of(std::string_view("y")));
  event.set("S.x", Value::of(std::string_view("1")));
  event.set("SA.l", Value::array(weir::Kind::text_array, list.data(), list.size()));
  event.set("NA.n", Value::array(weir::Kind::integer_array, numbers.data(), numbers.size()));
  event.set("FA.f", Value::array(weir::Kind::float_array, floats.data(), floats.size()));
  const Effect effect = event.apply(rule);
  return {effect, event.text(target)};
}

std::string print(std::string_view text) { return run(text).text; }

// "offset: message" of what is wrong with it.
std::string refusal(std::string_view text, Schema schema = Schema::kuma) {
  try {
    TemplateText::parse(text, schema);
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.status(), Status::invalid_document);
    return std::to_string(failure.position().offset) + ": " + failure.what();
  }
  return {};
}

TEST(Template, PrintsFieldsAsGoDoes) {
  EXPECT_EQ(print("{{.Name}}"), "n");
  EXPECT_EQ(print("{{.Name\r\n}}"), "n");
  EXPECT_EQ(print("{{\n\t .Name }}"), "n");
  EXPECT_EQ(print("port {{.SourcePort}}, {{.Name}}!"), "port 443, n!");
  EXPECT_EQ(print("{{.DeviceCustomFloatingPoint1}}"), "1e+06");
  EXPECT_EQ(print("{{.Extra.a}}"), "x");
  EXPECT_EQ(print("{{index .Extra \"a.b.0\"}}"), "y");
  EXPECT_EQ(print("{{.S.x}}{{index .S \"x\"}}"), "11");
  EXPECT_EQ(print("{{.SA.l}}"), "[p q r s]");
  EXPECT_EQ(print("{{.NA.n}}"), "[1 -2]");
  EXPECT_EQ(print("{{.FA.f}}"), "[0.1 1e+20 1.23456789e+08 100000]");
  EXPECT_EQ(print("{{index .SA.l 1}}|{{index .SA \"l\" 0}}|{{index .NA.n 1}}"), "q r|p|-2");
}

TEST(Template, KeepsBracesThatOpenNoAction) {
  EXPECT_EQ(print("{{.Name}}}}"), "n}}");
  EXPECT_EQ(print("}} { } {a}"), "}} { } {a}");
  EXPECT_EQ(print("{{.Name }} }}"), "n }}");
  EXPECT_EQ(print("строка\r\nkey=value"), "строка\r\nkey=value");
}

TEST(Template, TrimsAsGoDoes) {
  EXPECT_EQ(print("a {{- .Name -}} b"), "anb");
  EXPECT_EQ(print("{{.Name -}} \n\t b"), "nb");
  EXPECT_EQ(print("a \r\n{{- 3}} b"), "a3 b");
  EXPECT_EQ(print("{{-3}}{{- -4}}"), "-3-4");
  EXPECT_EQ(print("a{{- \"\" -}}\xC2\xA0"
                  "b"),
            "a\xC2\xA0"
            "b");
  EXPECT_EQ(print("{{if .Name -}} a {{- else -}} b {{- end}}"), "a");
}

TEST(Template, LeavesCommentsOut) {
  EXPECT_EQ(print("{{/* c */}}x"), "x");
  EXPECT_EQ(print("y {{- /* }} */ -}} x"), "yx");
  EXPECT_EQ(refusal("{{ /* c */}}x"),
            "3: unexpected '/' in an action; write a field such as .Name, or a text in double "
            "quotes");
  EXPECT_EQ(refusal("{{/* c */ }}"), "7: behind the '*/' of a comment '}}' must follow at once");
  EXPECT_EQ(refusal("a{{/* c"), "1: the comment does not end; end it with '*/}}'");
}

TEST(Template, ChoosesAsGoDoes) {
  EXPECT_EQ(print("{{if .Name}}a{{end}}"), "a");
  EXPECT_EQ(print("{{if .Message}}a{{else}}b{{end}}"), "b");
  EXPECT_EQ(print("{{if .Message}}a{{else if .Name}}c{{else}}b{{end}}"), "c");
  EXPECT_EQ(print("{{if .Message}}a{{else if .Reason}}c{{else}}b{{end}}"), "b");
  EXPECT_EQ(print("{{if eq .Name \"m\" \"n\"}}a{{end}}"), "a");
  EXPECT_EQ(print("{{if eq .SourcePort 443}}a{{end}}"), "a");
  EXPECT_EQ(print("{{if eq .DeviceCustomFloatingPoint1 1e6}}a{{end}}"), "a");
  EXPECT_EQ(print("{{if 0.0}}t{{else}}f{{end}}{{if \"\"}}t{{else}}f{{end}}"), "ff");
  EXPECT_EQ(print("{{if .SA.l}}t{{end}}{{if .SA.none}}t{{else}}f{{end}}"), "tf");
  EXPECT_EQ(print("{{if .SourcePort}}t{{end}}{{if .DestinationPort}}t{{else}}f{{end}}"), "tf");
  EXPECT_EQ(print("{{if not (eq .Name \"n\")}}x{{else}}y{{end}}"), "y");
  EXPECT_EQ(print("{{if .Name}}{{if .Message}}1{{else}}2{{end}}{{/*a*/}}3{{end}}4"), "234");
}

TEST(Template, CallsFunctionsAsGoDoes) {
  EXPECT_EQ(print("{{or .Message .Name}}"), "n");
  EXPECT_EQ(print("{{and .Name .SourcePort}}"), "443");
  EXPECT_EQ(print("{{and 1 0}}{{or 0 \"\"}}|"), "0|");
  EXPECT_EQ(print("{{not .Name}} {{not .Message}} {{not true}}"), "false true false");
  EXPECT_EQ(print("{{ne .Name \"x\"}} {{ne \"a\" \"a\"}} {{eq .Name `n`}}"), "true false true");
  EXPECT_EQ(print("{{eq (eq .Name \"n\") true}}{{eq(.Name) \"n\"}}"), "truetrue");
  EXPECT_EQ(print("{{and (eq .Name \"n\") (not .Message)}}"), "true");
  EXPECT_EQ(print("{{(.Name)}}"), "n");
}

TEST(Template, ReadsConstantsAsGoDoes) {
  EXPECT_EQ(print(R"({{"a\nb\x41\u00e9\"\101\U0001F600"}})"), "a\nbAé\"A😀");
  EXPECT_EQ(print("{{`raw\\n\r\nx`}}"), "raw\\n\nx");
  EXPECT_EQ(print("{{+5}} {{1e3}} {{3.0}} {{1.5e10}} {{.5}} {{5.}} {{true}}"),
            "5 1000 3 1.5e+10 0.5 5 true");
}

TEST(Template, PrintsFloatsAsGoDoes) {
  const auto go = [](double number) {
    std::array<char, 32> buffer{};
    return std::string(format_as_go(number, buffer));
  };
  EXPECT_EQ(go(123456), "123456");
  EXPECT_EQ(go(1234567), "1.234567e+06");
  EXPECT_EQ(go(999999.5), "999999.5");
  EXPECT_EQ(go(1234567.25), "1.23456725e+06");
  EXPECT_EQ(go(0.0001), "0.0001");
  EXPECT_EQ(go(0.00001), "1e-05");
  EXPECT_EQ(go(-2.25), "-2.25");
  EXPECT_EQ(go(0), "0");
  EXPECT_EQ(go(5e-324), "5e-324");
  EXPECT_EQ(go(1.7976931348623157e308), "1.7976931348623157e+308");
}

// In KUMA events are structs of Go, whose absent numbers are 0.
TEST(Template, PrintsAbsentFieldsAsAStructOfGoHasThem) {
  EXPECT_EQ(print("{{.Message}}|{{.DestinationPort}}|{{.DeviceCustomFloatingPoint2}}"), "|0|0");
  EXPECT_EQ(print("{{.SA.none}}{{.NA.none}}"), "[][]");
  EXPECT_EQ(print("{{.Timestamp}}"), "0");
  EXPECT_EQ(print("{{index .Extra \"none\"}}{{.Extra.none}}|"), "|");
  EXPECT_EQ(print("{{index .SA.l 7}}|{{index .NA.n 7}}"), "|0");
  EXPECT_EQ(print("{{eq .Message \"\"}} {{eq .Extra.none \"\"}} {{eq .DestinationPort 0}}"),
            "true true true");
}

TEST(Template, ComparesNumbersByValueInAnOpenSchema) {
  const auto open = [](std::string_view text) { return run(text, "out", Schema::open).text; };
  EXPECT_EQ(open("{{eq .SourcePort 443.0}} {{eq .SourcePort \"443\"}}"), "true false");
  EXPECT_EQ(open("{{.user.name}}|{{.Name}}"), "|n");
}

TEST(Template, NamesWhatItCannotRead) {
  EXPECT_EQ(refusal("ab {{.Nmae}}"), "5: unknown field 'Nmae'; did you mean 'Name'?");
  EXPECT_EQ(refusal("{{if .Name}}{{.ALERT_IDX}}{{end}}").substr(0, 32),
            "14: unknown field 'ALERT_IDX'; u");
  EXPECT_EQ(refusal("{{Name}}"), "2: 'Name' is no function; the field is .Name");
  EXPECT_EQ(
      refusal("{{printf \"%s\" .Name}}"),
      "2: 'printf' is not supported; there are if, else, end, and, eq, index, ne, not and or");
  EXPECT_EQ(refusal("{{.Name | not}}"),
            "8: '|' is not supported; write what it leads to as a call, with parentheses");
  EXPECT_EQ(refusal("{{$x := .Name}}").substr(0, 17), "2: unexpected '$'");
  EXPECT_EQ(refusal("{{{.Name}}}").substr(0, 17), "2: unexpected '{'");
  EXPECT_EQ(refusal("{{.}}"), "2: a dot needs the name of a field behind it, such as .Name");
  EXPECT_EQ(refusal("a{{}}").substr(0, 21), "3: a value is missing");
  EXPECT_EQ(refusal("x {{.Name"), "2: the action does not end; end it with '}}'");
  EXPECT_EQ(refusal("x {{.Name}"), "9: an action ends with '}}', not with one brace");
  EXPECT_EQ(refusal("{{.Name-}} b"), "7: unexpected '-' behind a value; put a space between them");
  EXPECT_EQ(refusal("{{.Name .Name}}").substr(0, 32), "8: a value takes no arguments; p");
  EXPECT_EQ(refusal("{{.Name.x}}"), "2: the field 'Name' has no parts; write .Name");
  EXPECT_EQ(refusal("{{(.Name}}"), "2: the parenthesis is not closed");
  EXPECT_EQ(refusal("{{.Name)}}"),
            "7: unexpected ')' in an action; nothing but '}}' can stand here");
}

TEST(Template, NamesAllFieldsThatAreUnknown) {
  std::vector<Failure> unknown;
  TemplateText::parse("{{.Nmae}} {{if eq .X 1}}{{.Name}}{{end}}", Schema::kuma, unknown);
  ASSERT_EQ(unknown.size(), 2U);
  EXPECT_EQ(unknown[0].position().offset, 2);
  EXPECT_EQ(unknown[1].position().offset, 18);
}

TEST(Template, NamesWhatIsWrongWithConditions) {
  EXPECT_EQ(refusal("a{{if .Name}}b"), "1: the 'if' has no end; write {{end}} behind it");
  EXPECT_EQ(refusal("a{{end}}"), "1: 'end' without an 'if' in front of it; remove it");
  EXPECT_EQ(refusal("{{else}}"), "0: 'else' without an 'if' in front of it; remove it");
  EXPECT_EQ(refusal("{{if .Name}}{{else}}{{else if .Name}}{{end}}"),
            "20: an 'if' has one 'else', which is the last; remove this one");
  EXPECT_EQ(refusal("{{if}}a{{end}}").substr(0, 21), "4: a value is missing");
  EXPECT_EQ(refusal("{{if .Name}}a{{end x}}").substr(0, 19), "19: unexpected 'x' ");
  EXPECT_EQ(refusal("{{range .SA.l}}x{{end}}").substr(0, 27), "2: 'range' is not supported");
}

TEST(Template, NamesWhatIsWrongWithArguments) {
  EXPECT_EQ(refusal("{{eq .Name}}"), "2: 'eq' takes at least 2 arguments, not 1");
  EXPECT_EQ(refusal("{{ne .Name \"x\" \"y\"}}"), "2: 'ne' takes 2 arguments, not 3");
  EXPECT_EQ(refusal("{{not}}"), "2: 'not' takes 1 argument, not 0");
  EXPECT_EQ(refusal("{{and}}"), "2: 'and' takes at least 1 argument, not 0");
  EXPECT_EQ(
      refusal("{{eq .SourcePort \"443\"}}"),
      "17: SourcePort (a number) cannot be compared with a text; compare texts with texts and "
      "numbers with numbers");
  EXPECT_EQ(refusal("{{eq .SA.l \"x\"}}").substr(0, 38), "5: SA.l holds several values, which ca");
  EXPECT_EQ(refusal("{{eq .Name eq}}").substr(0, 22), "11: 'eq' cannot stand ");
  EXPECT_EQ(refusal("{{.Extra}}"),
            "2: .Extra is a map; name what is wanted of it: .Extra.key, or index .Extra \"key\"");
  EXPECT_EQ(refusal("{{.Extra.a.b}}"),
            "2: a key with dots is written as a text: index .Extra \"a.b\"");
  EXPECT_EQ(refusal("{{index .Extra .Name}}"),
            "15: the key of .Extra must be a text: index .Extra \"key\"");
  EXPECT_EQ(refusal("{{index .Name 1}}"),
            "8: 'index' takes a map such as .Extra, or a field that holds an array");
  EXPECT_EQ(refusal("{{index .SA.l -1}}"),
            "14: the place of an element must be a whole number, from 0 on");
  EXPECT_EQ(refusal("{{index .Extra \"a\" 1}}").substr(0, 27), "2: 'index' has more argumen");
}

TEST(Template, NamesWhatIsWrongWithConstants) {
  EXPECT_EQ(refusal("{{\"a\nb\"}}").substr(0, 44), "2: the text in quotes does not end on its li");
  EXPECT_EQ(refusal("{{\"a\\zb\"}}"), "4: unknown escape in a text; a backslash is written \\\\");
  EXPECT_EQ(refusal("{{\"\\ud800\"}}").substr(0, 17), "3: unknown escape");
  EXPECT_EQ(refusal("{{\"\\xff\"}}").substr(0, 30), "2: the escapes of the text giv");
  EXPECT_EQ(refusal("{{`a}}"), "2: the text in backticks does not end");
  EXPECT_EQ(refusal("{{0x10}}"), "2: '0x10' is no decimal number; write one such as 443 or 0.5");
  EXPECT_EQ(refusal("{{08}}").substr(0, 25), "2: '08' is no decimal num");
  EXPECT_EQ(refusal("{{9223372036854775808}}"), "2: the number 9223372036854775808 is too large");
}

TEST(Template, IsBounded) {
  const auto times = [](std::size_t count, std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < count; ++i) out += text;
    return out;
  };
  EXPECT_EQ(refusal(std::string(max_template, 'a')), "");
  EXPECT_EQ(refusal(std::string(max_template + 1, 'a')),
            "0: the template has 16385 characters; at most 16384 fit");
  const std::string deep = times(depth, "{{if .Name}}") + "x";
  EXPECT_EQ(print(deep + times(depth, "{{end}}")), "x");
  EXPECT_NE(refusal("{{if .Name}}" + deep + times(depth + 1, "{{end}}")), "");
  EXPECT_NE(refusal("{{" + times(100, "(") + ".Name" + times(100, ")") + "}}"), "");
  // One after another there may be as many as there is room for.
  EXPECT_EQ(print("{{if .Message}}a" + times(500, "{{else if .Reason}}b") + "{{else}}c{{end}}"),
            "c");
}

TEST(Template, CutsAtTheLimitOfTheField) {
  OneEvent event;
  Wiring wiring = event.wiring();
  const Template rule(settings("{{.Raw}}{{.Raw}}", "Message", Schema::kuma), wiring);
  std::string raw;
  for (int i = 0; i < 3000; ++i) raw += "ы";
  event.set("Raw", Value::of(std::string_view(raw)));
  EXPECT_EQ(event.apply(rule), Effect::applied);
  EXPECT_EQ(event.text("Message"), raw.substr(0, std::size_t{2} * text_limit(field_id("Message"))));
  EXPECT_EQ(event.cut(), 1U);
}

TEST(Template, CutsAFieldWithoutALimitToo) {
  OneEvent event;
  Wiring wiring = event.wiring();
  const Template rule(settings("{{.S.a}}{{.S.a}}{{.S.a}}{{.SA.l}}", "S.out", Schema::kuma), wiring);
  const std::string long_text(40'000, 'a');
  event.set("S.a", Value::of(std::string_view(long_text)));
  EXPECT_EQ(event.apply(rule), Effect::applied);
  EXPECT_EQ(event.text("S.out"), std::string(65'536, 'a'));
  EXPECT_EQ(event.cut(), 1U);
}

TEST(Template, LeavesTheFieldAsItWasWhenNothingComesOut) {
  OneEvent event;
  Wiring wiring = event.wiring();
  const Template rule(settings("{{if .Reason}}x{{end}}", "Message", Schema::kuma), wiring);
  event.set("Message", Value::of(std::string_view("before")));
  EXPECT_EQ(event.apply(rule), Effect::missed);
  EXPECT_EQ(event.text("Message"), "before");
  EXPECT_EQ(event.changes(), 0U);
}

TEST(Template, MakesANumberForAFieldThatHoldsOne) {
  EXPECT_EQ(run("{{.SourcePort}}0", "BytesIn").effect, Effect::applied);
  EXPECT_EQ(run("{{.Name}}", "BytesIn").effect, Effect::failed);
}

TEST(Template, OfATextIsTheText) {
  for (const std::string_view text : {"", "a", "{{", "{{{", "a {{.Name}} {{{{ }}", "{ {{", "}}{"})
    EXPECT_EQ(print(template_of(text)), text);
}

}  // namespace
}  // namespace weir::enrich
