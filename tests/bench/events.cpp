#include "events.h"

#include <fmt/compile.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <iterator>
#include <string_view>

namespace bench {

namespace {

enum Field : std::size_t {
  timestamp,
  source,
  source_port,
  destination,
  destination_port,
  protocol,
  vendor,
  product,
  action,
  bytes_in,
  bytes_out,
  name
};
constexpr std::string_view names[] = {
    "Timestamp",       "SourceAddress",     "SourcePort",   "DestinationAddress",
    "DestinationPort", "TransportProtocol", "DeviceVendor", "DeviceProduct",
    "DeviceAction",    "BytesIn",           "BytesOut",     "Name"};
constexpr std::string_view protocols[] = {"tcp", "udp", "icmp"};
constexpr std::string_view actions[] = {"allow", "deny", "reset", "drop"};

std::uint32_t id_of(std::string_view field) {
  std::uint32_t id = 0;
  if (weir_field_id(field.data(), field.size(), &id, nullptr) != WEIR_OK) std::abort();
  return id;
}

void put(weir_field& field, std::uint64_t number) {
  field.kind = WEIR_INTEGER;
  field.size = 0;
  field.word = number;
}
void put(weir_field& field, std::string_view text) {
  field.kind = WEIR_TEXT;
  field.size = text.size();
  field.word = reinterpret_cast<std::uintptr_t>(text.data());
}

std::string_view write_address(char* to, std::uint64_t number) {
  const char* const end =
      fmt::format_to(to, FMT_COMPILE("{}.{}.{}.{}"), 1 + number % 223, number / 223 % 256,
                     number / 57'088 % 256, 1 + number / 14'614'528 % 254);
  return {to, end};
}

// Spreads a rank over the key's fields. Odd multiplier and shifts: no two ranks meet.
std::uint64_t mix(std::uint64_t x) noexcept {
  x ^= x >> 31;
  x *= 0x9E3779B97F4A7C15ULL;
  return x ^ x >> 29;
}

}  // namespace

Zipf::Zipf(std::size_t n, double skew) : cumulative_(n) {
  double sum = 0;
  for (std::size_t i = 0; i < n; ++i)
    cumulative_[i] = sum += 1 / std::pow(static_cast<double>(i + 1), skew);
}

std::size_t Zipf::operator()(std::mt19937_64& random) const {
  const double at = std::uniform_real_distribution<>(0, cumulative_.back())(random);
  return static_cast<std::size_t>(std::lower_bound(cumulative_.begin(), cumulative_.end(), at) -
                                  cumulative_.begin());
}

Slice::Slice(std::size_t size) : values_(size * fields_), texts_(size * 2 * text_) {
  std::array<std::uint32_t, fields_> ids;
  for (std::size_t i = 0; i < fields_; ++i) ids[i] = id_of(names[i]);
  for (std::size_t i = 0; i < size; ++i) {
    weir_field* const fields = &values_[i * fields_];
    for (std::size_t j = 0; j < fields_; ++j) fields[j].id = ids[j];
    put(fields[vendor], "Netflow");
    put(fields[product], "NetflowV9");
    put(fields[name], "flow record");
    events_.push_back({fields, fields_, i});
  }
}

void Slice::set(std::size_t i, std::uint64_t rank) {
  const std::uint64_t key = mix(rank + 1);
  weir_field* const fields = &values_[i * fields_];
  char* const texts = &texts_[i * 2 * text_];
  put(fields[timestamp], 1'700'000'000'000 + made_++);
  put(fields[source], write_address(texts, key % 4'000'037));
  put(fields[source_port], 1024 + random_() % 60'000);
  put(fields[destination], write_address(texts + text_, mix(key) % 50'021));
  put(fields[destination_port], key % 7 == 0 ? key % 65'536 : 443);
  put(fields[protocol], protocols[key % 3]);
  put(fields[action], actions[random_() % 4]);
  put(fields[bytes_in], random_() % 1'500);
  put(fields[bytes_out], random_() % 1'500);
}

void Slice::draw(const Zipf& zipf) {
  for (std::size_t i = 0; i < events_.size(); ++i) set(i, zipf(random_));
}

void Slice::enumerate(std::uint64_t first, std::uint64_t groups) {
  constexpr std::uint64_t stride = 7'368'787;  // has no divisor in common with a round number
  for (std::size_t i = 0; i < events_.size(); ++i) set(i, (first + i) * stride % groups);
}

std::uint64_t Slice::key_bytes() const {
  std::uint64_t bytes = 0;
  for (const weir_event& event : events_) {
    for (const Field field : {source, destination, protocol, vendor, product})
      bytes += event.fields[field].size;
    bytes += 2;
  }
  return bytes;
}

void append_line(std::string& out, const weir_event& event) {
  char separator = '{';
  for (std::uint64_t i = 0; i < event.field_count; ++i) {
    const weir_field& field = event.fields[i];
    (out += separator) += '"';
    (out += names[i]) += "\":";
    separator = ',';
    if (field.kind == WEIR_INTEGER)
      fmt::format_to(std::back_inserter(out), FMT_COMPILE("{}"), field.word);
    else
      out.append("\"").append(reinterpret_cast<const char*>(field.word), field.size).append("\"");
  }
  out +=
      ",\"flowId\":\"0af7651916cd43dd8448eb211c80319c\",\"sensor\":\"edge-7.example.org\""
      ",\"path\":\"C:\\\\flows\\\\in\",\"tos\":0,\"sampled\":false,\"direction\":\"ingress\""
      ",\"vlan\":4094}\n";
}

std::string ndjson(std::span<const weir_event> events) {
  std::string out;
  for (const weir_event& event : events) append_line(out, event);
  return out;
}

std::string document(const Rule& rule) {
  return fmt::format(
      "aggregation:\n  - name: bench\n    threshold: {}\n    lifetime: {}\n    identical_fields: "
      "[SourceAddress, DestinationAddress, DestinationPort, TransportProtocol, DeviceVendor, "
      "DeviceProduct]\n    sum_fields: [BytesIn, BytesOut]\n{}",
      rule.threshold, rule.lifetime,
      rule.lists ? "    unique_fields: [SourcePort, DeviceAction]\n" : "");
}

}  // namespace bench
