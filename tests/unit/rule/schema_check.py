#!/usr/bin/env python3
"""Checks the JSON Schema of documents (standard input) with python3-jsonschema: what it must accept
and what it must not. Exit code 77 (skipped) without that module."""

import json
import sys

try:
    import jsonschema
except ImportError:
    print("python3-jsonschema is not installed: skipped")
    sys.exit(77)

schema = json.load(sys.stdin)
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)

rule = {"name": "r", "identical_fields": ["Name", "S.Zone", "Extra.a.b"]}
good = [
    {},
    {"schema": "kuma", "aggregation": [rule], "tests": [{"name": "t", "steps": []}]},
    {"tests": [{"name": "t", "steps": [
        {"feed": [{"anything": 1}]}, {"feed": {"event": {}, "repeat": 3}},
        {"feed": {"events": [{"a": {"b": 1}}]}}, {"advance": "61s"}, {"advance": 0.5},
        {"flush": True}, {"flush": None}, "flush", {"expect": []},
        {"expect": [{"Name": "x", "S.x": None, "TI": [], "Extra.k": "v"}]},
        {"expect_passed": [{"BytesIn": 5}]}]}]},
    {"schema": "open", "tests": [{"name": "t", "steps": [{"expect": [{"user agent": 1}]}]}]},
    {"aggregation": [{
        "name": "[OOTB] Netflow 9", "threshold": 100, "lifetime": 10,
        "identical_fields": ["DestinationAddress", "DestinationPort", "SourceAddress",
                             "TransportProtocol", "DeviceVendor", "DeviceProduct"],
        "sum_fields": ["DeviceCustomString1", "BytesIn"]}]},
    {"filters": {"a": "Name = 'x'"}, "filter": {"all": ["filter('a')", {"not": ["Name = 'y'"]}]}},
    {"filters": [{"name": "a", "filter": "Name = 'x'"}], "polarity": "drop"},
    {"filters": {"a": {"id": "1", "name": "a", "root": None}},
     "filter": {"root": {
         "group": True, "or": False, "not": False, "conditions": [
             {"leftKind": "event", "leftField": "Name", "op": "=", "rightKind": "list",
              "constant": 0.0, "list": ["x"], "leftKeys": None, "leftListItemIdx": 0,
              "vulns": {"cves": None, "minSeverity": 0}, "filter": None, "ignoreCase": True}]}}},
    {"filter": {"all": ["Name = 'x'", {"leftField": "Name", "op": "=", "constant": "x"}]}},
    {"aggregation": [rule | {"lifetime": "500ms", "sum_strings": "join", "missing": "group"}]},
    {"aggregation": [rule | {"missing": "pass"}]},
    {"aggregation": [rule | {
        "unique_fields": ["SA.Tags"], "unique_mode": "dedup", "unique_limit": 5,
        "unique_as": "text", "other_fields": "common", "output_reason": True,
        "max_groups": 5, "max_bytes": "64MiB", "statistics": [
            {"field": "Timestamp", "function": "max", "into": "N.latest"},
            {"field": "Name", "function": "distinct", "into": "BytesOut"}]}]},
    {"aggregation": [rule | {"single": "pass", "other_fields": "first", "max_bytes": 500000}]},
    {"bounds": {"max_groups": 100, "max_bytes": "1.5GiB"}, "match": "all"},
    {"map": {"src_ip": "SourceAddress", "alert.signature": "Name", "ts": "Timestamp"}},
    {"map": {
        "preset": "cef", "keep": True, "keys": {"preset": "S.Preset", "keep": ["Name", "Message"]},
        "constants": {"DeviceVendor": "Acme", "BytesIn": 5, "F.x": 1.5},
        "ts": ["Timestamp", {"field": "StartTime", "time": "seconds"}],
        "rt": {"field": "DeviceReceiptTime", "time": ["milliseconds", "cef"], "zone_key": "dtz"},
        "proto": {"field": "TransportProtocol", "values": {"6": "tcp", "17": "udp"}},
        "dev": {"field": "EndTime", "time": "java", "pattern_key": "devTimeFormat"},
        "when": {"field": "Timestamp", "time": "%d/%b/%Y:%H:%M:%S", "zone": "Europe/Moscow"}}},
    {"schema": "open", "map": {"a": {"field": "b c", "values": {"x": 1}}, "constants": {"d e": 5}}},
    {"schema": "open", "map": {"a.b": "user agent"}, "aggregation": [
        {"name": "r", "identical_fields": ["user agent"], "sum_fields": ["bytes"],
         "statistics": [{"field": "x", "function": "avg", "into": "y"}]}]},
    {"aggregation": [rule | {
        "unique_mode": "list", "unique_limit": 1000, "unique_as": "array", "other_fields": "drop",
        "single": "aggregate", "output_reason": False, "statistics": []}]},
    {"enrichment": [{"type": "host", "name": "e", "callback": "c", "filter": "Name = 'x'",
                     "fields": ["SourceCountry", "S.x"]}]},
    {"enrichment": [{"type": "template", "name": "t", "template": "a {{.Name}}",
                     "target": "Message", "filter": "Name = 'x'"},
                    {"type": "timezone", "name": "z", "zone": "Europe/Moscow", "filter": "Name = 'x'"},
                    {"type": "timezone", "name": "y", "zone": "+03:00"}]},
    {"enrichment": [
        {"type": "constant", "name": "a", "value": "x", "target": "SA.Tags"},
        {"type": "constant", "name": "b", "value": 5, "target": "BytesIn", "filter": "Name = 'x'"},
        {"type": "constant", "name": "c", "value": "", "target": "Name"},
        {"type": "event", "name": "d", "source": "SA.a", "target": "Extra.b"},
        {"type": "event", "name": "e", "source": "Name", "target": "S.b", "conversions": [
            "lower", "upper", "trim", {"trim": " ."}, {"replace": {"find": "a"}},
            {"replace": {"find": "a", "with": "b"}}, {"regexp": "^(\\w+)"},
            {"replace_with_regexp": {"expression": "a+"}},
            {"replace_with_regexp": {"expression": "(a)", "with": "$1"}}, {"append": "x"},
            {"prepend": "x"}, {"substring": {"start": 0, "end": 5}}, {"substring": {"end": 5}},
            "decode_hex", "decode_base64", "decode_base64_url", "decode_url"]},
        {"type": "dictionary", "name": "f", "dictionary": "A", "keys": ["Name", "BytesIn"],
         "target": "S.x"},
        {"type": "table", "name": "g", "table": "T", "keys": ["Name"],
         "mapping": {"any column": "Name", "groups": "SA.Groups"}}]},
    {"schema": "open", "enrichment": [
        {"type": "table", "name": "g", "table": "T", "keys": ["user agent"],
         "mapping": {"a": "b c"}}]},
    {"dictionaries": {"A": {"id": "6a5b3c1d-0e2f-4a6b-8c7d-9e0f1a2b3c4d", "entries": {"a": 1}},
                      "B": {"file": "b.csv"}, "C": {"file": "c", "format": "tsv"}, "D": {}},
     "tables": {"T": {"columns": ["a"], "entries": {"k": {"a": "x"}}}},
     "active_lists": {"L": {"ttl": "1h", "keys": ["a", "b"], "columns": ["c"]}, "M": {"ttl": 0}},
     "context_tables": {"C": {
         "ttl": 5, "keys": {"user": "string"}, "columns": {"n": "integer", "g": "list of ip"},
         "entries": [{"user": "ann", "n": 5, "g": ["::1"]}]}},
     "assets": {"entries": [{"name": "a", "categories": ["x"], "vulnerabilities": [
         {"cve": "CVE-2021-44228", "severity": 9}, "CVE-1:2"]}]},
     "directory": {"entries": {"ann": ["Admins"], "bob": "Users"}}},
    {"assets": {"file": "a.jsonl"}, "directory": {}},
]
bad = [
    [],
    {"tests": [{"name": "t"}]},
    {"tests": [{"name": "t", "steps": [{}]}]},
    {"tests": [{"name": "t", "steps": ["expect"]}]},
    {"tests": [{"name": "t", "steps": [{"advance": "1s", "flush": True}]}]},
    {"tests": [{"name": "t", "steps": [{"flush": False}]}]},
    {"tests": [{"name": "t", "steps": [{"feed": {"repeat": 2}}]}]},
    {"tests": [{"name": "t", "steps": [{"feed": []}]}]},
    {"tests": [{"name": "t", "steps": [{"expect": [{"Nme": "x"}]}]}]},
    {"enrichment": [{"type": "host", "name": "e", "callback": "c", "fields": ["Nme"]}]},
    {"agregation": []},
    {"aggregation": [{"name": "r"}]},
    {"aggregation": [rule | {"threshold": 0}]},
    {"aggregation": [rule | {"threshold": "100"}]},
    {"aggregation": [rule | {"lifetime": 0}]},
    {"aggregation": [rule | {"lifetime": "10 s"}]},
    {"aggregation": [rule | {"name": "x" * 129}]},
    {"aggregation": [rule | {"identical_fields": []}]},
    {"aggregation": [rule | {"identical_fields": ["Timestamp"]}]},
    {"aggregation": [rule | {"identical_fields": ["TI"]}]},
    {"aggregation": [rule | {"sum_fields": ["FlexDate1"]}]},
    {"aggregation": [rule | {"missing": "drop"}]},
    {"aggregation": [rule | {"unique_mode": "dedup"}]},
    {"aggregation": [rule | {"unique_mode": "dedup", "unique_fields": []}]},
    {"aggregation": [rule | {"unique_limit": 0}]},
    {"aggregation": [rule | {"other_fields": "keep"}]},
    {"aggregation": [rule | {"max_bytes": "64 MiB"}]},
    {"aggregation": [rule | {"max_groups": 0}]},
    {"aggregation": [rule | {"sum_fields": ["SA.Tags"]}]},
    {"aggregation": [rule | {"identical_fields": ["user agent"]}]},
    {"schema": "kuma", "aggregation": [rule | {"identical_fields": ["user agent"]}]},
    {"aggregation": [rule | {"statistics": [{}]}]},
    {"aggregation": [rule | {"statistics": [
        {"field": "Name", "function": "mean", "into": "F.x"}]}]},
    {"aggregation": [rule | {"statistics": [
        {"field": "BytesIn", "function": "max", "into": "EndTime"}]}]},
    {"aggregation": [rule | {"statistics": [
        {"field": "SA.x", "function": "max", "into": "S.x"}]}]},
    {"bounds": {"groups": 5}},
    {"match": "every"},
    {"map": {"a": "SourceAdress"}},
    {"map": {"a": {"b": "Name"}}},
    {"map": {"a": {"field": "Nam"}}},
    {"map": {"a": []}},
    {"map": {"a": ["Nam"]}},
    {"map": {"a": "Type"}},
    {"map": {"keys": {"a": "Nam"}}},
    {"map": {"keys": {"a": {}}}},
    {"map": {"preset": "zek"}},
    {"map": {"keep": "Name"}},
    {"map": {"constants": {"Nam": "x"}}},
    {"map": {"constants": {"SA.a": "x"}}},
    {"map": {"constants": {"Name": ["x"]}}},
    {"map": {"constants": {"Name": ""}}},
    {"map": {"a": {"field": "Timestamp", "time": "secods"}}},
    {"map": {"a": {"field": "Timestamp", "time": []}}},
    {"map": {"a": {"field": "Timestamp", "zone": "UTC"}}},
    {"map": {"a": {"field": "Timestamp", "time": "bsd", "values": {"a": "b"}}}},
    {"map": {"a": {"field": "Timestamp", "times": "bsd"}}},
    {"map": {"a": {"field": "Name", "values": {}}}},
    {"map": {"a": {"field": "Name", "values": {"a": ["b"]}}}},
    {"schema": "open", "map": {"a": {"field": ""}}},
    {"map": {"": "Name"}},
    {"filter": {"all": ["Name = 'x'"], "any": ["Name = 'y'"]}},
    {"filter": {"root": "Name = 'x'"}},
    {"filter": {"root": {"conditions": {}}}},
    {"filter": {"root": {"leftField": "Name", "op": "=", "rightKind": "field"}}},
    {"enrichment": [{"type": "dns"}]},
    {"enrichment": [{"type": "constant", "name": "a", "value": "x", "target": "Nme"}]},
    {"enrichment": [{"type": "template", "name": "a", "template": "x"}]},
    {"enrichment": [{"type": "template", "name": "a", "template": "", "target": "Name"}]},
    {"enrichment": [{"type": "template", "name": "a", "template": 5, "target": "Name"}]},
    {"enrichment": [{"type": "template", "name": "a", "template": "x", "target": "TI"}]},
    {"enrichment": [{"type": "timezone", "name": "a"}]},
    {"enrichment": [{"type": "timezone", "name": "a", "zone": "UTC", "target": "Name"}]},
    {"enrichment": [{"type": "constant", "name": "a", "value": "x" * 256, "target": "Name"}]},
    {"enrichment": [{"type": "constant", "name": "a", "value": ["x"], "target": "Name"}]},
    {"enrichment": [{"type": "constant", "name": "a", "target": "Name"}]},
    {"enrichment": [{"type": "constant", "name": "a", "value": "x", "target": "TI"}]},
    {"enrichment": [{"type": "event", "name": "a", "source": "Name"}]},
    {"enrichment": [{"type": "event", "name": "a", "source": "TI", "target": "Name"}]},
    {"enrichment": [{"type": "dictionary", "name": "a", "dictionary": "A", "keys": [],
                     "target": "Name"}]},
    {"enrichment": [{"type": "dictionary", "name": "a", "dictionary": "A", "keys": ["SA.x"],
                     "target": "Name"}]},
    {"enrichment": [{"type": "table", "name": "a", "table": "A", "keys": ["Name"],
                     "mapping": {}}]},
    {"enrichment": [{"type": "table", "name": "a", "table": "A", "keys": ["Name"],
                     "mapping": {"a": "Nme"}}]},
    {"enrichment": [{"type": "table", "name": "a", "table": "A", "keys": ["Name"],
                     "target": "Name"}]},
    {"dictionaries": []},
    {"dictionaries": {"A": {"ttl": 5}}},
    {"dictionaries": {"A": {"id": "x"}}},
    {"dictionaries": {"A": {"entries": {"a": ["b"]}}}},
    {"dictionaries": {"A": {"entries": {}, "file": "a.csv"}}},
    {"dictionaries": {"A": {"format": "csv"}}},
    {"dictionaries": {"A": {"file": "a", "format": "xml"}}},
    {"dictionaries": {"": {}}},
    {"tables": {"T": {"columns": []}}},
    {"tables": {"T": {"entries": {"a": "b"}}}},
    {"active_lists": {"L": {"ttl": -1}}},
    {"context_tables": {"C": {"columns": {"a": "string"}}}},
    {"context_tables": {"C": {"keys": {"a": "list of string"}}}},
    {"context_tables": {"C": {"keys": {"a": "text"}}}},
    {"assets": {"entries": [{"categories": ["x"]}]}},
    {"assets": {"entries": [{"name": "a", "vulnerabilities": [{"severity": 5}]}]}},
    {"directory": {"entries": {"a": [["b"]]}}},
]
for conversion in ("lowr", "append", {"lower": True}, {"append": ""}, {"append": 5}, {},
                   {"replace": {"with": "x"}}, {"replace": "a"}, {"regexp": ""},
                   {"trim": "a", "append": "b"}, {"substring": {}}, {"substring": {"start": -1}},
                   {"substring": {"end": 0}}, {"replace_with_regexp": {"find": "a"}}):
    bad.append({"enrichment": [{"type": "event", "name": "a", "source": "Name", "target": "S.x",
                                "conversions": [conversion]}]})
for document in good:
    validator.validate(document)
for document in bad:
    if validator.is_valid(document):
        sys.exit(f"the schema accepts {json.dumps(document)}")
print(f"{len(good)} accepted, {len(bad)} refused")
