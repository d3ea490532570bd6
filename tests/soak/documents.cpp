#include "documents.h"

namespace soak {
namespace {

constexpr const char* head =
    "bounds: {max_groups: 40000, max_bytes: 64MiB}\n"
    "filter: not Name = 'noise'\n"
    "filters: {heavy: BytesIn > 100000}\n"
    "dictionaries: {Names: {}}\n"
    "tables: {Owners: {keys: [port], columns: [owner]}}\n"
    "active_lists: {Seen: {ttl: 2s, keys: [name], columns: [note]}}\n";

// Every option, but for those that need `match: first`.
constexpr const char* common_rules =
    "  - name: flows\n"
    "    identical_fields: [SourceAddress, DestinationPort]\n"
    "    unique_fields: [DeviceAction, SA.Tags]\n"
    "    sum_fields: [BytesIn]\n"
    "    other_fields: common\n"
    "    threshold: 20\n"
    "    lifetime: 1\n"
    "    output_reason: true\n"
    "    statistics: [{field: BytesIn, function: avg, into: F.mean}, {field: BytesIn, function: "
    "max,"
    " into: N.largest}, {field: Message, function: distinct, into: N.messages},"
    " {field: Message, function: last, into: S.last}]\n"
    "    filter: Name = 'flow' and not filter('heavy')\n"
    "  - name: heavy flows\n"
    "    identical_fields: [SourceAddress]\n"
    "    unique_fields: [DestinationPort, DeviceAction]\n"
    "    unique_as: text\n"
    "    unique_limit: 3\n"
    "    sum_fields: [Message]\n"
    "    other_fields: first\n"
    "    threshold: 50\n"
    "    lifetime: 3\n"
    "    max_groups: 5000\n"
    "    filter: Name = 'flow' and filter('heavy')\n"
    "  - name: logouts\n"
    "    identical_fields: [SourceAddress, DeviceAction]\n"
    "    sum_fields: [Message]\n"
    "    sum_strings: join\n"
    "    missing: pass\n"
    "    lifetime: 2\n"
    "    max_bytes: 4MiB\n"
    "    filter: Name = 'logout' and not inActiveList('Seen', DeviceAction)\n";

constexpr const char* first_rules =
    "  - name: logins\n"
    "    identical_fields: [SourceAddress]\n"
    "    unique_fields: [DeviceAction]\n"
    "    unique_mode: dedup\n"
    "    unique_limit: 100\n"
    "    other_fields: last\n"
    "    lifetime: 1\n"
    "    filter: Name = 'login' and inDictionary('Names', DeviceAction)\n"
    "  - name: lone ones\n"
    "    identical_fields: [SourceAddress]\n"
    "    single: pass\n"
    "    lifetime: 0.5\n"
    "    filter: Name = 'lone'\n"
    "  - name: ours\n"
    "    identical_fields: [DeviceAction, SourceAddress]\n"
    "    lifetime: 0.5\n"
    "    callback: ours\n"
    "    filter: Name = 'scan'\n";

constexpr const char* enrichment =
    "enrichment:\n"
    "  - {name: mark, type: constant, value: soaked, target: SA.Marks}\n"
    "  - {name: copy, type: event, source: Message, target: S.copy, conversions: [upper, {append: "
    "z}]}\n"
    "  - {name: who, type: dictionary, dictionary: Names, keys: [DeviceAction], target: S.who}\n"
    "  - {name: owner, type: table, table: Owners, keys: [DestinationPort], mapping: {owner: "
    "S.owner}}\n"
    "  - {name: text, type: template, template: '{{.Name}} of {{.SourceAddress}}', target: "
    "S.text}\n"
    "  - {name: host, type: host, callback: ours, filter: Name = 'scan'}\n";

}  // namespace

std::string document(std::uint64_t number) {
  std::string text = head;
  switch (number % 4) {
    case 0:
      return text.append("aggregation:\n").append(common_rules).append(first_rules);
    case 1:
      return text.append("aggregation:\n").append(common_rules).append(first_rules) + enrichment;
    case 2:
      return text.append("match: all\naggregation:\n").append(common_rules) + enrichment;
    default:
      break;
  }
  text += "aggregation:\n  - name: flows\n    identical_fields: [SourceAddress]\n    threshold: ";
  return text + std::to_string(2 + number % 7) + "\n    lifetime: 1\n" + first_rules + enrichment;
}

std::string names_rows(std::uint64_t number) {
  std::string rows = "key,value\nallow,a" + std::to_string(number) + "\n";
  if (number % 2 == 0) rows += "deny,d\n";
  return rows;
}

std::string owners_rows(std::uint64_t number) {
  std::string rows = "port,owner\n";
  for (std::uint64_t i = 0; i < 5; ++i)
    rows += std::to_string(i * 111) + ",owner " + std::to_string(i + number) + "\n";
  return rows;
}

}  // namespace soak
