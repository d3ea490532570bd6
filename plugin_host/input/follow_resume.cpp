// A follower that goes on where another one has been.
#include <algorithm>
#include <utility>

#include "failure.h"
#include "input/follow.h"
#include "input/paths.h"

namespace weir::host {

std::vector<FollowedPosition> Follower::positions() const {
  std::vector<FollowedPosition> all;
  for (const auto& [path, name] : names_) {
    for (const Reading& reading : name.files) {
      if (reading.left) continue;
      all.push_back({path, reading.file.identity(), reading.number, reading.file.so_far()});
    }
  }
  for (const FileIdentity& identity : finished_order_)
    all.push_back({{}, identity, 0, finished_.at(identity)});
  return all;
}

bool Follower::resume(const FollowedPosition& before) {
  if (before.number == 0) {
    if (!finished_.contains(before.identity)) forget(before.identity, before.so_far);
    return true;
  }
  next_number_ = std::max(next_number_, before.number);
  if (before.so_far.offset == 0) return true;  // it is read from its start, if it is there
  if (resume_as(before.path, before)) return true;
  try {
    const std::vector<std::string> beside = matches_of(folder_prefix(before.path) + "*");
    return std::any_of(beside.begin(), beside.end(),
                       [&](const std::string& place) { return resume_as(place, before); });
  } catch (const Failure&) {  // the folder cannot be read
    return false;
  }
}

// By the inode alone: a device may have another number after the machine was started again.
bool Follower::resume_as(const std::string& place, const FollowedPosition& before) {
  const auto state = state_of(place);
  if (!state || state->identity.inode != before.identity.inode) return false;
  if (open_.contains(state->identity)) return false;
  try {
    FollowedFile file(open_for_reading(place));
    if (!file.regular() || !file.resume(before.so_far)) return false;
    Name& name = names_[before.path];
    open_.insert(file.identity());
    name.files.push_back({std::move(file), before.number, 0, true});
    return true;
  } catch (const Failure&) {  // who follows it tells
    return false;
  }
}

}  // namespace weir::host
