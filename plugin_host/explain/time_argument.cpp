#include "explain/time_argument.h"

#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <optional>
#include <string_view>

#include "failure.h"

namespace weir::host {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kLastYear = 2260;  // the library's clock ends in 2261

// Takes what the text begins with: digits, or a letter. None once something else stood there.
class Parts {
 public:
  explicit Parts(std::string_view text) : rest_(text) {}
  int number(std::size_t digits) {
    int value = 0;
    const auto end = rest_.data() + std::min(digits, rest_.size());
    const auto [at, error] = std::from_chars(rest_.data(), end, value);
    good_ = good_ && rest_.size() >= digits && error == std::errc() && at == end && value >= 0 &&
            rest_.front() != '-';
    rest_.remove_prefix(std::min(digits, rest_.size()));
    return value;
  }
  bool take(std::string_view any_of) {
    const bool there = !rest_.empty() && any_of.find(rest_.front()) != std::string_view::npos;
    if (there) last_ = rest_.front();
    if (there) rest_.remove_prefix(1);
    return there;
  }
  void expect(std::string_view any_of) { good_ = take(any_of) && good_; }
  char last() const noexcept { return last_; }
  bool digit() const noexcept {
    return !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9';
  }
  bool done() const noexcept { return good_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool good_ = true;
  char last_ = '\0';
};

std::optional<std::int64_t> rfc3339(std::string_view text) {
  Parts parts(text);
  const int year = parts.number(4);
  parts.expect("-");
  const int month = parts.number(2);
  parts.expect("-");
  const int day = parts.number(2);
  parts.expect("Tt ");
  const int hour = parts.number(2);
  parts.expect(":");
  const int minute = parts.number(2);
  parts.expect(":");
  const int second = parts.number(2);
  std::int64_t fraction = 0;
  if (parts.take("."))
    for (std::int64_t unit = kSecond / 10; parts.digit(); unit /= 10)
      fraction += unit * parts.number(1);
  int offset = 0;  // minutes
  if (parts.take("+-")) {
    const int sign = parts.last() == '-' ? -1 : 1;
    const int hours = parts.number(2);
    parts.expect(":");
    offset = sign * (hours * 60 + parts.number(2));
  } else {
    parts.expect("Zz");
  }
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!parts.done() || !date.ok() || hour > 23 || minute > 59 || second > 59 || year > kLastYear) {
    return std::nullopt;
  }
  const std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
  return (days * 86'400 + hour * 3600 + (minute - offset) * 60 + second) * kSecond + fraction;
}

std::optional<std::int64_t> parse_milliseconds(std::string_view text) {
  std::int64_t millis = 0;
  const auto [at, error] = std::from_chars(text.data(), text.data() + text.size(), millis);
  const bool good = error == std::errc() && at == text.data() + text.size();
  constexpr std::int64_t last = (kLastYear - 1970) * 366LL * 86'400 * 1000;
  if (!good || millis > last) return std::nullopt;
  return millis * 1'000'000;
}

}  // namespace

std::int64_t parse_time(const std::string& text) {
  auto time = parse_milliseconds(text);
  if (!time) time = rfc3339(text);
  if (!time || *time <= 0) {
    throw Failure(Exit::usage, fmt::format("'{}' is no time; write one such as "
                                           "2026-03-01T12:00:00Z, or milliseconds since 1970",
                                           text));
  }
  return *time;
}

}  // namespace weir::host
