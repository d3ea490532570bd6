#include "input/beginning.h"

#include <fmt/format.h>

#include "failure.h"

namespace weir::host {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
constexpr std::string_view kGzip = "\x1f\x8b";
constexpr std::string_view kZstandard = "\x28\xb5\x2f\xfd";

bool begins_with(std::string_view bytes, std::string_view mark) noexcept {
  return bytes.substr(0, mark.size()) == mark;
}

Failure compressed(const std::string& name, std::string_view tool) {
  if (name == "-") {
    return Failure(Exit::bad_input, fmt::format("standard input is compressed; use {} FILE | weir "
                                                "run …",
                                                tool));
  }
  return Failure(Exit::bad_input,
                 fmt::format("'{0}' is compressed; use {1} {0} | weir run …", name, tool));
}

}  // namespace

std::optional<std::size_t> beginning_to_skip(std::string_view bytes, bool last,
                                             const std::string& source) {
  for (const std::string_view mark : {kByteOrderMark, kGzip, kZstandard}) {
    if (!last && bytes.size() < mark.size() && begins_with(mark, bytes)) return std::nullopt;
  }
  if (begins_with(bytes, kGzip)) throw compressed(source, "zcat");
  if (begins_with(bytes, kZstandard)) throw compressed(source, "zstdcat");
  return begins_with(bytes, kByteOrderMark) ? kByteOrderMark.size() : 0;
}

}  // namespace weir::host
