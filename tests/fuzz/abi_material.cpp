#include "abi_material.h"

#include <cstdlib>

namespace fuzz {
namespace {

constexpr const char* names[] = {
    "SourceAddress",
    "DestinationPort",
    "BytesIn",
    "Name",
    "Timestamp",
    "Message",
    "DeviceAction",
    "SA.Tags",
    "NA.Codes",
    "FA.Loads",
    "S.a",
    "N.a",
    "F.a",
    "Extra.a",
    "Extra",
    "TI",
    "Type",
    "BaseEventCount",
    "StartTime",
    "Raw",
    "SourceLatitude",
    "DeviceCustomString1",
};

std::uint32_t id(const char* name) {
  std::uint32_t id = 0;
  if (weir_field_id(name, std::strlen(name), &id, nullptr) != WEIR_OK) std::abort();
  return id;
}

std::string text(Choices& choices) {
  static constexpr const char* usual[] = {
      "a",   "b",      "10.0.0.1", "443", "2026-01-02T03:04:05Z",
      "1e3", "::1",    "",         "-5",  "Europe/Moscow",
      "é",   "\xff\"", "\\u0000",  "a,b"};
  switch (choices.below(12)) {
    case 10:
      return std::string(choices.bytes(choices.below(16)));
    case 11:
      return std::string(choices.byte() * 300U, 'x');
    default:
      return choices.one_of(usual);
  }
}

// ---- Documents

void add_list(Choices& choices, std::string& text, const char* key) {
  const std::size_t count = choices.below(4);
  if (count == 0) return;
  text.append(", ").append(key).append(": [");
  for (std::size_t i = 0; i < count; ++i)
    text.append(i == 0 ? "" : ", ").append(names[choices.below(11)]);
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
  text.append(name).append(", identical_fields: [").append(names[choices.below(3)]).append("]");
  static constexpr const char* thresholds[] = {"3", "1", "2", "700", "2147483647"};
  static constexpr const char* lifetimes[] = {"10", "0.5", "1h", "1ms", "365d"};
  text.append(", threshold: ").append(choices.one_of(thresholds));
  text.append(", lifetime: ").append(choices.one_of(lifetimes));
  if (choices.one_in(2)) add_list(choices, text, "unique_fields");
  if (choices.one_in(2)) add_list(choices, text, "sum_fields");
  static constexpr const char* options[] = {
      "",
      ", unique_mode: dedup, unique_fields: [Name]",
      ", unique_limit: 2, unique_fields: [Message]",
      ", unique_as: text",
      ", other_fields: first",
      ", other_fields: common",
      ", single: pass",
      ", output_reason: true",
      ", sum_strings: join, sum_fields: [Message]",
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
      "map: {src: SourceAddress, a.b: Message, t: {field: Timestamp, time: seconds}, "
      "p: {field: DestinationPort, values: {x: 443}}}\n",
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

// ---- Values

weir_field text_field(Choices& choices, Lent& lent, std::uint32_t kind) {
  static const std::string huge(WEIR_MAX_EVENT_BYTES + 1U, 'h');
  weir_field field{0, kind, 0, 0};
  std::string bytes = kind == WEIR_JSON && !choices.one_in(4) ? R"([{"a":"b"},1])" : text(choices);
  field.size = bytes.size();
  field.word = reinterpret_cast<std::uintptr_t>(lent.text(bytes));
  if (choices.one_in(128)) field.word = reinterpret_cast<std::uintptr_t>(huge.data());
  if (field.word == reinterpret_cast<std::uintptr_t>(huge.data())) field.size = huge.size();
  if (choices.one_in(64)) field.word = 0;
  return field;
}

template <class T, class Make>
weir_field array_field(Choices& choices, Lent& lent, std::uint32_t kind, Make make) {
  std::vector<T> values(choices.below(5));
  for (T& value : values) value = make();
  const T* array = lent.array(values);
  return {0, kind, values.size(), reinterpret_cast<std::uintptr_t>(array)};
}

weir_field value(Choices& choices, Lent& lent) {
  switch (choices.below(12)) {
    case 0:
    case 1:
    case 2:
      return text_field(choices, lent, WEIR_TEXT);
    case 3:
    case 4:
      return {0, WEIR_INTEGER, 0, static_cast<std::uint64_t>(choices.integer())};
    case 5:
      return {0, WEIR_FLOAT, 0, std::bit_cast<std::uint64_t>(choices.floating())};
    case 6:
      return {0, WEIR_BOOL, 0, choices.below(3)};
    case 7:
      return array_field<std::int64_t>(choices, lent, WEIR_INTEGER_ARRAY,
                                       [&] { return choices.integer(); });
    case 8:
      return array_field<double>(choices, lent, WEIR_FLOAT_ARRAY,
                                 [&] { return choices.floating(); });
    case 9:
      return array_field<weir_text>(choices, lent, WEIR_TEXT_ARRAY, [&] {
        const std::string bytes = text(choices);
        return weir_text{lent.text(bytes), bytes.size()};
      });
    case 10:
      return text_field(choices, lent, WEIR_JSON);
    default:  // absent, or no kind at all
      return {0, choices.one_in(4) ? 77U : 0U, choices.below(2), 0};
  }
}

// More than a chunk, now and then.
template <class T>
void repeat(Choices& choices, std::vector<T>& all) {
  if (all.empty() || !choices.one_in(8)) return;
  const std::size_t times = 600 / all.size();
  const std::vector<T> once = all;
  for (std::size_t i = 0; i < times; ++i) all.insert(all.end(), once.begin(), once.end());
}

void add_json(Choices& choices, std::string& line, int depth) {
  static constexpr const char* scalars[] = {"1",
                                            "\"a\"",
                                            "\"b\"",
                                            "-7",
                                            "1.5",
                                            "true",
                                            "null",
                                            "\"10.0.0.1\"",
                                            "\"443\"",
                                            "1e400",
                                            "99999999999999999999",
                                            "\"\\u00e9\\n\"",
                                            "\"\\ud800\""};
  switch (choices.below(10)) {
    case 8: {
      line += '[';
      const std::size_t count = depth > 5 ? 0 : choices.below(4);
      for (std::size_t i = 0; i < count; ++i) {
        if (i != 0) line += ',';
        add_json(choices, line, depth + 1);
      }
      line += ']';
      break;
    }
    case 9:
      line += "{\"a\":";
      add_json(choices, line, depth + 1);
      line += '}';
      break;
    default:
      line += choices.one_of(scalars);
  }
}

}  // namespace

std::string document(Choices& choices) {
  std::string text = composed(choices);
  if (!choices.one_in(4)) return text;
  for (std::size_t i = 0, count = 1 + choices.below(4); i < count; ++i) change(choices, text);
  return reaches_outside(text) ? "{}" : text;
}

std::string rule(Choices& choices) {
  static constexpr const char* rules[] = {"four", "five", "one"};
  const char* name = choices.one_of(rules);
  std::string text = choices.one_in(3) ? enrichment(choices, name) : aggregation(choices, name);
  if (choices.one_in(8)) change(choices, text);
  return reaches_outside(text) ? "{}" : text;
}

weir_field field(Choices& choices, Lent& lent) {
  weir_field made = value(choices, lent);
  made.id = choices.one_in(64) ? UINT32_MAX : id(choices.one_of(names));
  return made;
}

std::vector<weir_event> events(Choices& choices, Lent& lent) {
  std::vector<weir_event> all(choices.below(6));
  for (weir_event& event : all) {
    std::vector<weir_field> fields(choices.below(7));
    for (weir_field& one : fields) one = field(choices, lent);
    event = {lent.array(fields), fields.size(), choices.byte()};
    if (choices.one_in(128)) event.field_count = WEIR_MAX_FIELDS + 1;
    if (choices.one_in(128)) event.fields = nullptr;
    if (event.fields != nullptr && event.field_count != fields.size()) event.fields = nullptr;
  }
  repeat(choices, all);
  return all;
}

std::vector<weir_record> records(Choices& choices, Lent& lent) {
  static constexpr const char* keys[] = {"src",  "a.b", "t",   "p",   "x",  "SourceAddress",
                                         "Name", "a",   "a.c", "msg", "rt", ""};
  std::vector<weir_record> all(choices.below(6));
  for (weir_record& record : all) {
    std::vector<weir_member> members(choices.below(6));
    for (weir_member& member : members) {
      const std::string_view key = choices.one_of(keys);
      const weir_field of = value(choices, lent);
      member = {lent.text(key), static_cast<std::uint32_t>(key.size()), of.kind, of.size, of.word};
    }
    record = {lent.array(members), members.size(), choices.byte(), {}, 0, 0, {}, 0, 0};
    record.line = choices.byte();
    if (choices.one_in(8)) record.text = {lent.text("as it came"), 10};
    if (choices.one_in(8)) record.problem = {lent.text("unreadable"), 10};
    if (choices.one_in(4)) record.preset = static_cast<std::uint32_t>(choices.below(6));
    if (choices.one_in(64)) record.preset = UINT32_MAX;
    if (choices.one_in(4)) record.arrived = choices.integer();
  }
  repeat(choices, all);
  return all;
}

std::string lines(Choices& choices) {
  static constexpr const char* keys[] = {
      "src",     "a.b",   "a",       "t",         "Name",          "Message",         "BytesIn",
      "SA.Tags", "Extra", "Extra.a", "Timestamp", "SourceAddress", "DestinationPort", "N\\u0061me"};
  std::string text;
  for (std::size_t i = 0, count = choices.below(8); i < count; ++i) {
    if (choices.one_in(16)) {
      text += choices.bytes(choices.below(32));
    } else {
      text += '{';
      for (std::size_t k = 0, members = choices.below(6); k < members; ++k) {
        text.append(k == 0 ? "\"" : ",\"").append(choices.one_of(keys)).append("\":");
        add_json(choices, text, 0);
      }
      text += '}';
    }
    text += choices.one_in(16) ? "\r\n\n" : "\n";
  }
  if (!text.empty() && choices.one_in(8)) {
    const std::string once = text;
    while (text.size() < 40'000) text += once;
  }
  return text;
}

weir_table table(Choices& choices, Lent& lent) {
  static constexpr const char* tables[] = {"D", "T", "L", "C", "new", ""};
  static constexpr const char* rows[] = {"a,443\nb,1\n",
                                         "k,v\na,443\nb,7\n",
                                         "key,value\n443,a\n",
                                         "{\"key\":\"a\",\"value\":\"b\"}\n",
                                         "{\"k\":\"a\",\"v\":1}\n",
                                         "address,vulnerabilities\n10.0.0.1,CVE-2021-1:10\n",
                                         "k\na\n",
                                         "k\tv\na\t443\n"};
  weir_table made{};
  made.struct_size = sizeof made;
  made.kind = static_cast<std::uint32_t>(choices.below(8));
  const std::string_view name = choices.one_of(tables);
  made.name = {lent.text(name), name.size()};
  made.format = choices.one_in(4) ? static_cast<std::uint32_t>(choices.below(5)) : 1U;
  std::string text = choices.one_of(rows);
  if (choices.one_in(4)) change(choices, text);
  if (text.starts_with('{')) made.format = WEIR_JSON_LINES;
  made.rows = {lent.text(text), text.size()};
  return made;
}

}  // namespace fuzz
