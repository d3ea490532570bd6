// The normal form of a rule: equal for what means the same, different for what does not, and read
// back as the rule that it is of.

#include "rule/normal_form.h"

#include <gtest/gtest.h>

#include <set>

#include "base/error.h"
#include "rule/document.h"

namespace weir::rule {
namespace {

const SavedFilter* find_saved(const Document& document, std::string_view name) {
  for (const SavedFilter& saved : document.filters)
    if (saved.name == name) return &saved;
  return nullptr;
}

// Of the first rule of a document.
NormalForm form_of(const std::string& text) {
  const Parsed parsed = parse_document(text);
  EXPECT_TRUE(parsed.good()) << text << diagnostics_json(parsed.diagnostics);
  return normal_form(parsed.document.aggregation.at(0),
                     [&](std::string_view name) -> const filter::Node* {
                       const SavedFilter* const saved = find_saved(parsed.document, name);
                       return saved == nullptr ? nullptr : &saved->tree;
                     });
}

std::string rule_with_settings(const std::string& settings) {
  return "aggregation:\n  - name: r\n    identical_fields: [SourceAddress]\n" +
         (settings.empty() ? "" : "    " + settings + "\n");
}

// Each setting of a rule, with a value that is not its default.
const std::string changed_settings[] = {
    "tenant: other",
    "id: 11111111-1111-4111-8111-111111111111",
    "threshold: 7",
    "lifetime: 7s",
    "lifetime: 1500ms",
    "lifetime: 0.0015",
    "lifetime: 365d",
    "unique_fields: [DeviceAction, NA.Codes]",
    "unique_fields: [DeviceAction]",
    "sum_fields: [BytesIn]",
    "callback: decide",
    "sum_strings: join",
    "missing: pass",
    "unique_fields: [Name]\n    unique_mode: dedup",
    "unique_fields: [Name]\n    unique_limit: 5",
    "unique_fields: [Name]\n    unique_as: text",
    "other_fields: first",
    "other_fields: last",
    "other_fields: common",
    "single: pass",
    "output_reason: true",
    "statistics: [{field: BytesOut, function: avg, into: F.Mean}]",
    "statistics: [{field: BytesOut, function: min, into: N.Least}, "
    "{field: Extra.a \"b\", function: distinct, into: N.All}]",
    "max_groups: 9223372036854775807",
    "max_bytes: 9223372036854775807",
    "filter: Name = 'a'",
    "filter: Name = 'a' and not (BytesIn > 5 or Message contains ['x''y', 'z'] nocase)",
    "filter: {any: [\"Name = 'a'\", {all: [\"BytesIn > 5\", \"BytesIn < 9\"]}]}",
    "filter: SourceAddress inSubnet '10.0.0.0/8' or Name match '^a+$'",
};

// In open documents names may be anything.
TEST(NormalForm, ReadsBackAsTheSame) {
  for (const std::string& one : changed_settings) {
    for (const char* head : {"", "schema: open\n"}) {
      SCOPED_TRACE(head + one);
      const NormalForm form = form_of(head + rule_with_settings(one));
      EXPECT_EQ(renewed(form), form) << renewed(form).settings << form.settings;
      EXPECT_FALSE(settings_of(form).filter.has_value());
    }
  }
}

TEST(NormalForm, TellsEverySettingApart) {
  std::set<std::string> texts{form_of(rule_with_settings("")).settings};
  std::size_t count = 1;
  for (const std::string& one : changed_settings) {
    const NormalForm form = form_of(rule_with_settings(one));
    texts.insert(form.settings + form.filter);
    ++count;
  }
  EXPECT_EQ(texts.size(), count);
}

TEST(NormalForm, IsTheSameForTheSameMeaning) {
  const auto same = [](const std::string& a, const std::string& b) {
    EXPECT_EQ(form_of(a), form_of(b)) << a << b;
  };
  same(rule_with_settings(""),
       rule_with_settings("threshold: 100\n    lifetime: 1m\n    description: what it does"));
  same(rule_with_settings("lifetime: 90"), rule_with_settings("lifetime: 90000ms"));
  same(rule_with_settings("filter: Name='a'  AND BytesIn>5"),
       rule_with_settings("filter: {all: [\"Name = 'a'\", \"BytesIn > 5\"]}"));
  same("filters: {mine: \"Name = 'a'\"}\n" + rule_with_settings("filter: filter('mine')"),
       rule_with_settings("filter: Name = 'a'"));
  same(rule_with_settings("tenant: Main"), rule_with_settings(""));
  EXPECT_NE(form_of(rule_with_settings("")), form_of("schema: open\n" + rule_with_settings("")));
}

TEST(NormalForm, OfAnotherVersionIsRenewedOrRefused) {
  NormalForm form = form_of(rule_with_settings("filter: Name = 'a'"));
  // A version that did not know this setting yet did not write it.
  NormalForm older = form;
  const std::string later = ",\"single\":\"aggregate\"";
  older.settings.erase(older.settings.find(later), later.size());
  older.filter = "Name  =  'a'";
  EXPECT_EQ(renewed(older), form);
  form.filter = "Name resembles 'a'";  // an operator that this version does not know
  EXPECT_EQ(renewed(form), form);
  for (const char* text : {"", "[]", "{\"name\":\"r\"}",
                           "{\"name\":\"r\",\"identical_fields\":[\"SourceAddress\"],\"x\":1}",
                           "{\"name\":\"r\",\"type\":\"constant\"}"})
    EXPECT_THROW(settings_of({Schema::kuma, text, {}}), Failure) << text;
}

}  // namespace
}  // namespace weir::rule
