// A file that appears whole or not at all: written beside its place, then renamed over it. A
// symbolic link is followed first, so that it stays a link. What exists and is no regular file (a
// device, a FIFO) must never be renamed over: it is written to as it stands, and so is the file
// that standard error or output goes to.
#pragma once

#include <string>

namespace weir::host {

// Where the path leads once every symbolic link is followed, also when nothing is there yet. Throws
// Failure(usage) for links that go round in circles.
std::string resolve_path(const std::string& path);

// Whether write_whole() has a chance, before the work is done. Throws Failure(runtime).
void probe_whole(const std::string& path);

// Waits until the name of a file or a folder is on the disk, as far as the system can tell.
void sync_name(const std::string& path) noexcept;

// Throws Failure(runtime), whose message has the path as given.
void write_whole(const std::string& path, const std::string& text);

}  // namespace weir::host
