#include "abi_material.h"

namespace fuzz {
namespace {

void add_list(Choices& choices, std::string& text, const char* key, std::size_t first,
              std::size_t end) {
  std::size_t at = first + choices.below(end - first);
  const std::size_t last = std::min(end, at + 1 + choices.below(3));
  text.append(", ").append(key).append(": [").append(names[at]);
  while (++at < last) text.append(", ").append(names[at]);
  text += ']';
}

std::string filter(Choices& choices) {
  static constexpr const char* filters[] = {"BytesIn > 3",
                                            "Name = 'a' or Name = ['b', '443']",
                                            "SourceAddress inSubnet '10.0.0.0/8'",
                                            "not Message match '^x+'",
                                            "inDictionary('D', Name)",
                                            "table('T', 'v', Name) = '443'",
                                            "inActiveList('L', SourceAddress)",
                                            "hasVulnerability(SourceAddress)",
                                            "filter('saved')",
                                            "Message contains 'X' nocase and SA.Tags = 'a'",
                                            "DestinationPort = DeviceCustomString1",
                                            "inContextTable('C', Name)"};
  return choices.one_of(filters);
}

// In YAML's flow style.
std::string aggregation(Choices& choices, const char* name) {
  std::string text = "{name: ";
  text.append(name).append(", identical_fields: [");
  static constexpr const char* keys[] = {"SourceAddress", "DestinationPort",
                                         "SourceAddress, DestinationPort"};
  text.append(choices.one_of(keys)).append("]");
  static constexpr const char* thresholds[] = {"3", "1", "2", "700", "2147483647"};
  static constexpr const char* lifetimes[] = {"10", "0.5", "1h", "1ms", "365d"};
  text.append(", threshold: ").append(choices.one_of(thresholds));
  text.append(", lifetime: ").append(choices.one_of(lifetimes));
  if (choices.one_in(2)) add_list(choices, text, "unique_fields", first_list, first_sum);
  if (choices.one_in(2)) add_list(choices, text, "sum_fields", first_sum, named);
  static constexpr const char* options[] = {
      "",
      ", unique_mode: dedup",
      ", unique_limit: 2",
      ", unique_as: text",
      ", other_fields: first",
      ", other_fields: common",
      ", single: pass",
      ", output_reason: true",
      ", sum_strings: join",
      ", missing: pass",
      ", max_groups: 2",
      ", max_bytes: 1MB",
      ", callback: named",
      ", statistics: [{field: BytesIn, function: avg, into: F.mean}, "
      "{field: Name, function: distinct, into: N.names}]",
      ", statistics: [{field: Message, function: max, into: S.most}, "
      "{field: Message, function: first, into: S.first}]",
      ", id: 11111111-1111-4111-8111-111111111111",
  };
  text += choices.one_of(options);
  if (choices.one_in(2)) text += choices.one_of(options);
  if (choices.one_in(3)) text.append(", filter: \"").append(filter(choices)).append("\"");
  return text += '}';
}

std::string enrichment(Choices& choices, const char* name) {
  static constexpr const char* settings[] = {
      "type: constant, value: c, target: Message",
      "type: constant, value: t, target: SA.Tags",
      "type: constant, value: '', target: Name",
      "type: event, source: Message, target: DeviceAction, conversions: [upper, {append: z}]",
      "type: event, source: SA.Tags, target: SA.Tags, conversions: [{regexp: '(.)'}]",
      "type: dictionary, dictionary: D, keys: [Name], target: Message",
      "type: table, table: T, keys: [Name], mapping: {v: S.a}",
      "type: template, template: '{{.Name}} {{.Extra.a}} {{.SA.Tags}}', target: Message",
      "type: timezone, source: Message, target: S.zone",
      "type: host, callback: named",
      "type: host",
  };
  std::string text = "{name: ";
  text.append(name).append(", ").append(choices.one_of(settings));
  if (choices.one_in(4)) text.append(", filter: \"").append(filter(choices)).append("\"");
  return text += '}';
}

std::string composed(Choices& choices) {
  static constexpr const char* heads[] = {
      "",
      "match: all\n",
      "filter: not Name = 'b'\n",
      "filter: Name = 'b'\npolarity: drop\n",
      "bounds: {max_groups: 3}\n",
      "bounds: {max_bytes: 1MiB}\n",
      "schema: open\n",
      ("map: {src: SourceAddress, a.b: Message, t: {field: Timestamp, time: seconds}, "
       "p: {field: DestinationPort, values: {x: 443}}}\n"),
      "map: {preset: cef, x: Message}\n",
      "event_time: {allowed_lateness: 1s, late_events: pass}\n",
      "event_time: {allowed_lateness: 1s, late_events: reject, max_future_skew: 5s}\n",
  };
  std::string text = choices.one_of(heads);
  if (choices.one_in(2))
    text +=
        "dictionaries: {D: {}}\ntables: {T: {keys: [k], columns: [v]}}\n"
        "active_lists: {L: {ttl: 2s, keys: [k], columns: [v]}}\n"
        "context_tables: {C: {ttl: 1s, keys: {k: string}, columns: {v: integer}}}\n"
        "assets: {}\n";
  if (choices.one_in(2)) text += "filters: {saved: \"BytesIn >= 0\"}\n";
  static constexpr const char* rules[] = {"one", "two", "three"};
  const std::size_t aggregating = choices.below(4);
  if (aggregating != 0) text += "aggregation:\n";
  for (std::size_t i = 0; i < aggregating; ++i)
    text.append("  - ").append(aggregation(choices, rules[i])).append("\n");
  const std::size_t enriching = choices.below(3);
  if (enriching != 0) text += "enrichment:\n";
  for (std::size_t i = 0; i < enriching; ++i)
    text.append("  - ").append(enrichment(choices, rules[i])).append("\n");
  return text.empty() ? "{}" : text;
}

// What would ask the network or read files stays out, whatever bytes are changed.
bool reaches_outside(const std::string& text) {
  for (const char* word : {"dns", "cybertrace", "file", "data", "geographic"})
    if (text.find(word) != std::string::npos) return true;
  return false;
}

}  // namespace

void change(Choices& choices, std::string& text) {
  if (text.empty()) return;
  const std::size_t at = (choices.byte() * 256U + choices.byte()) % text.size();
  switch (choices.below(3)) {
    case 0:
      text[at] = static_cast<char>(choices.byte());
      break;
    case 1:
      text.erase(at, 1U + choices.byte() % 16U);
      break;
    default:
      text.insert(at, choices.bytes(choices.below(24)));
  }
}

std::string document(Choices& choices) {
  std::string text = composed(choices);
  if (!choices.one_in(4)) return text;
  for (std::size_t i = 0, count = 1 + choices.below(4); i < count; ++i) change(choices, text);
  return reaches_outside(text) ? "{}" : text;
}

std::string rule(Choices& choices) {
  static constexpr const char* rules[] = {"four", "five", "one"};
  const char* name = choices.one_of(rules);
  // Text that begins with a brace would be JSON.
  std::string text = "# a rule\n";
  text += choices.one_in(3) ? enrichment(choices, name) : aggregation(choices, name);
  if (choices.one_in(8)) change(choices, text);
  return reaches_outside(text) ? "{}" : text;
}

}  // namespace fuzz
