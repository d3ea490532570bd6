#include "rule/kuma_schema.h"

namespace weir::rule {

std::string_view kuma_schema() noexcept {
  return R"json(
    "kuma_filter": {"type": "object", "required": ["root"],
      "description": "A filter as KUMA exports it.",
      "properties": {
        "id": {"type": "string"}, "name": {"type": "string"},
        "root": {"anyOf": [{"type": "null"}, {"$ref": "#/$defs/kuma_node"}]}
      }},
    "kuma_flag": {"type": ["boolean", "null"]},
    "kuma_text": {"type": ["string", "null"]},
    "kuma_texts": {"type": ["array", "null"], "items": {"type": ["string", "number", "null"]}},
    "kuma_index": {"type": ["integer", "null"], "minimum": 0},
    "kuma_operand": {"enum": ["event", "constant", "list", "dictionary", "table", "activeList",
      "contextTable", "TI", "", null]},
    "kuma_node": {"type": "object",
      "description": "A group of conditions, a saved filter written out, or one condition.",
      "properties": {
        "group": {"$ref": "#/$defs/kuma_flag"}, "or": {"$ref": "#/$defs/kuma_flag"},
        "not": {"$ref": "#/$defs/kuma_flag"}, "ignoreCase": {"$ref": "#/$defs/kuma_flag"},
        "checkTypes": {"$ref": "#/$defs/kuma_flag"},
        "conditions": {"type": ["array", "null"], "items": {"$ref": "#/$defs/kuma_node"}},
        "filter": {"anyOf": [{"type": "null"}, {"type": "object"}]},
        "op": {"$ref": "#/$defs/kuma_text"},
        "leftKind": {"$ref": "#/$defs/kuma_operand"}, "rightKind": {"$ref": "#/$defs/kuma_operand"},
        "leftField": {"$ref": "#/$defs/kuma_text"}, "rightField": {"$ref": "#/$defs/kuma_text"},
        "leftID": {"$ref": "#/$defs/kuma_text"}, "rightID": {"$ref": "#/$defs/kuma_text"},
        "leftKeys": {"$ref": "#/$defs/kuma_texts"}, "rightKeys": {"$ref": "#/$defs/kuma_texts"},
        "leftKeyMap": {"type": ["object", "null"]}, "rightKeyMap": {"type": ["object", "null"]},
        "leftListItemIdx": {"$ref": "#/$defs/kuma_index"},
        "rightListItemIdx": {"$ref": "#/$defs/kuma_index"},
        "leftTICategory": {"$ref": "#/$defs/kuma_text"},
        "rightTICategory": {"$ref": "#/$defs/kuma_text"},
        "leftTIField": {"$ref": "#/$defs/kuma_text"}, "rightTIField": {"$ref": "#/$defs/kuma_text"},
        "constant": {"type": ["string", "number", "null"]},
        "list": {"$ref": "#/$defs/kuma_texts"},
        "vulns": {"anyOf": [{"type": "null"}, {"type": "object", "properties": {
          "cves": {"$ref": "#/$defs/kuma_texts"},
          "minSeverity": {"$ref": "#/$defs/kuma_index"}}}]}
      }},)json";
}

}  // namespace weir::rule
