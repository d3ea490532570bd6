// Events to measure with, the same in every run: 12 fields of a flow or firewall record, of which 6
// are identical fields (two of them addresses as text), 2 are sums and 1 is the time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "weir/weir.h"

namespace bench {

// Draws ranks 0 … n-1 with probability proportional to 1 / (rank + 1)^skew.
class Zipf {
 public:
  explicit Zipf(std::size_t n, double skew = 0.99);
  std::size_t size() const noexcept { return cumulative_.size(); }
  std::size_t operator()(std::mt19937_64& random) const;

 private:
  std::vector<double> cumulative_;
};

// An array of events whose keys can be written again. A key is named by its rank: neighbouring
// ranks have nothing in common. Making one takes some hundred nanoseconds, so it is done outside
// of what is timed.
class Slice {
 public:
  explicit Slice(std::size_t size);
  Slice(Slice&&) = default;
  Slice& operator=(Slice&&) = default;

  std::span<const weir_event> events() const noexcept { return events_; }

  // Keys by Zipf's law.
  void draw(const Zipf& zipf);
  // Every rank below `groups` once, scattered, so that those which Zipf's law prefers do not come
  // first: this slice has those at the places from `first` on.
  void enumerate(std::uint64_t first, std::uint64_t groups);
  // The bytes of the keys: those of their texts, and two for the port.
  std::uint64_t key_bytes() const;

 private:
  void set(std::size_t i, std::uint64_t rank);

  static constexpr std::size_t fields_ = 12, text_ = 16;  // an address has 15 characters at most
  std::vector<weir_field> values_;
  std::vector<char> texts_;
  std::vector<weir_event> events_;
  std::mt19937_64 random_{1};
  std::uint64_t made_ = 0;
};

// As one JSON object, with seven members that no rule wants, one of them with an escape: 19
// members.
void append_line(std::string& out, const weir_event& event);
std::string ndjson(std::span<const weir_event> events);

// A rule for them. Lifetime in seconds.
struct Rule {
  std::uint64_t threshold = 100;
  int lifetime = 86'400;
  bool lists = false;  // two: a port, with many values, and an action, with four
};
std::string document(const Rule& rule = {});

}  // namespace bench
