// The file of rows that a document names.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace weir::rule {

constexpr std::size_t max_path = 4096;  // characters

struct FileText {
  std::unique_ptr<char[]> bytes;
  std::size_t size = 0;
  std::string_view view() const noexcept { return {bytes.get(), size}; }
};

// Where a path of a document leads: a relative one starts in the directory, empty: that of the
// process.
std::string resolve_path(std::string_view directory, const std::string& path);

// The whole of a regular file of up to a gigabyte; nullopt and a problem, which names neither file
// nor remedy, if it cannot be read. Throws bad_alloc.
std::optional<FileText> read_file(const std::string& path, std::string& problem);

}  // namespace weir::rule
