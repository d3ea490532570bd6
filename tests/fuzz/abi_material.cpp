#include <cstdlib>

#include "abi_material.h"

namespace fuzz {
namespace {

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

weir_field field(Choices& choices, Lent& lent) {
  weir_field made = value(choices, lent);
  const std::size_t known = choices.one_in(3) ? std::size(names) : named;
  made.id = choices.one_in(64) ? UINT32_MAX : id(names[choices.below(known)]);
  return made;
}

std::vector<weir_event> events(Choices& choices, Lent& lent) {
  std::vector<weir_event> all(choices.below(6));
  for (weir_event& event : all) {
    std::vector<weir_field> fields(choices.below(7));
    for (weir_field& one : fields) one = field(choices, lent);
    // Most events have a key.
    if (!fields.empty() && !choices.one_in(4)) fields[0].id = id(names[0]);
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
      // Most events have a key.
      text += choices.one_in(4) ? "{" : "{\"SourceAddress\":\"a\"";
      for (std::size_t k = 0, members = choices.below(6); k < members; ++k) {
        text.append(text.ends_with('{') ? "\"" : ",\"").append(choices.one_of(keys)).append("\":");
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
  static constexpr const char* tables[] = {"", "D", "T", "L", "C", "", "", "new"};
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
  const std::string_view name = tables[choices.one_in(8) ? 7 : made.kind];
  made.name = {lent.text(name), name.size()};
  made.format = choices.one_in(4) ? static_cast<std::uint32_t>(choices.below(5)) : 1U;
  std::string text = choices.one_of(rows);
  if (choices.one_in(4)) change(choices, text);
  if (text.starts_with('{')) made.format = WEIR_JSON_LINES;
  made.rows = {lent.text(text), text.size()};
  return made;
}

}  // namespace fuzz
