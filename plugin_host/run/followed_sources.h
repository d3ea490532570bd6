// The files of `--follow` into the engine. One thread.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "failure.h"
#include "input/follow.h"
#include "run/clock.h"
#include "run/report.h"
#include "run/source_feed.h"

namespace weir::host {

class FollowedSources {
 public:
  struct Settings {
    std::vector<std::string> paths;      // or patterns
    std::vector<std::string> read;       // paths that are inputs of their own
    std::vector<FileIdentity> excluded;  // files that this program writes
    std::optional<Format> format;        // none: by content
    std::function<void(const std::string&)> warn;
    std::function<void(const Failure&)> fail;
  };
  // The references must outlive this.
  FollowedSources(Engine& engine, PresetsOf presets, const Clock& clock, Settings settings);

  // As Follower has them.
  int descriptor() const noexcept { return follower_.descriptor(); }
  bool step() { return follower_.step(clock_.elapsed()); }
  // end_files: what follows the last LF of a file is a line.
  void finish(bool end_files) { follower_.finish(clock_.elapsed(), end_files); }

  // Where the files stand as bytes, and back into new sources, which say what they cannot find;
  // false when they are none that save() wrote.
  std::string save() const;
  bool load(std::string_view bytes);

  // One for each name, whatever files it has had.
  std::vector<SourceReport> reports() const;

 private:
  struct Source {
    Source(Engine& engine, PresetsOf presets, const std::string& path, std::optional<Format> format)
        : feed(engine, std::move(presets), path, format) {}
    SourceFeed feed;
    bool bad = false;  // it is not fed any more
  };
  std::size_t room() const;
  void take(const std::string& path, std::uint64_t number, std::string_view bytes, bool last);
  static void add(SourceReport& report, const SourceFeed& feed);
  std::map<std::string, SourceReport> reports_by_path() const;
  void resume(const FollowedPosition& position, std::optional<Format> format,
              const LineState& state);

  Engine& engine_;
  PresetsOf presets_;
  const Clock& clock_;
  Settings settings_;
  std::map<std::uint64_t, Source> sources_;      // by the follower's numbers
  std::map<std::string, SourceReport> reports_;  // by path; of `sources_` only the bytes
  Follower follower_;
};

}  // namespace weir::host
