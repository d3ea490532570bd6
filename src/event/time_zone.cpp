#include "event/time_zone.h"

#include <date/tz.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <unordered_map>

#include "base/ascii.h"

namespace weir {

namespace {

struct Abbreviation {
  std::string_view name;
  std::int32_t minutes;
};

// What devices write behind a time. Only those that mean one thing to nearly everybody; CST and the
// like are the American ones, as in RFC 822 section 5.1.
constexpr std::array<Abbreviation, 44> abbreviations{{
    {"UTC", 0},     {"GMT", 0},    {"Z", 0},      {"UT", 0},     {"WET", 0},    {"WEST", 60},
    {"BST", 60},    {"CET", 60},   {"MET", 60},   {"CEST", 120}, {"MEST", 120}, {"EET", 120},
    {"SAST", 120},  {"EEST", 180}, {"MSK", 180},  {"TRT", 180},  {"MSD", 240},  {"SAMT", 240},
    {"YEKT", 300},  {"PKT", 300},  {"OMST", 360}, {"KRAT", 420}, {"IRKT", 480}, {"AWST", 480},
    {"SGT", 480},   {"HKT", 480},  {"JST", 540},  {"YAKT", 540}, {"AEST", 600}, {"VLAT", 600},
    {"AEDT", 660},  {"NZST", 720}, {"NZDT", 780}, {"EST", -300}, {"EDT", -240}, {"CST", -360},
    {"CDT", -300},  {"MST", -420}, {"MDT", -360}, {"PST", -480}, {"PDT", -420}, {"AKST", -540},
    {"AKDT", -480}, {"HST", -600},
}};

// Long enough for any log; outside, a zone keeps the offset of the end.
constexpr date::sys_days first_day = date::year(1900) / 1 / 1;
constexpr date::sys_days last_day = date::year(2100) / 1 / 1;

// Up to four letters as one number, so that looking through the table costs a few instructions.
constexpr std::uint32_t pack(std::string_view name) noexcept {
  std::uint32_t packed = 0;
  for (const char c : name)
    packed = packed << 8 | static_cast<unsigned char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  return packed;
}

constexpr auto packed_abbreviations = [] {
  std::array<std::uint32_t, abbreviations.size()> packed{};
  for (std::size_t i = 0; i < packed.size(); ++i) packed[i] = pack(abbreviations[i].name);
  return packed;
}();

const Abbreviation* find_abbreviation(std::string_view name) noexcept {
  if (name.empty() || name.size() > 4) return nullptr;
  const std::uint32_t wanted = pack(name);
  for (std::size_t i = 0; i < packed_abbreviations.size(); ++i)
    if (packed_abbreviations[i] == wanted) return &abbreviations[i];
  return nullptr;
}

ZoneChanges read_changes(const date::time_zone& zone) {
  ZoneChanges read;
  date::sys_seconds at = first_day;
  date::sys_info now = zone.get_info(at);
  while (now.end > at && now.end < last_day) {
    at = now.end;
    const date::sys_info next = zone.get_info(at);
    const auto before = static_cast<std::int32_t>(now.offset.count());
    const auto after = static_cast<std::int32_t>(next.offset.count());
    // Of an hour that comes twice the first is meant, and one that is left out would have been
    // read off a clock that was not changed: both times the offset before is in force for longer.
    const std::int64_t when = at.time_since_epoch().count();
    if (before != after) read.changes.push_back({when + std::max(before, after), when, before});
    now = next;
  }
  read.last = static_cast<std::int32_t>(now.offset.count());
  return read;
}

// The database by name. It holds no allocation of an event's, and lives as long as the process.
class Database {
 public:
  Database() {
    try {
      for (const date::time_zone& zone : date::get_tzdb().zones) entries_[zone.name()].zone = &zone;
    } catch (const std::runtime_error&) {
      entries_.clear();  // there is none on this machine: its names are unknown
    }
  }

  // Throws what reading of a broken file does.
  const ZoneChanges* find(std::string_view name) {
    const auto found = entries_.find(name);
    if (found == entries_.end()) return nullptr;
    Entry& entry = found->second;
    if (const auto* known = entry.changes.load(std::memory_order_acquire)) return known;
    const std::lock_guard lock(reading_);
    if (const auto* known = entry.changes.load(std::memory_order_acquire)) return known;
    auto read = std::make_unique<const ZoneChanges>(read_changes(*entry.zone));
    entry.changes.store(read.get(), std::memory_order_release);
    return read.release();  // never given back: zones are handed out as pointers
  }

  void add_names(std::vector<std::string_view>& to) const {
    for (const auto& [name, entry] : entries_) to.push_back(name);
    std::sort(to.begin(), to.end());
  }

 private:
  struct Entry {
    const date::time_zone* zone = nullptr;
    std::atomic<const ZoneChanges*> changes = nullptr;
  };

  std::unordered_map<std::string_view, Entry> entries_;
  std::mutex reading_;
};

// Not destroyed at the end of the process: another thread may still read a time.
Database& database() {
  static Database& whole = *new Database;
  return whole;
}

}  // namespace

std::int32_t Zone::offset_at(std::int64_t local) const noexcept {
  const auto& changes = changes_->changes;
  const auto next =
      std::upper_bound(changes.begin(), changes.end(), local,
                       [](std::int64_t time, const auto& change) { return time < change.until; });
  return next == changes.end() ? changes_->last : next->before;
}

std::int32_t Zone::offset_in_force(std::int64_t utc) const noexcept {
  if (changes_ == nullptr) return offset_;
  const auto& changes = changes_->changes;
  const auto next =
      std::upper_bound(changes.begin(), changes.end(), utc,
                       [](std::int64_t time, const auto& change) { return time < change.at; });
  return next == changes.end() ? changes_->last : next->before;
}

std::optional<std::int32_t> take_offset(std::string_view& text) noexcept {
  if (text.empty() || (text[0] != '+' && text[0] != '-')) return std::nullopt;
  std::size_t digits = 1;
  while (digits < text.size() && digits < 6 && is_digit(text[digits])) ++digits;
  const std::size_t count = digits - 1;
  if (count != 1 && count != 2 && count != 4) return std::nullopt;
  const auto number = [&](std::size_t at, std::size_t size) {
    int value = 0;
    for (std::size_t i = 0; i < size; ++i) value = value * 10 + (text[at + i] - '0');
    return value;
  };
  const int hours = number(1, count == 1 ? 1 : 2);
  int minutes = count == 4 ? number(3, 2) : 0;
  std::size_t end = digits;
  if (count != 4 && end + 2 < text.size() && text[end] == ':' && is_digit(text[end + 1]) &&
      is_digit(text[end + 2])) {
    minutes = number(end + 1, 2);
    end += 3;
  }
  if (hours > 23 || minutes > 59) return std::nullopt;
  const std::int32_t seconds = (hours * 60 + minutes) * 60;
  const bool minus = text[0] == '-';
  text.remove_prefix(end);
  return minus ? -seconds : seconds;
}

std::optional<Zone> find_zone(std::string_view name) noexcept {
  std::string_view offset = name;
  const std::uint32_t start = pack(name.substr(0, 3));
  if (name.size() > 3 && (start == pack("UTC") || start == pack("GMT"))) offset.remove_prefix(3);
  if (const auto seconds = take_offset(offset); seconds && offset.empty()) return Zone(*seconds);
  if (const Abbreviation* known = find_abbreviation(name)) return Zone(known->minutes * 60);
  try {
    if (const ZoneChanges* changes = database().find(name)) return Zone(changes);
  } catch (const std::exception&) {
    // A zone that cannot be read is not known.
  }
  return std::nullopt;
}

std::vector<std::string_view> zone_names() {
  std::vector<std::string_view> names;
  database().add_names(names);
  for (const Abbreviation& known : abbreviations) names.push_back(known.name);
  return names;
}

}  // namespace weir
