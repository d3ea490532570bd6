// The JSON Schema of documents, for editors: it completes and checks what it can. What depends on
// several places at once (a name used twice, a filter that does not compile) is left to validation.

#include <string>

#include "base/text.h"
#include "event/schema.h"
#include "rule/document.h"
#include "rule/fields.h"

namespace weir::rule {

namespace {

constexpr std::string_view text = R"json({
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "title": "Weir rule document",
  "description": "Filters, aggregation rules and enrichment rules for security events.",
  "type": "object",
  "additionalProperties": false,
  "properties": {
    "schema": {"enum": ["kuma"], "default": "kuma",
      "description": "Which names of fields an event may have: those of the KUMA event schema."},
    "filter": {"$ref": "#/$defs/filter",
      "description": "The engine's own filter, before all rules."},
    "polarity": {"enum": ["keep", "drop"], "default": "keep",
      "description": "Whether the engine's own filter keeps the events that match, or drops them."},
    "match": {"enum": ["first"], "default": "first",
      "description": "The first rule that takes an event is the only one to have it."},
    "filters": {
      "description": "Saved filters, which others name: filter('Name').",
      "oneOf": [
        {"type": "object", "propertyNames": {"minLength": 1, "maxLength": 128},
          "additionalProperties": {"$ref": "#/$defs/filter"}},
        {"type": "array", "items": {
          "type": "object",
          "additionalProperties": false,
          "required": ["name", "filter"],
          "properties": {"name": {"$ref": "#/$defs/name"}, "filter": {"$ref": "#/$defs/filter"}}
        }}
      ]
    },
    "aggregation": {"type": "array", "items": {"$ref": "#/$defs/aggregation"},
      "description": "Aggregation rules, tried in order."},
    "enrichment": {"type": "array", "items": {"$ref": "#/$defs/enrichment"},
      "description": "Enrichment rules, applied in order to events on their way out."},
    "tests": {"type": "array", "description": "Tests of the rules: events in, outputs expected."}
  },
  "$defs": {
    "name": {"type": "string", "minLength": 1, "maxLength": 128},
    "filter": {
      "description": "An expression such as BytesIn > 0 and not Name = 'x', or a tree of them.",
      "oneOf": [
        {"type": "string", "minLength": 1},
        {"type": "object", "additionalProperties": false, "minProperties": 1, "maxProperties": 1,
          "properties": {
            "all": {"$ref": "#/$defs/filters", "description": "True if all of them are."},
            "any": {"$ref": "#/$defs/filters", "description": "True if one of them is."},
            "not": {"$ref": "#/$defs/filters", "description": "True unless all of them are."}
          }}
      ]
    },
    "filters": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/filter"}},
    "extended_field": {"type": "string",
      "pattern": "^([SNF]\\.[A-Za-z0-9_\u0400-\u04FF]+|Extra\\..+)$"},
    "group_field": {"anyOf": [{"enum": @GROUP@}, {"$ref": "#/$defs/extended_field"}]},
    "sum_field": {"anyOf": [{"enum": @SUM@}, {"$ref": "#/$defs/extended_field"}]},
    "aggregation": {
      "type": "object",
      "additionalProperties": false,
      "required": ["name", "identical_fields"],
      "properties": {
        "name": {"$ref": "#/$defs/name", "description": "Unique in its tenant."},
        "tenant": {"$ref": "#/$defs/name", "default": "Main",
          "description": "Copied to TenantName."},
        "id": {"type": "string", "pattern": "^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$",
          "description": "A UUID; by default made of tenant and name."},
        "description": {"type": "string", "maxLength": 4000},
        "threshold": {"type": "integer", "minimum": 1, "maximum": 2147483647, "default": 100,
          "description": "The number of base events that closes a bucket."},
        "lifetime": {
          "default": 60,
          "description": "How long a bucket stays open: seconds, or a number with ms, s, m, h, d.",
          "anyOf": [
            {"type": "number", "exclusiveMinimum": 0, "maximum": 31536000},
            {"type": "string", "pattern": "^[0-9]+(\\.[0-9]+)?(ms|s|m|h|d)$"}
          ]
        },
        "identical_fields": {"type": "array", "minItems": 1, "uniqueItems": true,
          "items": {"$ref": "#/$defs/group_field"},
          "description": "Events whose values of these are the same are one group."},
        "unique_fields": {"type": "array", "uniqueItems": true,
          "items": {"$ref": "#/$defs/group_field"},
          "description": "Their distinct values are collected."},
        "sum_fields": {"type": "array", "uniqueItems": true, "items": {"$ref": "#/$defs/sum_field"},
          "description": "Their values are added up."},
        "filter": {"$ref": "#/$defs/filter",
          "description": "Which events the rule takes; by default every one."},
        "callback": {"$ref": "#/$defs/name",
          "description": "A filter function of the host, which decides together with the filter."},
        "sum_strings": {"enum": ["numeric", "join"], "default": "numeric",
          "description": "What a sum does with text: add up numeric text, or join it with commas."},
        "missing": {"enum": ["group", "pass"], "default": "group",
          "description": "Events that lack an identical field group together, or are not taken."},
        "unique_mode": {"enum": ["list"], "default": "list"},
        "unique_limit": {"enum": [1000], "default": 1000},
        "unique_as": {"enum": ["array"], "default": "array"},
        "other_fields": {"enum": ["drop"], "default": "drop"},
        "single": {"enum": ["aggregate"], "default": "aggregate"},
        "output_reason": {"enum": [false], "default": false},
        "statistics": {"type": "array", "maxItems": 0, "default": []}
      }
    },
    "enrichment": {
      "type": "object",
      "additionalProperties": false,
      "required": ["type", "name", "callback"],
      "properties": {
        "type": {"enum": ["host"], "description": "What fills the fields: a function of the host."},
        "name": {"$ref": "#/$defs/name", "description": "Unique among the enrichment rules."},
        "callback": {"$ref": "#/$defs/name",
          "description": "The name that the host bound the function to."},
        "filter": {"$ref": "#/$defs/filter",
          "description": "Which events are enriched; by default every one."}
      }
    }
  }
})json";

std::string names_of(Part part) {
  std::string names = "[";
  for (const StandardField& field : standard_fields()) {
    if (!may_play(field, part)) continue;
    if (names.size() > 1) names += ", ";
    append_json_string(names, field.name);
  }
  return names + "]";
}

void replace(std::string& whole, std::string_view mark, std::string_view by) {
  whole.replace(whole.find(mark), mark.size(), by);
}

std::string build() {
  std::string schema(text);
  replace(schema, "@GROUP@", names_of(Part::identical));
  replace(schema, "@SUM@", names_of(Part::sum));
  return schema;
}

}  // namespace

std::string_view schema_json() noexcept {
  static const std::string schema = build();
  return schema;
}

}  // namespace weir::rule
