// Any bytes as what gzip or zstd made: bytes, perhaps a failure that says why, and the same
// whichever way the source is cut; how much comes before a failure may differ. The first byte says
// how.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "failure.h"
#include "input/compression.h"

namespace {

using namespace weir::host;

constexpr std::size_t most = 1U << 20U;

struct Expanded {
  std::string bytes;
  bool failed = false;
};

Expanded expand(std::string_view bytes, Compression kind, std::size_t piece, std::size_t room) {
  Expanded made;
  try {
    const std::size_t beginning = std::min<std::size_t>(bytes.size(), 4);
    Decompression stream(kind, "fuzzed", bytes.substr(0, beginning));
    std::size_t at = beginning;
    const auto read = [&](std::span<char> to) {
      const std::size_t size = std::min({piece, to.size(), bytes.size() - at});
      bytes.copy(to.data(), size, at);
      at += size;
      return size;
    };
    std::string buffer(room, '\0');
    while (const std::size_t size = stream.read(buffer, read)) {
      if (size > room) std::abort();
      made.bytes.append(buffer, 0, size);
      if (made.bytes.size() > most) return made;
    }
    stream.finish();
  } catch (const Failure& failure) {
    if (std::string_view(failure.what()).find('\n') != std::string_view::npos) std::abort();
    made.failed = true;
  }
  return made;
}

bool agree(const Expanded& a, const Expanded& b) {
  const std::size_t common = std::min(a.bytes.size(), b.bytes.size());
  if (a.bytes.compare(0, common, b.bytes, 0, common) != 0) return false;
  if (a.bytes.size() > most || b.bytes.size() > most) return true;
  return a.failed == b.failed && (a.failed || a.bytes.size() == b.bytes.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 5) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data + 1), size - 1);
  const auto kind = find_compression(bytes, true);
  if (!kind || *kind == Compression::none) return 0;
  const Expanded whole = expand(bytes, *kind, size, 1U << 16U);
  const Expanded pieces = expand(bytes, *kind, 1 + data[0] % 16U, 1 + data[0] / 4U);
  if (!agree(whole, pieces)) std::abort();
  return 0;
}
