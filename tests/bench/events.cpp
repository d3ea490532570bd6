#include "events.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <random>

namespace bench {

namespace {

std::uint32_t id_of(const std::string& name) {
  std::uint32_t id = 0;
  if (weir_field_id(name.data(), name.size(), &id, nullptr) != WEIR_OK) std::abort();
  return id;
}

// Draws ranks 0 … n-1 with probability proportional to 1 / (rank + 1)^skew, by inverting the
// cumulative sum.
class Zipf {
 public:
  Zipf(std::size_t n, double skew) : cumulative_(n) {
    double sum = 0;
    for (std::size_t i = 0; i < n; ++i)
      cumulative_[i] = sum += 1 / std::pow(static_cast<double>(i + 1), skew);
  }
  std::size_t operator()(std::mt19937_64& random) const {
    const double at = std::uniform_real_distribution<>(0, cumulative_.back())(random);
    return static_cast<std::size_t>(std::lower_bound(cumulative_.begin(), cumulative_.end(), at) -
                                    cumulative_.begin());
  }

 private:
  std::vector<double> cumulative_;
};

std::string address(std::uint64_t number) {
  return fmt::format("{}.{}.{}.{}", 1 + number % 223, number / 223 % 256, number / 57'088 % 256,
                     1 + number / 14'614'528 % 254);
}

// A rank is spread over the key's fields, so that neighbours share none.
std::uint64_t mix(std::uint64_t x) {
  x ^= x >> 31;
  x *= 0x9E3779B97F4A7C15ULL;
  return x ^ x >> 29;
}

}  // namespace

Events::Events(std::size_t count, std::size_t groups, double skew) {
  static const char* const protocols[] = {"tcp", "udp", "icmp"};
  static const char* const actions[] = {"allow", "deny", "reset", "drop"};
  const std::uint32_t ids[] = {id_of("Timestamp"),       id_of("SourceAddress"),
                               id_of("SourcePort"),      id_of("DestinationAddress"),
                               id_of("DestinationPort"), id_of("TransportProtocol"),
                               id_of("DeviceVendor"),    id_of("DeviceProduct"),
                               id_of("DeviceAction"),    id_of("BytesIn"),
                               id_of("BytesOut"),        id_of("Name")};
  constexpr std::size_t width = std::size(ids);
  const Zipf draw(groups, skew);
  std::mt19937_64 random(1);
  texts_.reserve(count * 2);
  fields_.resize(count * width);
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint64_t key = mix(draw(random) + 1);
    const std::string& source = texts_.emplace_back(address(key % 4'000'037));
    const std::string& destination = texts_.emplace_back(address(mix(key) % 50'021));
    weir_field* const to = &fields_[i * width];
    const auto number = [&](std::size_t at, std::uint64_t value) {
      to[at] = {ids[at], WEIR_INTEGER, 0, value};
    };
    const auto text = [&](std::size_t at, std::string_view value) {
      to[at] = {ids[at], WEIR_TEXT, value.size(), reinterpret_cast<std::uintptr_t>(value.data())};
    };
    number(0, 1'700'000'000'000 + i);
    text(1, source);
    number(2, 1024 + random() % 60'000);
    text(3, destination);
    number(4, key % 7 == 0 ? key % 65'536 : 443);
    text(5, protocols[key % 3]);
    text(6, "Netflow");
    text(7, "NetflowV9");
    text(8, actions[random() % 4]);
    number(9, random() % 1'500);
    number(10, random() % 1'500);
    text(11, "flow record");
    events_.push_back({to, width, i});
  }
}

std::string Events::ndjson() const {
  std::string out;
  for (const weir_event& event : events_) {
    char separator = '{';
    for (std::uint64_t i = 0; i < event.field_count; ++i) {
      const weir_field& field = event.fields[i];
      weir_text name{};
      weir_field_name(field.id, &name, nullptr);
      out += fmt::format("{}\"{}\":", separator, name.data);
      separator = ',';
      if (field.kind == WEIR_INTEGER)
        out += std::to_string(field.word);
      else
        out.append("\"").append(reinterpret_cast<const char*>(field.word), field.size).append("\"");
    }
    // Seven members that no rule wants, one with an escape, so that a line has 19 and 455 bytes.
    out +=
        ",\"flowId\":\"0af7651916cd43dd8448eb211c80319c\",\"sensor\":\"edge-7.example.org\""
        ",\"path\":\"C:\\\\flows\\\\in\",\"tos\":0,\"sampled\":false,\"direction\":\"ingress\""
        ",\"vlan\":4094}\n";
  }
  return out;
}

std::string document(int lifetime, bool uniques) {
  std::string text = fmt::format(
      "aggregation:\n  - name: bench\n    threshold: 100\n    lifetime: {}\n    identical_fields: "
      "[SourceAddress, DestinationAddress, DestinationPort, TransportProtocol, DeviceVendor, "
      "DeviceProduct]\n    sum_fields: [BytesIn, BytesOut]\n",
      lifetime);
  if (uniques) text += "    unique_fields: [SourcePort, DeviceAction]\n";
  return text;
}

}  // namespace bench
