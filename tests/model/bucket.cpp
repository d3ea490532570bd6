#include "bucket.h"

#include <algorithm>

namespace model {

namespace {

const std::set<std::string> written_by_weir = {
    "Type",           "ID",        "AggregationRuleID", "AggregationRuleName", "TenantName",
    "BaseEventCount", "StartTime", "EndTime",           "Timestamp",           "Raw"};

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

double as_double(const Value& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) return static_cast<double>(*number);
  return std::get<double>(value);
}

// Whole numbers add up to one until a float comes.
Value plus(const std::optional<Value>& sum, const Value& value) {
  if (!sum) return value;
  if (std::holds_alternative<std::int64_t>(*sum) && std::holds_alternative<std::int64_t>(value))
    return saturating(std::get<std::int64_t>(*sum), std::get<std::int64_t>(value));
  return as_double(*sum) + as_double(value);
}

// Of the values of one field, all of one type.
Value statistic(const std::string& function, const std::vector<Value>& values) {
  if (function == "min") return *std::min_element(values.begin(), values.end());
  if (function == "max") return *std::max_element(values.begin(), values.end());
  if (function == "first") return values.front();
  if (function == "last") return values.back();
  if (function == "distinct")
    return static_cast<std::int64_t>(std::set<Value>(values.begin(), values.end()).size());
  double sum = 0;
  for (const Value& value : values) sum += as_double(value);
  return sum / static_cast<double>(values.size());
}

// The elements of an array, or the value.
std::vector<Value> elements(const Value& value) {
  if (const auto* integers = std::get_if<Integers>(&value))
    return {integers->begin(), integers->end()};
  if (const auto* floats = std::get_if<Floats>(&value)) return {floats->begin(), floats->end()};
  if (const auto* texts = std::get_if<Texts>(&value)) return {texts->begin(), texts->end()};
  return {value};
}

template <class T>
Value array_of(const std::vector<Value>& list) {
  std::vector<T> array;
  for (const Value& value : list) array.push_back(std::get<T>(value));
  return array;
}

// REQUIRES: not empty, all of one type.
Value array_of(const std::vector<Value>& list) {
  if (std::holds_alternative<std::string>(list.front())) return array_of<std::string>(list);
  if (std::holds_alternative<double>(list.front())) return array_of<double>(list);
  return array_of<std::int64_t>(list);
}

Value joined(const std::vector<Value>& list) {
  std::string text;
  for (const Value& value : list) text.append(text.empty() ? "" : ",").append(print(value));
  return text;
}

}  // namespace

Bucket::Combination Bucket::combination(const Row& row) const {
  Combination made;
  for (const std::string& field : rule_->unique) {
    const auto found = row.find(field);
    made.push_back(found == row.end() ? std::nullopt : std::optional(name_of(found->second)));
  }
  return made;
}

bool Bucket::refuses(const Row& row) const {
  return rule_->dedup && (met_.contains(combination(row)) || met_.size() >= rule_->unique_limit);
}

bool Bucket::is_other(const std::string& field) const {
  const bool into = std::any_of(rule_->statistics.begin(), rule_->statistics.end(),
                                [&](const Statistic& one) { return one.into == field; });
  return !into && !written_by_weir.contains(field) && !field.starts_with("Extra.") &&
         !(rule_->output_reason && field == "S.CloseReason") &&
         !contains(rule_->identical, field) && !contains(rule_->unique, field) &&
         !contains(rule_->sums, field);
}

void Bucket::add(const Fields& fed, const Row& row, std::int64_t time) {
  if (count_ == 0) first_event_ = fed;
  add_others(row);
  ++count_;
  start_ = std::min(start_, time);
  end_ = std::max(end_, time);
  met_.insert(combination(row));
  const auto with = [&](const std::string& field, auto&& work) {
    const auto found = row.find(field);
    if (found != row.end()) work(found->second);
  };
  for (std::size_t i = 0; i < sums_.size(); ++i)
    with(rule_->sums[i], [&](const Value& value) { add_to_sum(sums_[i], rule_->sums[i], value); });
  for (std::size_t i = 0; i < lists_.size(); ++i)
    with(rule_->unique[i], [&](const Value& value) {
      for (const Value& element : elements(value)) add_to_list(lists_[i], element);
    });
  for (std::size_t i = 0; i < statistics_.size(); ++i)
    with(rule_->statistics[i].field, [&](const Value& value) { statistics_[i].push_back(value); });
}

void Bucket::add_to_sum(std::optional<Value>& sum, const std::string& field, const Value& value) {
  const auto* text = std::get_if<std::string>(&value);
  if (text == nullptr) {
    if (!std::holds_alternative<bool>(value)) sum = plus(sum, value);
  } else if (rule_->join) {
    sum = sum ? std::get<std::string>(*sum) + "," + *text : *text;
  } else if (type_of(field, open_) == Type::text) {
    // In an open schema a text is never a number.
    if (const auto integer = whole(*text))
      sum = plus(sum, *integer);
    else if (const auto floating = number(*text))
      sum = plus(sum, *floating);
  }
}

void Bucket::add_to_list(std::vector<Value>& list, const Value& value) {
  const auto same = [&](const Value& other) { return name_of(other) == name_of(value); };
  if (std::any_of(list.begin(), list.end(), same)) return;
  if (list.size() < rule_->unique_limit)
    list.push_back(value);
  else
    ++uniques_cut_;
}

void Bucket::add_others(const Row& row) {
  for (const auto& [field, value] : row) {
    if (!is_other(field)) continue;
    if (rule_->other_fields == "last" ||
        (rule_->other_fields == "first" && !others_.contains(field)) ||
        (rule_->other_fields == "common" && count_ == 0))
      others_[field] = value;
  }
  if (rule_->other_fields == "common")
    std::erase_if(others_, [&](const auto& other) {
      const auto found = row.find(other.first);
      return found == row.end() || found->second != other.second;
    });
}

std::string Bucket::event(const std::string& id, const std::string& reason,
                          std::int64_t timestamp) const {
  Fields out;
  const auto put = [&](const std::string& name, const Value& value) {
    out.emplace_back(name, value);
  };
  for (std::size_t i = 0; i < key_.size(); ++i)
    if (key_[i]) put(rule_->identical[i], *key_[i]);
  for (std::size_t i = 0; i < lists_.size(); ++i)
    if (!lists_[i].empty())
      put(rule_->unique[i], rule_->unique_as_text ? joined(lists_[i]) : array_of(lists_[i]));
  for (std::size_t i = 0; i < sums_.size(); ++i) {
    const bool as_text = type_of(rule_->sums[i], open_) == Type::text;
    if (sums_[i]) put(rule_->sums[i], as_text ? Value(print(*sums_[i])) : *sums_[i]);
  }
  for (std::size_t i = 0; i < statistics_.size(); ++i)
    if (!statistics_[i].empty())
      put(rule_->statistics[i].into, statistic(rule_->statistics[i].function, statistics_[i]));
  put("Type", std::int64_t{2});
  put("ID", id);
  put("AggregationRuleID", rule_->id);
  put("AggregationRuleName", rule_->name);
  put("TenantName", std::string("Main"));
  put("BaseEventCount", std::int64_t{count_});
  put("StartTime", start_);
  put("EndTime", end_);
  put("Timestamp", timestamp);
  if (rule_->output_reason) put("S.CloseReason", reason);
  for (const auto& [field, value] : others_) put(field, value);
  return json(out);
}

}  // namespace model
