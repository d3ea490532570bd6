#include "tracer/source.h"

#include <fmt/format.h>

namespace weir::host::tracer {
namespace {

constexpr std::chrono::seconds kBetweenComplaints{10};

}  // namespace

void Source::fail(std::string_view problem, const Journal& journal) {
  ++counters.failures;
  const auto now = std::chrono::steady_clock::now();
  if (told_ != std::chrono::steady_clock::time_point{} && now - told_ < kBetweenComplaints) {
    ++untold_;
    return;
  }
  const std::string more =
      untold_ == 0 ? std::string() : fmt::format("; so did {} others before it", grouped(untold_));
  journal.warning(fmt::format("{}: a look-up failed: {}{}", settings.place, problem, more));
  told_ = now;
  untold_ = 0;
}

Source::Data open_source(const SourceSettings& settings, const Limits& limits, HttpClient* client) {
  switch (settings.type) {
    case SourceType::sqlite:
      return std::make_unique<SqliteSource>(settings);
    case SourceType::http:
      return std::make_unique<HttpSource>(settings, limits, *client);
    default:
      return read_feed(settings);
  }
}

std::string description(const Source& source) {
  const SourceSettings& settings = source.settings;
  const std::string tail =
      fmt::format("{}, kind {}", name_of(settings.type), name_of(settings.serves));
  if (source.in_memory()) {
    return fmt::format("{}: {} indicators ({}, category {})", settings.place,
                       grouped(source.feed().index.size()), tail, source.feed().category);
  }
  const std::string& category = !settings.category.empty() ? settings.category
                                : source.is_database()     ? stem_of(settings.place)
                                                           : std::get<2>(source.data)->category();
  return fmt::format("{}: asked when needed ({}, category {})", settings.place, tail, category);
}

std::string shortcomings(const Source& source) {
  if (source.in_memory()) {
    const Feed& feed = source.feed();
    if (feed.skipped != 0) {
      return fmt::format("{}: {} {} left out; the first: {}", source.settings.place,
                         grouped(feed.skipped), feed.skipped == 1 ? "row was" : "rows were",
                         feed.first_skipped);
    }
    if (feed.index.size() == 0) {
      return fmt::format("{}: there is no indicator in it", source.settings.place);
    }
  } else if (source.is_database() && std::get<1>(source.data)->scans()) {
    return fmt::format(
        "{}: the query reads a whole table each time; create an index on the column "
        "that is compared with the indicator",
        source.settings.place);
  }
  return {};
}

std::string grouped(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3;) text.insert(at -= 3, 1, ',');
  return text;
}

}  // namespace weir::host::tracer
