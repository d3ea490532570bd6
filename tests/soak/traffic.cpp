#include "traffic.h"

#include <bit>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace soak {
namespace {

constexpr std::size_t key_size = 8;
constexpr std::uint64_t keys = 50'000'000;

std::uint32_t id(std::string_view name) {
  std::uint32_t id = 0;
  if (weir_field_id(name.data(), name.size(), &id, nullptr) == WEIR_OK) return id;
  std::fprintf(stderr, "no field %s\n", std::string(name).c_str());
  std::exit(1);
}

weir_field text(std::string_view name, std::string_view value) {
  return {id(name), WEIR_TEXT, value.size(), reinterpret_cast<std::uintptr_t>(value.data())};
}

weir_field number(std::string_view name, std::uint64_t value) {
  return {id(name), WEIR_INTEGER, 0, value};
}

constexpr std::string_view event_names[] = {"login", "logout", "scan", "flow",
                                            "flow",  "lone",   "flow"};
constexpr std::string_view actions[] = {"allow", "deny", "reset"};
constexpr std::string_view messages[] = {"17", "a message of some length", "0.5", "Europe/Moscow"};

std::string_view name_of(std::size_t index) { return event_names[index % std::size(event_names)]; }

}  // namespace

Traffic::Traffic(std::uint64_t seed) : random_(seed) {
  keys_.resize(round_events * key_size, '0');
  for (std::size_t i = 0; i < round_events; ++i) {
    add_event(i);
    add_line(i);
  }
  next();
}

// One in fifty has no key, one in fifty is noise that the engine's filter drops.
void Traffic::add_event(std::size_t index) {
  auto& fields = fields_.emplace_back();
  fields.push_back(text("Name", index % 50 == 1 ? "noise" : name_of(index)));
  if (index % 50 != 0)
    fields.push_back(text("SourceAddress", {keys_.data() + index * key_size, key_size}));
  fields.push_back(number("DestinationPort", index % 5 * 111));
  fields.push_back(number("BytesIn", index * index));
  fields.push_back(text("DeviceAction", actions[index % std::size(actions)]));
  fields.push_back(text("Message", messages[index % std::size(messages)]));
  events_.push_back({fields.data(), fields.size(), index});
}

// One in a hundred cannot be read.
void Traffic::add_line(std::size_t index) {
  if (index % 100 == 2) {
    lines_ += "{\"Name\":\"broken\n";
    return;
  }
  lines_ += "{\"Name\":\"";
  lines_ += index % 50 == 1 ? "noise" : name_of(index);
  if (index % 50 != 0) {
    lines_ += "\",\"SourceAddress\":\"";
    in_lines_.push_back(lines_.size());
    lines_.append(key_size, '0');
  }
  lines_ += "\",\"DestinationPort\":" + std::to_string(index % 5 * 111);
  lines_ += ",\"BytesIn\":" + std::to_string(index * index) + ",\"DeviceAction\":\"";
  lines_ += actions[index % std::size(actions)];
  lines_ += "\",\"Message\":\"";
  lines_ += messages[index % std::size(messages)];
  lines_ += "\",\"SA.Tags\":[\"x\",\"y\"],\"other\":{\"member\":[1,2,3]}}\n";
}

void Traffic::next() {
  const auto write = [this](char* at) {
    std::uint64_t key = random_.below(8) == 0 ? random_.below(32) : random_.below(keys);
    for (std::size_t i = key_size; i-- > 0; key /= 10) at[i] = static_cast<char>('0' + key % 10);
  };
  for (std::size_t i = 0; i < round_events; ++i) write(keys_.data() + i * key_size);
  for (const std::size_t at : in_lines_) write(lines_.data() + at);
}

}  // namespace soak
