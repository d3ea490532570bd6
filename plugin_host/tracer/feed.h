// A file of indicators, read whole: CSV, JSON, or a list.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <string>

#include "tracer/indicator_index.h"
#include "tracer/settings.h"

namespace weir::host::tracer {

// Tells one state of a file from another, of whatever file has the name.
struct FileState {
  dev_t device = 0;
  ino_t inode = 0;
  off_t size = -1;
  std::int64_t modified = 0;  // nanoseconds since the epoch
  friend bool operator==(const FileState&, const FileState&) = default;
};
// Of no file: all that FileState{} says.
FileState state_of(const std::string& path) noexcept;

struct Feed {
  IndicatorIndex index;
  std::string start;          // detection_start() of its category
  std::string category;       // --category, else what a MISP list calls itself, or the file's name
  std::size_t skipped = 0;    // rows that have no indicator of the kind that is served
  std::string first_skipped;  // where, and why
  FileState state;            // before it was read
};

// REQUIRES: csv, jsonl or list. Throws Failure(bad_input), whose message names the file and, where
// it can, line and column; bad_alloc. Any thread.
std::shared_ptr<const Feed> read_feed(const SourceSettings& settings);

// The last part of a path, without its extensions.
std::string stem_of(const std::string& path);

}  // namespace weir::host::tracer
