// The JSON Schema of documents, for editors: it completes and checks what it can. What depends on
// several places at once (a name used twice, a filter that does not compile) is left to validation.

#include <string>
#include <vector>

#include "base/text.h"
#include "event/schema.h"
#include "event/time_form.h"
#include "rule/document.h"
#include "rule/fields.h"
#include "rule/kuma_schema.h"
#include "rule/mapping_target.h"
#include "rule/presets.h"

namespace weir::rule {

namespace {

constexpr std::string_view text = R"json({
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "title": "Weir rule document",
  "description": "Filters, aggregation rules and enrichment rules for security events.",
  "type": "object",
  "additionalProperties": false,
  "properties": {
    "schema": {"enum": ["kuma", "open"], "default": "kuma",
      "description": "Names and types of fields: those of the KUMA event schema, or any, as fed."},
    "map": {"type": "object", "propertyNames": {"minLength": 1, "maxLength": 1024},
      "description": "What the keys of sources fill: a path of keys, and the field or fields.",
      "properties": {
        "preset": {"enum": @PRESET@,
          "description": "The shipped mapping of sources that have none of their own."},
        "keep": {"type": "boolean", "default": false,
          "description": "Whether what fills no field goes to Extra.<key>."},
        "constants": {"type": "object", "additionalProperties": {"$ref": "#/$defs/constant"},
          "description": "Values of fields that nothing else gave one."},
        "keys": {"type": "object", "propertyNames": {"minLength": 1, "maxLength": 1024},
          "additionalProperties": {"$ref": "#/$defs/targets"},
          "description": "Source keys that are called as one of these settings is."}
      },
      "additionalProperties": {"$ref": "#/$defs/targets"}},
    "filter": {"$ref": "#/$defs/filter",
      "description": "The engine's own filter, before all rules."},
    "polarity": {"enum": ["keep", "drop"], "default": "keep",
      "description": "Whether the engine's own filter keeps the events that match, or drops them."},
    "match": {"enum": ["first", "all"], "default": "first",
      "description": "Whether the first rule that takes an event has it alone, or all of them."},
    "bounds": {"type": "object", "additionalProperties": false,
      "description": "Of all open buckets; past them the oldest close early.",
      "properties": {
        "max_groups": {"$ref": "#/$defs/max_groups", "default": 1000000},
        "max_bytes": {"$ref": "#/$defs/max_bytes", "default": "1GiB"}
      }},
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
    "dictionaries": {"type": "object", "propertyNames": {"$ref": "#/$defs/name"},
      "description": "Key to text.", "additionalProperties": {"$ref": "#/$defs/dictionary"}},
    "tables": {"type": "object", "propertyNames": {"$ref": "#/$defs/name"},
      "description": "Key to named columns.", "additionalProperties": {"$ref": "#/$defs/table"}},
    "active_lists": {"type": "object", "propertyNames": {"$ref": "#/$defs/name"},
      "description": "Key to named values, for a time.",
      "additionalProperties": {"$ref": "#/$defs/active_list"}},
    "context_tables": {"type": "object", "propertyNames": {"$ref": "#/$defs/name"},
      "description": "Key fields to typed fields, for a time.",
      "additionalProperties": {"$ref": "#/$defs/context_table"}},
    "assets": {"allOf": [{"$ref": "#/$defs/rows"}], "type": "object",
      "additionalProperties": false,
      "description": "Address, name or id to categories and vulnerabilities.",
      "properties": {"file": true, "format": true,
        "entries": {"type": "array", "items": {"$ref": "#/$defs/asset"}}}},
    "directory": {"allOf": [{"$ref": "#/$defs/rows"}], "type": "object",
      "additionalProperties": false, "description": "Account to groups.",
      "properties": {"file": true, "format": true,
        "entries": {"type": "object", "additionalProperties": {"anyOf": [
          {"$ref": "#/$defs/cell"}, {"$ref": "#/$defs/cells"}]}}}},
    "tests": {"type": "array", "items": {"$ref": "#/$defs/test"},
      "description": "Tests of the rules: events in, outputs expected. weir test runs them."}
  },
  "if": {"required": ["schema"], "properties": {"schema": {"const": "open"}}},
  "else": {"properties": {
    "map": {
      "properties": {"preset": true, "keep": true,
        "constants": {"propertyNames": {"$ref": "#/$defs/constant_field"}},
        "keys": {"additionalProperties": {"$ref": "#/$defs/kuma_targets"}}},
      "additionalProperties": {"$ref": "#/$defs/kuma_targets"}},
    "aggregation": {"items": {"$ref": "#/$defs/kuma_aggregation"}},
    "enrichment": {"items": {"properties": {
      "fields": {"items": {"$ref": "#/$defs/value_field"}}}}},
    "tests": {"items": {"properties": {"steps": {"items": {"properties": {
      "expect": {"items": {"propertyNames": {"$ref": "#/$defs/any_field"}}},
      "expect_passed": {"items": {"propertyNames": {"$ref": "#/$defs/any_field"}}}}}}}}}
  }},
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
          }},
        {"$ref": "#/$defs/kuma_filter"},
        {"$ref": "#/$defs/kuma_node", "not": {"required": ["root"]},
          "anyOf": [{"required": ["conditions"]}, {"required": ["op"]}]}
      ]
    },@KUMA@
    "filters": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/filter"}},
    "field": {"type": "string", "minLength": 1, "maxLength": 1024},
    "extended_field": {"type": "string",
      "pattern": "^([SNF]\\.[A-Za-z0-9_\u0400-\u04FF]+|Extra\\..+)$"},
    "array_field": {"type": "string",
      "pattern": "^[SNF]A\\.[A-Za-z0-9_\u0400-\u04FF]+$"},
    "mapped_field": {"anyOf": [{"enum": @MAPPED@}, {"$ref": "#/$defs/extended_field"},
      {"$ref": "#/$defs/array_field"}]},
    "constant_field": {"anyOf": [{"enum": @MAPPED@}, {"$ref": "#/$defs/extended_field"}]},
    "constant": {"type": ["string", "number", "boolean"], "minLength": 1},
    "targets": {"anyOf": [{"$ref": "#/$defs/target"},
      {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/target"}}]},
    "target": {"anyOf": [{"$ref": "#/$defs/field"}, {
      "type": "object", "additionalProperties": false, "required": ["field"],
      "properties": {
        "field": {"$ref": "#/$defs/field"},
        "values": {"type": "object", "minProperties": 1,
          "additionalProperties": {"type": ["string", "number", "boolean"]},
          "description": "Values of the source and what they become; others stay as they are."},
        "time": {"anyOf": [{"$ref": "#/$defs/time"},
          {"type": "array", "minItems": 1, "maxItems": 16, "items": {"$ref": "#/$defs/time"}}],
          "description": "How the source writes times: forms, tried in order."},
        "zone": {"type": ["string", "number"],
          "description": "Of times that tell none: Europe/Moscow, +03:00, MSK."},
        "zone_key": {"$ref": "#/$defs/field", "description": "The source key that names the zone."},
        "pattern_key": {"$ref": "#/$defs/field",
          "description": "The source key that holds the pattern, for the form java."}
      },
      "dependentRequired": {"zone": ["time"], "zone_key": ["time"], "pattern_key": ["time"]},
      "not": {"required": ["values", "time"]}
    }]},
    "time": {"anyOf": [{"enum": @TIME@},
      {"type": "string", "pattern": "%", "maxLength": 128,
        "description": "A pattern of strftime, such as %d/%b/%Y:%H:%M:%S %z."}]},
    "kuma_targets": {"anyOf": [{"$ref": "#/$defs/kuma_target"},
      {"type": "array", "items": {"$ref": "#/$defs/kuma_target"}}]},
    "kuma_target": {"anyOf": [{"$ref": "#/$defs/mapped_field"},
      {"type": "object", "properties": {"field": {"$ref": "#/$defs/mapped_field"}}}]},
    "group_field": {"anyOf": [{"enum": @GROUP@}, {"$ref": "#/$defs/extended_field"},
      {"$ref": "#/$defs/array_field"}]},
    "sum_field": {"anyOf": [{"enum": @SUM@}, {"$ref": "#/$defs/extended_field"}]},
    "any_field": {"anyOf": [{"enum": @EVERY@}, {"$ref": "#/$defs/extended_field"},
      {"$ref": "#/$defs/array_field"}]},
    "value_field": {"anyOf": [{"enum": @FIELD@}, {"$ref": "#/$defs/extended_field"}]},
    "result_field": {"anyOf": [{"enum": @RESULT@}, {"$ref": "#/$defs/extended_field"}]},
    "kuma_aggregation": {"properties": {
      "identical_fields": {"items": {"$ref": "#/$defs/group_field"}},
      "unique_fields": {"items": {"$ref": "#/$defs/group_field"}},
      "sum_fields": {"items": {"$ref": "#/$defs/sum_field"}},
      "statistics": {"items": {"properties": {
        "field": {"$ref": "#/$defs/value_field"}, "into": {"$ref": "#/$defs/result_field"}}}}
    }},
    "max_groups": {"type": "integer", "minimum": 1, "description": "Open buckets."},
    "max_bytes": {
      "description": "Memory of open buckets: bytes, or a number with KB, KiB, MB, MiB and so on.",
      "anyOf": [
        {"type": "integer", "minimum": 1},
        {"type": "string", "pattern": "^[0-9]+(\\.[0-9]+)?[KMGT]i?B$"}
      ]
    },
    "cell": {"type": ["string", "number", "boolean", "null"]},
    "cells": {"type": "array", "items": {"$ref": "#/$defs/cell"}},
    "uuid": {"type": "string",
      "pattern": "^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$"},
    "rows": {
      "properties": {
        "file": {"type": "string", "minLength": 1, "maxLength": 4096,
          "description": "Where the rows are; a relative path starts beside the document."},
        "format": {"enum": ["csv", "tsv", "jsonl"],
          "description": "How the file is written; by default as its name says."}
      },
      "dependentRequired": {"format": ["file"]},
      "not": {"required": ["entries", "file"]}
    },
    "ttl": {
      "description": "How long an entry lives: seconds, or a number with ms, s, m, h, d; 0: ever.",
      "anyOf": [
        {"type": "number", "minimum": 0, "maximum": 31536000},
        {"type": "string", "pattern": "^[0-9]+(\\.[0-9]+)?(ms|s|m|h|d)$"}
      ]
    },
    "columns": {"type": "array", "minItems": 1, "uniqueItems": true,
      "items": {"$ref": "#/$defs/name"}},
    "keyed_rows": {"type": "object", "propertyNames": {"minLength": 1}, "additionalProperties": {
      "type": "object", "additionalProperties": {"$ref": "#/$defs/cell"}}},
    "dictionary": {"allOf": [{"$ref": "#/$defs/rows"}], "type": "object",
      "additionalProperties": false,
      "properties": {"id": {"$ref": "#/$defs/uuid"}, "file": true, "format": true,
        "entries": {"type": "object", "propertyNames": {"minLength": 1, "maxLength": 128},
          "additionalProperties": {"$ref": "#/$defs/cell"}}}},
    "table": {"allOf": [{"$ref": "#/$defs/rows"}], "type": "object",
      "additionalProperties": false,
      "properties": {"id": {"$ref": "#/$defs/uuid"}, "file": true, "format": true,
        "keys": {"$ref": "#/$defs/columns"}, "columns": {"$ref": "#/$defs/columns"},
        "entries": {"$ref": "#/$defs/keyed_rows"}}},
    "active_list": {"allOf": [{"$ref": "#/$defs/rows"}], "type": "object",
      "additionalProperties": false,
      "properties": {"id": {"$ref": "#/$defs/uuid"}, "file": true, "format": true,
        "ttl": {"$ref": "#/$defs/ttl"}, "keys": {"$ref": "#/$defs/columns"},
        "columns": {"$ref": "#/$defs/columns"}, "entries": {"$ref": "#/$defs/keyed_rows"}}},
    "context_table": {"allOf": [{"$ref": "#/$defs/rows"}], "type": "object",
      "additionalProperties": false, "required": ["keys"],
      "properties": {"id": {"$ref": "#/$defs/uuid"}, "file": true, "format": true,
        "ttl": {"$ref": "#/$defs/ttl"},
        "keys": {"type": "object", "minProperties": 1, "propertyNames": {"$ref": "#/$defs/name"},
          "additionalProperties": {
            "enum": ["string", "integer", "float", "boolean", "timestamp", "ip"]}},
        "columns": {"type": "object", "minProperties": 1,
          "propertyNames": {"$ref": "#/$defs/name"}, "additionalProperties": {"type": "string",
            "pattern": "^(list of )?(string|integer|float|boolean|timestamp|ip)$"}},
        "entries": {"type": "array", "items": {"type": "object", "additionalProperties": {
          "anyOf": [{"$ref": "#/$defs/cell"}, {"$ref": "#/$defs/cells"}]}}}}},
    "asset": {"type": "object", "additionalProperties": false,
      "anyOf": [{"required": ["address"]}, {"required": ["name"]}, {"required": ["id"]}],
      "properties": {
        "address": {"$ref": "#/$defs/cell"}, "name": {"$ref": "#/$defs/cell"},
        "id": {"$ref": "#/$defs/cell"},
        "categories": {"anyOf": [{"$ref": "#/$defs/cell"}, {"$ref": "#/$defs/cells"}],
          "description": "Paths such as Servers/Web."},
        "vulnerabilities": {"type": "array", "items": {"anyOf": [
          {"type": "string", "minLength": 1},
          {"type": "object", "additionalProperties": false, "required": ["cve"],
            "properties": {"cve": {"$ref": "#/$defs/name"},
              "severity": {"type": "integer", "minimum": 0, "maximum": 2147483647}}}]}}
      }},
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
          "items": {"$ref": "#/$defs/field"},
          "description": "Events whose values of these are the same are one group."},
        "unique_fields": {"type": "array", "uniqueItems": true,
          "items": {"$ref": "#/$defs/field"},
          "description": "Their distinct values are collected."},
        "sum_fields": {"type": "array", "uniqueItems": true, "items": {"$ref": "#/$defs/field"},
          "description": "Their values are added up."},
        "filter": {"$ref": "#/$defs/filter",
          "description": "Which events the rule takes; by default every one."},
        "callback": {"$ref": "#/$defs/name",
          "description": "A filter function of the host, which decides together with the filter."},
        "sum_strings": {"enum": ["numeric", "join"], "default": "numeric",
          "description": "What a sum does with text: add up numeric text, or join it with commas."},
        "missing": {"enum": ["group", "pass"], "default": "group",
          "description": "Events that lack an identical field group together, or are not taken."},
        "unique_mode": {"enum": ["list", "dedup"], "default": "list",
          "description": "dedup: an event whose unique values were met in its bucket is refused."},
        "unique_limit": {"type": "integer", "minimum": 1, "maximum": 2147483647, "default": 1000,
          "description": "Values that a list holds; with dedup, combinations that a bucket holds."},
        "unique_as": {"enum": ["array", "text"], "default": "array",
          "description": "Unique values as an array, or as one text joined with commas."},
        "other_fields": {"enum": ["drop", "first", "last", "common"], "default": "drop",
          "description": "What the aggregated event has of the fields that no list names."},
        "single": {"enum": ["aggregate", "pass"], "default": "aggregate",
          "description": "What a bucket of one event becomes: an aggregated event, or the event."},
        "output_reason": {"type": "boolean", "default": false,
          "description": "Whether S.CloseReason says why the bucket closed."},
        "statistics": {"type": "array", "default": [], "items": {"$ref": "#/$defs/statistic"},
          "description": "Further values of the base events, each written into a field."},
        "max_groups": {"$ref": "#/$defs/max_groups"},
        "max_bytes": {"$ref": "#/$defs/max_bytes"}
      },
      "if": {"required": ["unique_mode"], "properties": {"unique_mode": {"const": "dedup"}}},
      "then": {"required": ["unique_fields"], "properties": {"unique_fields": {"minItems": 1}}}
    },
    "statistic": {
      "type": "object",
      "additionalProperties": false,
      "required": ["field", "function", "into"],
      "properties": {
        "field": {"$ref": "#/$defs/field", "description": "Whose values."},
        "function": {"enum": ["min", "max", "avg", "first", "last", "distinct"],
          "description": "first, last: by arrival. distinct: the number of different values."},
        "into": {"$ref": "#/$defs/field", "description": "The field that holds the result."}
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
          "description": "Which events are enriched; by default every one."},
        "fields": {"type": "array", "items": {"$ref": "#/$defs/field"},
          "description": "The fields that the function fills, to be warned of rules that ask for them."}
      }
    },
    "test": {
      "type": "object",
      "additionalProperties": false,
      "required": ["name", "steps"],
      "properties": {
        "name": {"$ref": "#/$defs/name", "description": "Unique among the tests."},
        "steps": {"type": "array", "items": {"$ref": "#/$defs/step"},
          "description": "In order, on a clock that starts at 2000-01-01T00:00:00Z."}
      }
    },
    "step": {"anyOf": [{"const": "flush"}, {
      "type": "object", "additionalProperties": false, "minProperties": 1, "maxProperties": 1,
      "properties": {
        "feed": {"description": "Events in.", "anyOf": [{"$ref": "#/$defs/events"}, {
          "type": "object", "additionalProperties": false,
          "properties": {
            "event": {"type": "object"},
            "events": {"$ref": "#/$defs/events"},
            "repeat": {"type": "integer", "minimum": 1, "maximum": 1000000, "default": 1}
          },
          "oneOf": [{"required": ["event"]}, {"required": ["events"]}]}]},
        "advance": {"description": "Moves the clock: seconds, or a number with ms, s, m, h, d.",
          "$ref": "#/$defs/duration"},
        "flush": {"enum": [true, null], "description": "Closes all buckets."},
        "expect": {"type": "array", "items": {"type": "object"},
          "description": "The aggregated events since the last expect, by some of their fields."},
        "expect_passed": {"type": "array", "items": {"type": "object"},
          "description": "The events that passed since the last expect_passed, likewise."}
      }}]},
    "events": {"type": "array", "minItems": 1, "items": {"type": "object"}},
    "duration": {"anyOf": [
      {"type": "number", "exclusiveMinimum": 0, "maximum": 31536000},
      {"type": "string", "pattern": "^[0-9]+(\\.[0-9]+)?(ms|s|m|h|d)$"}]}
  }
})json";

std::string list_of(const std::vector<std::string_view>& names) {
  std::string list = "[";
  for (const std::string_view name : names) {
    if (list.size() > 1) list += ", ";
    append_json_string(list, name);
  }
  return list + "]";
}

template <class Wanted>
std::string names_of(Wanted wanted) {
  std::vector<std::string_view> names;
  for (const StandardField& field : standard_fields())
    if (wanted(field)) names.push_back(field.name);
  return list_of(names);
}

void replace(std::string& whole, std::string_view mark, const std::string& by) {
  for (std::size_t at = 0; (at = whole.find(mark, at)) != std::string::npos; at += by.size())
    whole.replace(at, mark.size(), by);
}

std::string build() {
  std::string schema(text);
  const auto playing = [](Part part) {
    return [part](const StandardField& field) { return may_play(field, part); };
  };
  replace(schema, "@GROUP@", names_of(playing(Part::identical)));
  replace(schema, "@SUM@", names_of(playing(Part::sum)));
  replace(schema, "@RESULT@", names_of(playing(Part::result)));
  replace(schema, "@FIELD@",
          names_of([](const StandardField& field) { return field.type != FieldType::structured; }));
  replace(schema, "@KUMA@", std::string(kuma_schema()));
  replace(schema, "@EVERY@", names_of([](const StandardField& field) {
            return field.type != FieldType::structured || field.name == "TI" ||
                   field.name == "Extra";
          }));
  replace(schema, "@MAPPED@", names_of(may_be_mapped));
  const auto times = time_form_names();
  replace(schema, "@TIME@", list_of({times.begin(), times.end()}));
  std::vector<std::string_view> names;
  for (const Preset& preset : presets()) names.push_back(preset.name);
  replace(schema, "@PRESET@", list_of(names));
  return schema;
}

}  // namespace

std::string_view schema_json() noexcept {
  static const std::string schema = build();
  return schema;
}

}  // namespace weir::rule
