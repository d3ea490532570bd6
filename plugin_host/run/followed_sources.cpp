#include "run/followed_sources.h"

#include <fmt/format.h>

#include <utility>

#include "run/state_file.h"

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
           [this] { return room(); }, settings_.warn,
           [this](const std::string& text) { settings_.fail(Failure(Exit::bad_input, text)); }}) {}

// Of bytes: lines are hardly shorter.
std::size_t FollowedSources::room() const {
  constexpr std::size_t line = 32;
  const std::size_t lines = engine_.room();
  return lines > kAllLines / line ? kAllLines : lines * line;
}

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

std::map<std::string, SourceReport> FollowedSources::reports_by_path() const {
  std::map<std::string, SourceReport> by_path = reports_;
  for (const auto& [number, source] : sources_) add(by_path[source.feed.source()], source.feed);
  return by_path;
}

std::vector<SourceReport> FollowedSources::reports() const {
  std::vector<SourceReport> all;
  for (auto& [path, report] : reports_by_path()) all.push_back(report);
  return all;
}

// A line whose end has not come was read, but not fed: it is read again.
std::string FollowedSources::save() const {
  ByteWriter out;
  std::map<std::string, SourceReport> reports = reports_by_path();
  const std::vector<FollowedPosition> positions = follower_.positions();
  out.number(positions.size());
  for (const FollowedPosition& one : positions) {
    const auto source = sources_.find(one.number);
    const bool fed = source != sources_.end() && source->second.feed.format();
    const std::size_t held = source == sources_.end() ? 0 : source->second.feed.held();
    const std::uint64_t offset = one.so_far.offset - held;
    if (one.number != 0) reports[one.path].bytes -= held;
    out.text(one.path);
    out.number(one.identity.device);
    out.number(one.identity.inode);
    out.number(one.number);
    out.text(std::string_view(one.so_far.beginning).substr(0, offset));
    out.number(offset);
    out.flag(one.so_far.left);
    out.text(fed ? format_name(*source->second.feed.format()) : std::string_view{});
    save_lines(out, fed ? source->second.feed.state() : LineState{});
  }
  out.number(reports.size());
  for (const auto& [path, report] : reports) {
    out.text(path);
    save_report(out, report);
  }
  return out.take();
}

bool FollowedSources::load(std::string_view bytes) {
  ByteReader in(bytes);
  for (std::size_t count = in.count(); count > 0; --count) {
    FollowedPosition one;
    one.path = in.text();
    one.identity.device = in.number_as<dev_t>();
    one.identity.inode = in.number_as<ino_t>();
    one.number = in.number();
    one.so_far.beginning = in.text();
    one.so_far.offset = in.number();
    one.so_far.left = in.flag();
    const std::string format(in.text());
    const LineState state = load_lines(in);
    if (!in.good()) return false;
    resume(one, format.empty() ? std::nullopt : std::optional(parse_format(format)), state);
  }
  for (std::size_t count = in.count(); count > 0; --count) {
    const std::string path(in.text());
    reports_[path] = load_report(in);
  }
  return in.good() && in.at_end();
}

void FollowedSources::resume(const FollowedPosition& position, std::optional<Format> format,
                             const LineState& state) {
  if (!follower_.resume(position)) {
    settings_.warn(
        fmt::format("a file that was '{}' is gone, after {} bytes of it were read: what was "
                    "written to it behind them, if anything, is lost",
                    position.path, position.so_far.offset));
    return;
  }
  if (!format || position.so_far.offset == 0) return;
  const auto source =
      sources_.try_emplace(position.number, engine_, presets_, position.path, settings_.format);
  source.first->second.feed.resume(*format, state);
}

}  // namespace weir::host
