// `--follow`: files by name, read while they grow, as `tail -F` does. When another file takes a
// name the one before is read to its end, and the new one from its start, also when that has been
// renamed again by then: renames are watched, and where they are not (no inotify, a network file
// system) the names are looked at ten times a second. A file that was truncated is read from its
// start. A pattern takes files that appear later. No file is read twice under two names, and
// compressed ones are left: they are what was read before. One thread.
//
// What cannot be seen: lines that are written between the copy and the truncation of
// `copytruncate`.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "input/directory_watch.h"
#include "input/followed_file.h"

namespace weir::host {

struct FollowOptions {
  std::vector<std::string> paths;      // or patterns
  std::vector<std::string> read;       // paths that somebody else reads: compressed ones
  std::vector<FileIdentity> excluded;  // files that a pattern must not take
  // Takes bytes of the file with that number, which was found as `path`; `last`: it has ended, and
  // what follows its last LF is a line. A file that was truncated is another one from there on.
  std::function<void(const std::string& path, std::uint64_t number, std::string_view bytes,
                     bool last)>
      take;
  // How many bytes may be taken now; 0: none until later. Asked before each read.
  std::function<std::size_t()> room = [] { return std::numeric_limits<std::size_t>::max(); };
  std::function<void(const std::string& text)> warn;
  std::function<void(const std::string& text)> fail;  // told once, and tried again
  bool events = true;                                 // of folders, where there are any
};

// How much of a file has been taken.
struct FollowedPosition {
  std::string path;  // that it was found as
  FileIdentity identity;
  std::uint64_t number = 0;
  ReadSoFar so_far;
};

class Follower {
 public:
  explicit Follower(FollowOptions options);

  // Of the files that are read, those that are finished behind them, with the number 0.
  std::vector<FollowedPosition> positions() const;
  // Goes on behind what was read of a file, under its number: if it is not there under its name, it
  // is looked for among the files beside it. False when it is not there, or another one. REQUIRES:
  // step() has not been called.
  bool resume(const FollowedPosition& before);

  // Becomes readable when there is something to do; -1: nobody tells, so step() every 100 ms, which
  // is needed now and then in any case.
  int descriptor() const noexcept { return watch_.descriptor(); }
  // Reads what has come, up to a share of each file. now: any monotonic time, ns. Returns whether
  // there is more.
  bool step(std::int64_t now);
  // What has come by now, up to a share of each file; then the files are ended, unless they are to
  // be resumed.
  void finish(std::int64_t now, bool end_files);

 private:
  struct Reading {
    FollowedFile file;
    std::uint64_t number;
    std::int64_t grown;  // when it did last
    bool begun = false;  // take() knows it
    bool left = false;   // it is compressed, or has ended
  };
  struct Name {
    std::deque<Reading> files;  // those that had the name before, and the one that has it
    bool given = false;         // it is no match of a pattern
    bool changed = true;        // there may be something to read
    bool failed = false;        // and it has been told
    bool missed = false;        // likewise: it is not there
  };
  // A file that took a name and is not open yet: it may be renamed meanwhile.
  struct Arrival {
    std::string path;   // that it was found as
    std::string place;  // where it is; empty: between two names
    std::uint32_t cookie = 0;
    std::int64_t give_up = 0;  // when it has been between two names for too long
  };
  enum class Opened : std::uint8_t { done, moved, between };

  void watch_folders();
  void look_around();
  void look_for_matches();
  void handle_events();
  void handle(const NameEvent& event);
  void appeared(const std::string& path);
  void open_arrivals(std::int64_t now);
  Opened open(std::size_t arrival, std::int64_t now);
  void begin(const std::string& path, FollowedFile file, std::int64_t now);
  bool knows(const FileState& state) const;
  bool read(const std::string& path, Name& name, std::int64_t now);
  bool read(const std::string& path, Name& name, Reading& reading, std::int64_t now);
  bool resume_as(const std::string& place, const FollowedPosition& before);
  void leave(const std::string& path, Reading& reading);
  void end(const std::string& path, Reading& reading);
  void forget(const FileIdentity& identity, ReadSoFar so_far);

  FollowOptions options_;
  DirectoryWatch watch_;
  std::vector<std::string> patterns_;
  std::map<std::string, Name> names_;  // by path
  std::set<FileIdentity> open_;
  std::vector<Arrival> arrivals_;
  std::map<FileIdentity, ReadSoFar> finished_;  // files that are not open any more
  std::deque<FileIdentity> finished_order_;
  std::set<std::string> told_;
  std::vector<char> room_;
  std::uint64_t next_number_ = 0;
  std::int64_t next_look_ = 0;
  unsigned looks_ = 0;
};

}  // namespace weir::host
