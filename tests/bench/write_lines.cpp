// Writes a file of NDJSON for whole programs to be measured with: EVENTS lines, their keys drawn by
// Zipf's law from GROUPS, the same in every run.
//
//   write_lines EVENTS GROUPS > FILE

#include <cstdio>
#include <cstdlib>

#include "events.h"

int main(int argc, char** argv) {
  const std::size_t events = argc == 3 ? std::strtoull(argv[1], nullptr, 10) : 0;
  const std::size_t groups = argc == 3 ? std::strtoull(argv[2], nullptr, 10) : 0;
  if (events == 0 || groups == 0) {
    std::fputs("usage: write_lines EVENTS GROUPS > FILE\n", stderr);
    return 2;
  }
  const bench::Zipf zipf(groups);
  bench::Slice slice(10'000);
  for (std::size_t written = 0; written < events;) {
    slice.draw(zipf);
    const std::size_t count = std::min(slice.events().size(), events - written);
    const std::string lines = bench::ndjson(slice.events().first(count));
    if (std::fwrite(lines.data(), 1, lines.size(), stdout) != lines.size()) return 3;
    written += count;
  }
  return std::fflush(stdout) == 0 ? 0 : 3;
}
