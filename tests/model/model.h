// Weir's aggregation as one would write it with no thought of speed: one event after another,
// ordered maps, text keys. What the engine is compared with.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

namespace model {

using Scalar = std::variant<std::int64_t, double, std::string>;
using Fields = std::map<std::string, Scalar>;

struct Event {
  Fields fields;  // as fed
};

enum class Sum { integer, floating, numeric_text, join };

struct Rule {
  std::string name;
  std::string id;  // UUID
  std::uint32_t threshold;
  std::int64_t lifetime;  // ns
  std::vector<std::string> identical, unique;
  std::vector<std::pair<std::string, Sum>> sums;
  // Takes only events whose field has this value.
  std::optional<std::pair<std::string, std::string>> only;
  bool pass_missing = false;  // an event that lacks one identical field is not taken
};

class Engine {
 public:
  Engine(std::vector<Rule> rules, bool event_clock, std::string instance)
      : rules_(std::move(rules)), event_clock_(event_clock), instance_(std::move(instance)) {}

  void feed(const Event& event, std::int64_t now);
  void advance(std::int64_t now);
  void flush();

  // One line an output: "reason|field=value|…", fields in the order of the specification.
  std::vector<std::string> outputs;
  std::uint64_t passed = 0, taken = 0;

 private:
  struct Bucket {
    std::size_t rule;
    std::int64_t deadline, opened;
    std::uint64_t ordinal;
    std::uint32_t count = 0;
    std::int64_t start = INT64_MAX, end = INT64_MIN;
    std::vector<std::optional<Scalar>> key;
    std::vector<std::optional<Scalar>> sums;
    std::vector<std::vector<Scalar>> uniques;
  };
  using Key = std::pair<std::size_t, std::vector<std::optional<Scalar>>>;

  void move_host(std::int64_t now);
  void close_due();
  void close(const Key& key, const std::string& reason, std::int64_t timestamp);
  void add(Bucket& bucket, const Rule& rule, const Fields& fields, std::int64_t time);

  std::vector<Rule> rules_;
  bool event_clock_;
  std::string instance_;
  std::int64_t clock_ = 0;
  std::uint64_t ordinal_ = 0;
  std::map<Key, Bucket> open_;
};

std::string print(const Scalar& value);

}  // namespace model
