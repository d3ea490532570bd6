#include "run/followed_sources.h"

#include <utility>

namespace weir::host {

FollowedSources::FollowedSources(Engine& engine, PresetsOf presets, const Clock& clock,
                                 Settings settings)
    : engine_(engine),
      presets_(std::move(presets)),
      clock_(clock),
      settings_(std::move(settings)),
      follower_(
          {settings_.paths, settings_.read, settings_.excluded,
           [this](const std::string& path, std::uint64_t number, std::string_view bytes,
                  bool last) { take(path, number, bytes, last); },
           settings_.warn,
           [this](const std::string& text) { settings_.fail(Failure(Exit::bad_input, text)); }}) {}

void FollowedSources::take(const std::string& path, std::uint64_t number, std::string_view bytes,
                           bool last) {
  const auto source = sources_.try_emplace(number, engine_, presets_, path, settings_.format).first;
  SourceReport& report = reports_[path];
  report.name = path;
  report.bytes += bytes.size();
  SourceFeed& feed = source->second.feed;
  if (!source->second.bad) {
    try {
      if (!bytes.empty()) feed.add(bytes, clock_.now());
      if (last) feed.end(clock_.now());
    } catch (const Failure& failure) {
      if (failure.exit() != Exit::bad_input) throw;
      source->second.bad = true;  // the others may be good
      settings_.fail(failure);
    }
  }
  if (!last) return;
  add(report, feed);
  sources_.erase(source);
}

void FollowedSources::add(SourceReport& report, const SourceFeed& feed) {
  if (feed.format()) report.format = format_name(*feed.format());
  report.counts += feed.counts();
}

std::vector<SourceReport> FollowedSources::reports() const {
  std::map<std::string, SourceReport> by_path = reports_;
  for (const auto& [number, source] : sources_) add(by_path[source.feed.source()], source.feed);
  std::vector<SourceReport> all;
  for (auto& [path, report] : by_path) all.push_back(std::move(report));
  return all;
}

}  // namespace weir::host
