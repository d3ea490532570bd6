// KUMA's enrichment rules as a document.
#include <fmt/format.h>

#include "imported.h"

namespace weir::rule {
namespace {

constexpr std::string_view constant_rule =
    R"({"name": "c", "sourceKind": "constant", "targetField": "Name", "constant": "x"})";
constexpr std::string_view written_constant =
    "enrichment:\n  - name: c\n    type: constant\n    value: x\n    target: Name\n";

std::string document_of(std::string_view json) {
  const ImportedText imported = import_text(json);
  EXPECT_EQ(imported.said, Lines{});
  EXPECT_EQ(document(imported.document), Lines{}) << imported.document;
  return imported.document;
}

// Of what cannot be imported.
Lines said_of(std::string_view json) {
  const ImportedText imported = import_text(json);
  EXPECT_EQ(imported.document, "");
  return imported.said;
}

// One of the kind `event`, with conversions.
std::string with_mutation(std::string_view items) {
  return fmt::format(R"({{"name": "e", "sourceKind": "event", "sourceField": "Message",)"
                     R"( "targetField": "Name", "mutation": [{}]}})",
                     items);
}

TEST(ImportEnrichments, ReadsEachFormOfInput) {
  const std::string record(constant_rule);
  EXPECT_EQ(document_of(record), written_constant);
  EXPECT_EQ(document_of("[" + record + "]"), written_constant);
  EXPECT_EQ(document_of(R"({"kind": "enrichmentRule", "name": "n", "payload": )" + record + "}"),
            written_constant);
  EXPECT_EQ(document_of(R"({"source": "pack", "enrichment": )" + record + "}"), written_constant);
  EXPECT_EQ(document_of(R"({"enrichments": [)" + record + "]}"), written_constant);
  const std::string second =
      R"({"name": "d", "sourceKind": "constant", "targetField": "Name", "constant": ""})";
  EXPECT_EQ(document_of(record + "\n" + second + "\n"),
            std::string(written_constant) +
                "  - name: d\n    type: constant\n    value: ''\n    target: Name\n");
}

TEST(ImportEnrichments, ReadsThoseOfANormalizerOrACollector) {
  const ImportedText imported = import_text(
      R"({"kind": "normalizer", "name": "n", "payload": {"kind": "cef", "enrichment": [)" +
      std::string(constant_rule) + "]}}");
  EXPECT_EQ(imported.document, written_constant);
  EXPECT_EQ(imported.said, (Lines{"1:1: warning: of a resource of the kind 'normalizer' the "
                                  "enrichment rules alone are imported"}));
  // One without any is none of ours.
  EXPECT_EQ(said_of(R"({"kind": "normalizer", "payload": {"enrichment": []}})").size(), 1U);
}

TEST(ImportEnrichments, WritesTheFourTypes) {
  EXPECT_EQ(
      document_of(R"({"name": "t", "sourceKind": "template", "targetField": "Message",)"
                  R"( "template": "{{.Name\r\n}} a: b"})"),
      "enrichment:\n  - name: t\n    type: template\n    template: \"{{.Name\\x0d\\n}} a: b\"\n"
      "    target: Message\n");
  EXPECT_EQ(document_of(R"({"name": "e", "sourceKind": "event", "sourceField": "Extra.kv1",)"
                        R"( "targetField": "S.x", "mutation": []})"),
            "enrichment:\n  - name: e\n    type: event\n    source: Extra.kv1\n    target: S.x\n");
  const ImportedText imported = import_text(
      R"({"name": "d", "sourceKind": "dictionary", "targetField": "Name", "keyFields": ["Message",)"
      R"( "BytesIn"], "sourceName": "50C95b61-21cd-449f-aa99-efc0f371b670"})");
  EXPECT_EQ(imported.document,
            "dictionaries:\n  dictionary 50c95b61:\n    id: 50c95b61-21cd-449f-aa99-efc0f371b670\n"
            "enrichment:\n  - name: d\n    type: dictionary\n    dictionary: dictionary 50c95b61\n"
            "    keys: [Message, BytesIn]\n    target: Name\n");
  EXPECT_EQ(imported.said,
            (Lines{"1:117: warning: the dictionary '50c95b61-21cd-449f-aa99-efc0f371b670' is not "
                   "here; 'dictionary 50c95b61' stands for it, without entries: give it some, or a "
                   "file, or fill it from the host"}));
  EXPECT_EQ(document(imported.document), Lines{});
}

TEST(ImportEnrichments, WritesConversionsInTheirOrder) {
  EXPECT_EQ(document_of(with_mutation(
                R"({"kind": "lower", "expression": "leftover", "start": 0, "end": 0},)"
                R"({"kind": "trim", "chars": "\\"}, {"kind": "trim"},)"
                R"({"kind": "replace", "chars": "[", "withChars": ""},)"
                R"-({"kind": "regexp", "expression": "^(\\w+)", "withChars": "$1"},)-"
                R"({"kind": "replace with regexp", "expression": "(a)b", "withChars": "$1, x"},)"
                R"({"kind": "append", "chars": "!"}, {"kind": "prepend", "withChars": "?"},)"
                R"({"kind": "substring", "start": 1, "end": 5},)"
                R"({"kind": "substring", "start": 2, "end": 0},)"
                R"({"kind": "decodeHexString"}, {"kind": "decodeBase64String"},)"
                R"({"kind": "decodeBase64URLString"}, {"kind": "decodeURL"}, {"kind": "upper"})")),
            "enrichment:\n  - name: e\n    type: event\n    source: Message\n    target: Name\n"
            "    conversions:\n"
            "      - lower\n"
            "      - trim: '\\'\n"
            "      - trim\n"
            "      - replace: {find: '[', with: ''}\n"
            "      - regexp: '^(\\w+)'\n"
            "      - replace_with_regexp: {expression: (a)b, with: '$1, x'}\n"
            "      - append: '!'\n"
            "      - prepend: '?'\n"
            "      - substring: {start: 1, end: 5}\n"
            "      - substring: {start: 2}\n"
            "      - decode_hex\n"
            "      - decode_base64\n"
            "      - decode_base64_url\n"
            "      - decode_url\n"
            "      - upper\n");
}

TEST(ImportEnrichments, NamesRulesThatHaveAnIdInsteadOfAName) {
  const std::string record =
      R"({"name": "57330A2C-8c60-426f-a69a-5e607df3f418", "sourceKind": "constant",)"
      R"( "targetField": "Name", "constant": "x"})";
  EXPECT_NE(document_of(record).find("  - name: Name by constant 57330a2c\n"), std::string::npos);
  const ImportedText twice = import_text("[" + record + "," + record + "]");
  EXPECT_NE(twice.document.find("  - name: Name by constant 57330a2c (2)\n"), std::string::npos);
  EXPECT_EQ(twice.said.size(), 1U);
  EXPECT_NE(document_of(R"({"sourceKind": "constant", "targetField": "Name", "constant": "x"})")
                .find("  - name: Name by constant\n"),
            std::string::npos);
}

TEST(ImportEnrichments, WritesFiltersAsExpressions) {
  const std::string filter =
      R"({"id": "", "name": "", "root": {"group": true, "conditions": [{"leftField": "Name",)"
      R"( "op": "=", "rightKind": "constant", "constant": "y"}]}})";
  std::string record(constant_rule);
  record.insert(record.size() - 1, ", \"filter\": " + filter);
  EXPECT_EQ(document_of(record), std::string(written_constant) + "    filter: Name = 'y'\n");
  // TI and the directory are for enrichment rules as well.
  std::string of_ti(constant_rule);
  of_ti.insert(of_ti.size() - 1,
               R"(, "filter": {"root": {"op": "TIDetect", "leftField": "Name"}})");
  EXPECT_NE(document_of(of_ti).find("filter: TIDetect(Name)"), std::string::npos);
}

TEST(ImportEnrichments, MakesATemplateOfAConstantThatIsTooLong) {
  const std::string text = "{{" + std::string(300, 'a');
  const ImportedText imported = import_text(
      R"({"name": "c", "sourceKind": "constant", "targetField": "Message", "constant": ")" + text +
      "\"}");
  EXPECT_EQ(imported.document,
            "enrichment:\n  - name: c\n    type: template\n    template: "
            "'{{\"{{\"}}" +
                std::string(300, 'a') + "'\n    target: Message\n");
  EXPECT_EQ(
      imported.said,
      (Lines{"1:79: warning: the constant has 302 characters, and a constant has at most 255; "
             "it becomes a template without fields"}));
}

TEST(ImportEnrichments, SaysWhatIsWrongWhereItIs) {
  EXPECT_EQ(
      said_of(R"({"sourceKind": "template", "targetField": "Name",
 "template": "a\n{{.Nmae}} {{.Massage}}"})"),
      (Lines{"2:20: error: in the template: unknown field 'Nmae'; did you mean 'Name'?",
             "2:30: error: in the template: unknown field 'Massage'; did you mean 'Message'?"}));
  EXPECT_EQ(said_of(R"({"sourceKind": "event", "sourceField": "$x", "targetField": "Nmae"})"),
            (Lines{"1:40: error: '$x' is a variable of correlation rules, not an event field; "
                   "aggregation and enrichment rules have none"}));
  EXPECT_EQ(said_of(R"({"sourceKind": "constant", "targetField": "Nmae", "constant": "x"})"),
            (Lines{"1:43: error: unknown field 'Nmae'; did you mean 'Name'?"}));
  EXPECT_EQ(said_of(R"({"sourceKind": "dns", "targetField": "Name"})"),
            (Lines{"1:16: error: an enrichment rule of the kind 'dns' is not imported; constant, "
                   "event, template, dictionary are"}));
  EXPECT_EQ(said_of(R"({"sourceKind": "dictionary", "targetField": "Name", "sourceName": ""})"),
            (Lines{"1:67: error: sourceName is missing; it names the dictionary"}));
  EXPECT_EQ(said_of(R"({"enrichment": [5]})"),
            (Lines{"1:17: error: an enrichment rule is a map, not '5'"}));
}

TEST(ImportEnrichments, SaysWhatIsWrongWithConversions) {
  EXPECT_EQ(said_of(with_mutation(R"({"kind": "lowr"}, 5)")),
            (Lines{"1:109: error: unknown kind of conversion 'lowr'; did you mean 'lower'?",
                   "1:118: error: a conversion must be a map, not '5'"}));
  const Lines broken = said_of(with_mutation(R"({"kind": "regexp", "expression": "a("})"));
  ASSERT_EQ(broken.size(), 1U);
  EXPECT_TRUE(broken[0].starts_with("1:1")) << broken[0];
}

TEST(ImportEnrichments, WarnsOfWhatItLeavesOut) {
  std::string record(constant_rule);
  record.insert(record.size() - 1,
                R"(, "label": "l", "debug": true, "mutation": [{}], "maxTasks": 5, "colour": 1)");
  const ImportedText imported = import_text(record);
  EXPECT_EQ(imported.document, written_constant);
  EXPECT_EQ(
      imported.said,
      (Lines{"1:90: warning: the label is left out; give the field's label a rule of its own, "
             "of the type constant",
             "1:104: warning: debug is left out; it has no counterpart",
             "1:122: warning: mutation is left out; rules of the kind 'event' alone have it",
             "1:143: warning: unknown key 'colour' is left out"}));
}

}  // namespace
}  // namespace weir::rule
