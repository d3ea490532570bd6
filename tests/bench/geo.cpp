// Places of addresses: finding the smallest of 300,000 networks, and reading them. Linked with the
// library's insides, as lookup.cpp.
//
// Of a MaxMind database WEIR_MMDB is the path; without it those benchmarks are skipped.

#include <benchmark/benchmark.h>

#include <cstdlib>
#include <fstream>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "lookup/geo_database.h"
#include "lookup/prefix_map.h"

namespace bench {
namespace {

using weir::Address;
using weir::Subnet;
using weir::lookup::GeoColumns;
using weir::lookup::GeoDatabase;
using weir::lookup::GeoPlace;
using weir::lookup::PrefixMap;

constexpr std::size_t asked = 65'536;

Address random_address(std::mt19937_64& random, bool ipv4) {
  Address address;
  if (ipv4) address.bytes[10] = address.bytes[11] = 0xFF;
  for (std::size_t i = ipv4 ? 12 : 1; i < 16; ++i)
    address.bytes[i] = static_cast<std::uint8_t>(random());
  if (!ipv4) address.bytes[0] = 0x20;
  return address;
}

std::vector<Address> random_addresses(bool ipv4) {
  std::mt19937_64 random(2);
  std::vector<Address> addresses(asked);
  for (Address& address : addresses) address = random_address(random, ipv4);
  return addresses;
}

// Of lengths that networks of providers and towns have.
std::vector<Subnet> networks(std::int64_t count, bool ipv4) {
  std::mt19937_64 random(1);
  std::vector<Subnet> out;
  for (std::int64_t i = 0; i < count; ++i) {
    Subnet subnet{random_address(random, ipv4)};
    subnet.length = static_cast<std::uint8_t>(ipv4 ? 96 + 12 + random() % 14 : 24 + random() % 25);
    for (std::size_t bit = subnet.length; bit < 128; ++bit)
      subnet.network.bytes[bit / 8] &= static_cast<std::uint8_t>(~(0x80U >> (bit % 8)));
    out.push_back(subnet);
  }
  return out;
}

void Prefix(benchmark::State& state, bool ipv4) {
  std::vector<PrefixMap::Entry> entries;
  for (const Subnet& subnet : networks(state.range(0), ipv4))
    entries.push_back({subnet, static_cast<std::uint32_t>(entries.size())});
  const PrefixMap map(entries);
  const auto addresses = random_addresses(ipv4);
  std::size_t at = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(map.find(addresses[at]));
    at = (at + 1) % asked;
  }
}

std::string csv(std::int64_t count) {
  std::string text = "Network,Country,Region,City,Latitude,Longitude\n";
  for (const Subnet& subnet : networks(count, true)) {
    for (std::size_t i = 12; i < 16; ++i) {
      text += std::to_string(subnet.network.bytes[i]);
      text += i < 15 ? '.' : '/';
    }
    const std::string town = std::to_string(text.size() % 50'000);
    text += std::to_string(subnet.length - 96);
    text += ",Country " + town.substr(0, 2) + ",Region " + town.substr(0, 3) + ",City " + town;
    text += ',' + town.substr(0, 1) + ".5," + town.substr(0, 2) + ".25\n";
  }
  return text;
}

void find_all(benchmark::State& state, const GeoDatabase& data, bool ipv4) {
  const auto addresses = random_addresses(ipv4);
  std::size_t at = 0;
  for (auto _ : state) {
    GeoPlace place;
    benchmark::DoNotOptimize(data.find(addresses[at], GeoColumns::all(), place));
    benchmark::DoNotOptimize(place);
    at = (at + 1) % asked;
  }
}

void FindPlace(benchmark::State& state) {
  find_all(state, GeoDatabase::parse(csv(state.range(0))), true);
}

void ReadPlaces(benchmark::State& state) {
  const std::string text = csv(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(GeoDatabase::parse(text).columns());
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

std::string database() {
  const char* const path = std::getenv("WEIR_MMDB");
  if (path == nullptr) return {};
  std::ostringstream bytes;
  bytes << std::ifstream(path, std::ios::binary).rdbuf();
  return bytes.str();
}

void FindMmdb(benchmark::State& state) {
  const std::string bytes = database();
  if (bytes.empty()) return state.SkipWithError("WEIR_MMDB names no database");
  find_all(state, GeoDatabase::parse(bytes), state.range(0) == 4);
}

// One address, which the database should know.
void FindMmdbKnown(benchmark::State& state) {
  const std::string bytes = database();
  if (bytes.empty()) return state.SkipWithError("WEIR_MMDB names no database");
  const GeoDatabase data = GeoDatabase::parse(bytes);
  const Address address = *weir::parse_address("2.125.160.216");
  for (auto _ : state) {
    GeoPlace place;
    benchmark::DoNotOptimize(data.find(address, GeoColumns::all(), place));
    benchmark::DoNotOptimize(place);
  }
}

BENCHMARK_CAPTURE(Prefix, ipv4, true)->Arg(1'000)->Arg(300'000);
BENCHMARK_CAPTURE(Prefix, ipv6, false)->Arg(1'000)->Arg(300'000);
BENCHMARK(FindPlace)->Arg(300'000);
BENCHMARK(ReadPlaces)->Arg(300'000)->Unit(benchmark::kMillisecond);
BENCHMARK(FindMmdb)->Arg(4)->Arg(6);
BENCHMARK(FindMmdbKnown);

}  // namespace
}  // namespace bench
