#include "input/follow.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <span>
#include <utility>

#include "failure.h"
#include "input/compression.h"
#include "input/paths.h"

namespace weir::host {
namespace {

constexpr std::int64_t kLookAround = 100'000'000;  // how late untold changes are seen
constexpr unsigned kLooksAPattern = 10;            // looking for files costs more than for changes
constexpr std::int64_t kLinger = 5'000'000'000;  // writers keep a file that was renamed for a while
constexpr std::size_t kFileRoom = std::size_t{256} << 10;
constexpr std::size_t kShare = std::size_t{1} << 20;  // of a file, before others have their turn
constexpr std::size_t kFinished = 4096;               // files that are remembered

}  // namespace

Follower::Follower(FollowOptions options)
    : options_(std::move(options)), watch_(options_.events), room_(kFileRoom) {
  // A pattern may match more files than a process may have open by default.
  raise_file_limit(std::numeric_limits<std::size_t>::max());
  for (const std::string& path : options_.paths) {
    if (is_pattern(path))
      patterns_.push_back(path);
    else
      names_[path].given = true;
  }
  told_.insert(options_.read.begin(), options_.read.end());
  for (const FileIdentity& file : options_.excluded) finished_[file].left = true;
  watch_folders();
}

// Of the names and the patterns; folders may come and go.
void Follower::watch_folders() {
  for (const auto& [path, name] : names_) watch_.add(folder_prefix(path));
  for (const std::string& pattern : patterns_) {
    const std::string prefix = folder_prefix(pattern);
    if (prefix.find_first_of("*?[") == std::string::npos) watch_.add(prefix);
  }
}

bool Follower::step(std::int64_t now) {
  handle_events();
  if (now >= next_look_) {
    next_look_ = now + kLookAround;
    look_around();
  }
  open_arrivals(now);
  bool more = false;
  for (auto& [path, name] : names_) {
    if (name.changed && read(path, name, now)) more = true;
  }
  return more;
}

void Follower::finish(std::int64_t now, bool end_files) {
  next_look_ = 0;
  step(now);
  if (!end_files) return;
  for (auto& [path, name] : names_) {
    for (Reading& reading : name.files) {
      if (!name.changed) end(path, reading);  // else the file goes on behind what was read
    }
  }
}

// What events may not have told.
void Follower::look_around() {
  if (looks_++ % kLooksAPattern == 0) look_for_matches();
  for (auto name = names_.begin(); name != names_.end();) {
    auto& [path, one] = *name;
    one.changed = true;
    const auto state = state_of(path);
    if (state && !knows(*state)) appeared(path);
    if (!state && one.files.empty() && one.given && !std::exchange(one.missed, true)) {
      options_.warn(fmt::format("'{}' is not there yet; waiting for it", path));
    }
    const bool over = !state && one.files.empty() && !one.given;
    name = over ? names_.erase(name) : std::next(name);
  }
}

void Follower::look_for_matches() {
  watch_folders();
  for (const std::string& pattern : patterns_) {
    try {
      const std::vector<std::string> paths = matches_of(pattern);
      for (const std::string& path : paths) names_.try_emplace(path);
      if (paths.empty() && told_.insert(pattern).second) {
        options_.warn(fmt::format("nothing matches '{}' yet; waiting for it", pattern));
      }
    } catch (const Failure& failure) {
      if (told_.insert(pattern).second) options_.fail(failure.what());
    }
  }
}

// Whether there is nothing in the file that is not read, or being read.
bool Follower::knows(const FileState& state) const {
  const auto before = finished_.find(state.identity);
  const bool finished =
      before != finished_.end() && (before->second.left || before->second.offset == state.size);
  return finished || open_.contains(state.identity);
}

void Follower::handle_events() {
  for (const NameEvent& event : watch_.events()) handle(event);
}

void Follower::handle(const NameEvent& event) {
  using Kind = NameEvent::Kind;
  if (event.kind == Kind::lost) next_look_ = 0;
  if (event.kind == Kind::written) {
    const auto name = names_.find(event.path);
    if (name != names_.end()) name->second.changed = true;
    return;
  }
  for (Arrival& arrival : arrivals_) {
    if (event.kind == Kind::moved_to && arrival.place.empty() && arrival.cookie == event.cookie) {
      arrival.place = event.path;
    } else if (arrival.place == event.path &&
               (event.kind == Kind::moved_from || event.kind == Kind::gone)) {
      arrival.place.clear();
      arrival.cookie = event.cookie;
    }
  }
  if (event.kind == Kind::appeared || event.kind == Kind::moved_to) appeared(event.path);
}

void Follower::appeared(const std::string& path) {
  const bool wanted = std::any_of(patterns_.begin(), patterns_.end(),
                                  [&](const auto& pattern) { return matches(pattern, path); });
  if (wanted) names_.try_emplace(path);
  if (wanted || names_.contains(path)) arrivals_.push_back({path, path});
}

void Follower::open_arrivals(std::int64_t now) {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < arrivals_.size(); ++i) {
    Opened opened = open(i, now);
    while (opened == Opened::moved) opened = open(i, now);
    if (opened == Opened::between) std::swap(arrivals_[kept++], arrivals_[i]);
  }
  arrivals_.resize(kept);
}

Follower::Opened Follower::open(std::size_t i, std::int64_t now) {
  const std::string place = arrivals_[i].place;
  if (place.empty()) {
    Arrival& arrival = arrivals_[i];
    if (arrival.give_up == 0) arrival.give_up = now + kLookAround;
    // The other end of a move comes at once, or not: that folder is not watched.
    return arrival.cookie == 0 || now > arrival.give_up ? Opened::done : Opened::between;
  }
  arrivals_[i].give_up = 0;
  const std::string path = arrivals_[i].path;
  Name& name = names_[path];
  std::optional<FileDescriptor> descriptor;
  std::string failure;
  try {
    descriptor = open_for_reading(place);
  } catch (const Failure& error) {
    failure = error.what();
  }
  handle_events();  // they tell by now whether another file was renamed to make way for this one
  if (arrivals_[i].place != place) return Opened::moved;
  if (!descriptor) {
    if (state_of(place) && !std::exchange(name.failed, true)) options_.fail(failure);
    return Opened::done;
  }
  name.failed = false;
  FollowedFile file(std::move(*descriptor));
  if (!file.regular()) {
    if (told_.insert(path).second) {
      options_.warn(fmt::format("'{}' is no file, and is not followed", path));
    }
  } else if (!open_.contains(file.identity())) {
    begin(path, std::move(file), now);
  }
  return Opened::done;
}

void Follower::begin(const std::string& path, FollowedFile file, std::int64_t now) {
  const auto before = finished_.find(file.identity());
  if (before != finished_.end()) {
    if (file.resume(before->second) && (before->second.left || !file.grown())) return;
  }
  Name& name = names_[path];
  name.changed = true;
  open_.insert(file.identity());
  name.files.push_back({std::move(file), ++next_number_, now});
}

bool Follower::read(const std::string& path, Name& name, std::int64_t now) {
  name.changed = false;
  bool more = false;
  for (std::size_t i = 0; i < name.files.size();) {
    Reading& reading = name.files[i];
    if (read(path, name, reading, now)) {
      more = name.changed = true;
      break;  // the one before is finished first
    }
    const bool replaced = i + 1 < name.files.size() || reading.file.unlinked();
    if (!reading.left && replaced && now - reading.grown >= kLinger) {
      end(path, reading);
      forget(reading.file.identity(), reading.file.so_far());
      reading.left = true;
    }
    if (reading.left) {
      open_.erase(reading.file.identity());
      name.files.erase(name.files.begin() + static_cast<std::ptrdiff_t>(i));
    } else {
      ++i;
    }
  }
  return more;
}

// Whether there is more.
bool Follower::read(const std::string& path, Name& name, Reading& reading, std::int64_t now) {
  for (std::size_t total = 0; total < kShare;) {
    const bool first = reading.file.so_far().offset == 0;
    const std::size_t room = std::min(options_.room(), room_.size());
    if (room == 0) return true;
    const FollowedFile::Got got = reading.file.read(std::span(room_).first(room));
    if (got.restarted) {
      end(path, reading);
      reading.number = ++next_number_;
      reading.grown = now;
      continue;
    }
    if (got.error != 0 && !std::exchange(name.failed, true)) {
      options_.fail(fmt::format("cannot read '{}': {}", path, error_text(got.error)));
    }
    if (got.bytes.empty()) return false;
    total += got.bytes.size();
    reading.grown = now;
    if (first && find_compression(got.bytes, true) != Compression::none) {
      leave(path, reading);
      return false;
    }
    reading.begun = true;
    options_.take(path, reading.number, got.bytes, false);
  }
  return true;
}

void Follower::leave(const std::string& path, Reading& reading) {
  reading.left = true;
  forget(reading.file.identity(), {reading.file.so_far().beginning, 0, true});
  if (told_.insert(path).second) {
    options_.warn(fmt::format("'{}' is compressed, and is not followed", path));
  }
}

void Follower::end(const std::string& path, Reading& reading) {
  if (std::exchange(reading.begun, false)) options_.take(path, reading.number, {}, true);
}

// The oldest of too many is forgotten, and read again if it ever comes back.
void Follower::forget(const FileIdentity& identity, ReadSoFar so_far) {
  if (finished_.insert_or_assign(identity, std::move(so_far)).second) {
    finished_order_.push_back(identity);
  }
  if (finished_order_.size() <= kFinished) return;
  finished_.erase(finished_order_.front());
  finished_order_.pop_front();
}

}  // namespace weir::host
