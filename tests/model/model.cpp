#include "model.h"

#include <algorithm>
#include <cmath>

#include "base/uuid.h"

namespace model {

namespace {

std::int64_t floor_millis(std::int64_t nanos) {
  return static_cast<std::int64_t>(std::floor(static_cast<long double>(nanos) / 1'000'000));
}

Row row_of(const Fields& event, bool open) {
  Row row;
  for (const auto& [name, value] : event)
    if (auto converted = convert(type_of(name, open), value)) row[name] = *std::move(converted);
  return row;
}

// A number of milliseconds as one of seconds, with as many places as it needs.
std::string seconds(std::int64_t millis) {
  std::string text = std::to_string(millis / 1000);
  const std::string rest = std::to_string(millis % 1000 + 1000).substr(1);
  const std::size_t places = rest.find_last_not_of('0') + 1;
  return places == 0 ? text : text + "." + rest.substr(0, places);
}

bool lets_through(const std::optional<Filter>& filter, const Row& row) {
  if (!filter) return true;
  const auto found = row.find(filter->field);
  const bool equal = found != row.end() && print(found->second) == filter->text;
  return equal != filter->negated;
}

// The members of a JSON object, as text.
std::vector<std::string> members(const std::string& object) {
  std::vector<std::string> all(1);
  int depth = 0;
  bool quoted = false;
  for (std::size_t i = 1; i + 1 < object.size(); ++i) {
    const char c = object[i];
    if (c == '"' && object[i - 1] != '\\') quoted = !quoted;
    if (!quoted && c == '[') ++depth;
    if (!quoted && c == ']') --depth;
    if (!quoted && depth == 0 && c == ',')
      all.emplace_back();
    else
      all.back() += c;
  }
  return all;
}

}  // namespace

Output normalised(Output output) {
  if (output.reason == "base") return output;
  auto all = members(output.text);
  const auto time = std::find_if(all.begin(), all.end(), [](const std::string& member) {
    return member.starts_with("\"Timestamp\":");
  });
  if (time != all.end()) std::sort(time + 1, all.end());
  output.text.clear();
  for (const std::string& member : all)
    output.text.append(output.text.empty() ? "{" : ",").append(member);
  output.text += '}';
  return output;
}

void Engine::feed(std::span<const Fields> events, std::int64_t now) {
  if (!options_.event_clock) {
    move_host(now);
    close_due();
  }
  while (!events.empty()) {
    const std::size_t count = std::min(chunk_, events.size());
    for (const Fields& event : events.first(count)) apply(event, now);
    evict();
    events = events.subspan(count);
  }
}

void Engine::apply(const Fields& event, std::int64_t now) {
  const Row row = row_of(event, document_.open);
  const auto behind = lateness(row);
  if (options_.event_clock) {
    move_by_event(row, now);
    close_due();
  }
  ++events_in;
  ++ordinal_;
  if (document_.filter && lets_through(document_.filter, row) == document_.drop) {
    ++filtered;
    return;
  }
  late += behind ? 1 : 0;
  if (behind && document_.late_events == "reject") {
    ++rejected;
    outputs.push_back({"rejected", "late: its time is " + seconds(*behind) +
                                       " s behind the clock; allowed_lateness is " +
                                       seconds(*document_.allowed_lateness / 1'000'000) + " s"});
    return;
  }
  if ((!behind || document_.late_events == "next") && offer_all(event, row, behind.has_value())) {
    ++taken;
    return;
  }
  ++passed;
  pass(event);
}

std::optional<std::int64_t> Engine::lateness(const Row& row) const {
  const auto found = row.find("Timestamp");
  if (!document_.allowed_lateness || found == row.end()) return std::nullopt;
  const std::int64_t behind = clock_ - std::get<std::int64_t>(found->second) * 1'000'000;
  if (behind <= *document_.allowed_lateness) return std::nullopt;
  return (behind + 999'999) / 1'000'000;
}

// Whether some rule takes the event.
bool Engine::offer_all(const Fields& event, const Row& row, bool is_late) {
  const auto found = row.find("Timestamp");
  const std::int64_t millis =
      found == row.end() ? floor_millis(clock_) : std::get<std::int64_t>(found->second);
  bool is_taken = false;
  for (std::size_t i = 0; i < rules_.size() && (!is_taken || document_.match_all); ++i) {
    if (!offer(i, event, row, millis)) continue;
    is_taken = true;
    rules_[i].late += is_late ? 1 : 0;
  }
  return is_taken;
}

// Whether the rule takes the event.
bool Engine::offer(std::size_t index, const Fields& event, const Row& row, std::int64_t time) {
  const Rule& rule = document_.rules[index];
  Key key{index, {}};
  std::vector<std::optional<Value>> values;
  std::size_t present = 0;
  for (const std::string& name : rule.identical) {
    const auto found = row.find(name);
    present += found == row.end() ? 0 : 1;
    values.push_back(found == row.end() ? std::nullopt : std::optional(found->second));
    key.second.push_back(found == row.end() ? std::nullopt : std::optional(name_of(found->second)));
  }
  if (present == 0 || (rule.pass_missing && present < values.size())) return false;
  if (!lets_through(rule.filter, row)) return false;
  const auto [at, opened] = open_.try_emplace(key, rule, document_.open, values);
  Bucket& bucket = at->second;
  if (opened) {
    bucket.deadline = clock_ + rule.lifetime;
    bucket.opened = clock_;
    bucket.ordinal = ordinal_ - 1;
  } else if (bucket.refuses(row)) {
    ++rules_[index].refused;
    return false;
  }
  bucket.add(event, row, time);
  ++rules_[index].taken;
  if (bucket.count() == rule.threshold) close(at, "count", floor_millis(clock_));
  return true;
}

void Engine::pass(const Fields& event) {
  outputs.push_back({"base", options_.lines ? line_of(event) : json(event)});
}

void Engine::move_host(std::int64_t now) {
  if (now < clock_ - skew()) {
    for (auto& [key, bucket] : open_) bucket.deadline += now - clock_;
    clock_ = now;
  }
  clock_ = std::max(clock_, now);
}

void Engine::move_by_event(const Row& row, std::int64_t now) {
  const auto found = row.find("Timestamp");
  if (found == row.end()) return;
  const std::int64_t time = std::get<std::int64_t>(found->second) * 1'000'000;
  if (time <= clock_) return;
  if (now == 0 || time <= now + skew())
    clock_ = time;
  else
    ++future_times;
}

Engine::Open::iterator Engine::first_by_deadline() {
  const auto place = [](const auto& entry) {
    return std::tuple(entry.second.deadline, entry.second.ordinal, entry.first.first);
  };
  return std::min_element(open_.begin(), open_.end(),
                          [&](const auto& a, const auto& b) { return place(a) < place(b); });
}

void Engine::close_due() {
  while (!open_.empty()) {
    const auto next = first_by_deadline();
    if (next->second.deadline > clock_) return;
    close(next, "lifetime", floor_millis(next->second.deadline));
  }
}

// The oldest of a rule, or of all: of buckets that one event opened, the first rule's.
Engine::Open::iterator Engine::oldest(std::optional<std::size_t> rule) {
  auto found = open_.end();
  const auto age = [](const auto& at) { return std::pair(at->second.ordinal, at->first.first); };
  for (auto at = open_.begin(); at != open_.end(); ++at)
    if ((!rule || at->first.first == *rule) && (found == open_.end() || age(at) < age(found)))
      found = at;
  return found;
}

// Each rule to its own bound, in their order, then all to the engine's; the oldest first.
void Engine::evict() {
  if (!bounded_) return;
  for (std::size_t i = 0; i < rules_.size(); ++i) {
    const std::uint64_t bound = document_.rules[i].max_groups;
    const auto groups = [&] {
      return static_cast<std::uint64_t>(std::count_if(
          open_.begin(), open_.end(), [&](const auto& open) { return open.first.first == i; }));
    };
    while (bound != 0 && groups() > bound) close(oldest(i), "evicted", floor_millis(clock_));
  }
  while (document_.max_groups != 0 && open_.size() > document_.max_groups)
    close(oldest({}), "evicted", floor_millis(clock_));
}

void Engine::close(Open::iterator at, const std::string& reason, std::int64_t timestamp) {
  const Bucket& bucket = at->second;
  const Rule& rule = bucket.rule();
  Counts& counts = rules_[at->first.first];
  ++counts.closed[reason];
  uniques_cut += bucket.uniques_cut();
  if (rule.pass_single && bucket.count() == 1) {
    ++counts.lone;
    pass(bucket.first_event());
  } else {
    const std::string id = weir::to_string(weir::uuid_v5(
        *weir::parse_uuid(rule.id), options_.instance + "\n" + std::to_string(bucket.opened) +
                                        "\n" + std::to_string(bucket.ordinal)));
    outputs.push_back(normalised({reason, bucket.event(id, reason, timestamp)}));
    counts.out += bucket.count();
    ++counts.aggregated;
  }
  open_.erase(at);
}

Counts Engine::rule_counts(std::size_t rule) const {
  Counts counts = rules_[rule];
  for (const auto& [key, bucket] : open_) {
    if (key.first != rule) continue;
    ++counts.open_groups;
    counts.open_events += bucket.count();
  }
  return counts;
}

void Engine::advance(std::int64_t now) {
  if (options_.event_clock)
    clock_ = std::max(clock_, now);
  else
    move_host(now);
  close_due();
}

void Engine::flush() {
  close_due();
  while (!open_.empty()) close(first_by_deadline(), "flush", floor_millis(clock_));
}

}  // namespace model
