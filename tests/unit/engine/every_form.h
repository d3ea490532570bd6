// Events of logins in every form in which they are fed, and some that cannot be read.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "event/schema.h"
#include "event/standard_fields.h"
#include "event/value.h"
#include "weir/weir.h"

namespace weir::engine {

// So many calls feed them, each so many.
inline constexpr std::size_t calls = 3;
inline constexpr std::size_t events_a_call = 700;  // more than a chunk

// The events in every form: fields, lines, and records under the fields' own names.
class EveryForm {
 public:
  EveryForm() {
    for (std::size_t i = 0; i < calls * events_a_call; ++i) add(i);
    for (std::size_t i = 0; i < calls * events_a_call; ++i)
      events.push_back({fields_[i].data(), fields_[i].size(), i});
    for (const weir_event& event : events) add_record(event);
  }
  std::vector<weir_event> events;
  std::vector<weir_record> records;
  std::vector<std::string> lines = std::vector<std::string>(calls);

 private:
  void add(std::size_t i) {
    constexpr std::string_view kinds[] = {"login", "login", "logout", "noise", "other"};
    auto& fields = fields_.emplace_back();
    std::string& lines_here = lines[i / events_a_call];
    if (i % 97 == 0) {  // cannot be read
      fields.push_back({0xFFFFFFFF, WEIR_INTEGER, 0, 0});
      lines_here += "{\"Name\":\n";
      return;
    }
    const auto text = [&](FieldId id, std::string value) {
      const std::string& kept = texts_.emplace_back(std::move(value));
      fields.push_back({id, WEIR_TEXT, kept.size(), Value::address(kept.data())});
      lines_here.append("\"").append(field_name(id)).append("\":\"").append(kept).append("\",");
    };
    lines_here += "{";
    text(fields::Name, std::string(kinds[i % 5]));
    text(fields::SourceAddress, std::string("10.0.0.").append(std::to_string(i % 23)));
    text(field_id("DeviceAction"), std::string(i % 300, 'a').append(std::to_string(i % 50)));
    text(field_id("DeviceCustomString1"), std::string(i % 40 * 10 + 1, 'j'));
    fields.push_back({field_id("BytesIn"), WEIR_INTEGER, 0, i});
    lines_here.append("\"BytesIn\":").append(std::to_string(i)).append("}\n");
  }

  void add_record(const weir_event& event) {
    weir_record& record = records.emplace_back();
    record.cookie = event.cookie;
    constexpr std::string_view problem = "no event";
    if (event.cookie % 97 == 0) {
      record.problem = {problem.data(), problem.size()};
      return;
    }
    auto& members = members_.emplace_back();
    for (std::uint64_t i = 0; i < event.field_count; ++i) {
      const weir_field& field = event.fields[i];
      const std::string_view name = field_name(field.id);
      members.push_back({name.data(), static_cast<std::uint32_t>(name.size()), field.kind,
                         field.size, field.word});
    }
    record.members = members.data();
    record.member_count = members.size();
  }

  std::deque<std::vector<weir_field>> fields_;
  std::deque<std::vector<weir_member>> members_;
  std::deque<std::string> texts_;
};

inline const EveryForm& source() {
  static const EveryForm made;
  return made;
}

}  // namespace weir::engine
