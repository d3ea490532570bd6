// Patterns of file names, as a shell has them: * ? and [ ]. One that is quoted comes here, and so
// does one that a service file has.
#pragma once

#include <string>
#include <vector>

namespace weir::host {

bool is_folder(const std::string& path) noexcept;

// Whether a path is a pattern: it has such characters, and is not the name of a file.
bool is_pattern(const std::string& path) noexcept;

// The paths that match, by their bytes in ascending order, without folders: none when nothing does.
// Throws Failure(bad_input) when a folder cannot be read.
std::vector<std::string> matches_of(const std::string& pattern);

// Whether matches_of() would give the path if there were a file.
bool matches(const std::string& pattern, const std::string& path) noexcept;

}  // namespace weir::host
