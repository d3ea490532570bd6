#include "tracer/answers.h"

#include <utility>

namespace weir::host::tracer {
namespace {

using lookup::cybertrace::Indicator;
using lookup::cybertrace::Kind;

bool serves(Serves kind, const Indicator& indicator) noexcept {
  if (kind == Serves::any || indicator.any) return true;
  switch (indicator.kind) {
    case Kind::url:
      return kind == Serves::url;
    case Kind::ip:
      return kind == Serves::ip;
    case Kind::hash:
      return kind == Serves::hash;
  }
  return false;
}

}  // namespace

std::shared_ptr<OpenAnswer> Answers::answer(std::span<const Indicator> indicators,
                                            std::string& out) {
  const std::size_t begin = out.size();
  std::shared_ptr<OpenAnswer> open;
  deadline_ = {};
  for (const Indicator& indicator : indicators) {
    ++counters_.lookups;
    for (Source& source : sources_) {
      if (!serves(source.settings.serves, indicator)) continue;
      ++source.counters.lookups;
      const std::size_t before = out.size();
      if (source.in_memory()) {
        ask_feed(source, indicator.value, out);
      } else if (source.is_database()) {
        ask_database(source, indicator.value, out);
      } else {
        ask_service(source, indicator, open);
      }
      if (out.size() - begin > kLongestAnswer) {
        out.resize(before);
        ++counters_.cut_answers;
        return open;
      }
    }
  }
  return open;
}

void Answers::ask_feed(Source& source, std::string_view value, std::string& out) {
  const Feed& feed = source.feed();
  const std::string_view end = feed.index.find(value, scratch_);
  if (end.empty()) return;
  ++source.counters.hits;
  out += feed.start;
  out += end;
}

void Answers::ask_database(Source& source, std::string_view value, std::string& out) {
  SqliteSource& database = *std::get<1>(source.data);
  const auto now = SqliteSource::Clock::now();
  if (deadline_ == SqliteSource::Clock::time_point{}) deadline_ = now + database_time_;
  if (now >= deadline_) {
    source.fail("there was no time left for a request (--timeout)", journal_);
    return;
  }
  switch (database.find(value, deadline_, out)) {
    case SqliteSource::Found::no:
      return;
    case SqliteSource::Found::yes:
      ++source.counters.hits;
      return;
    case SqliteSource::Found::failed:
      source.fail(database.problem(), journal_);
  }
}

void Answers::ask_service(Source& source, const Indicator& indicator,
                          std::shared_ptr<OpenAnswer>& open) {
  if (!open) open = std::make_shared<OpenAnswer>();
  const std::size_t number = open->parts.size();
  if (number >= kMostQuestions) {
    source.fail("a request has more than 64 indicators for services", journal_);
    return;
  }
  open->parts.emplace_back();
  const auto take = [this, &source, open, number](HttpSource::Found found) {
    if (!found.problem.empty()) {
      source.fail(found.problem, journal_);
    } else if (!found.detections.empty()) {
      ++source.counters.hits;
    }
    open->parts[number] = std::move(found.detections);
    if (--open->outstanding == 0 && open->done) open->done();
  };
  ++open->outstanding;
  const std::string_view kind =
      indicator.any ? "any" : lookup::cybertrace::kind_name(indicator.kind);
  if (!std::get<2>(source.data)->ask(indicator.value, kind, take)) {
    --open->outstanding;
    source.fail("too many requests wait for it", journal_);
  }
}

}  // namespace weir::host::tracer
