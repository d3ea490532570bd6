// The hot paths, to be run under callgrind (scripts/count-instructions): one subject, so many
// passes over the same events. What one pass more adds is the cost of the events, without the
// setting up.
//
//   hot_paths SUBJECT PASSES     prints how many events a pass has

#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "datagrams.h"
#include "engine.h"
#include "events.h"

namespace bench {
namespace {

void feed(std::size_t groups, std::size_t events, int passes) {
  const Engine engine(document());
  Slice every(groups);
  every.enumerate(0, groups);
  engine.feed(every.events());
  Slice slice(events);
  slice.draw(Zipf(groups));
  for (int i = 0; i < passes; ++i) engine.feed(slice.events());
  std::printf("%zu\n", events);
}

void feed_ndjson(std::size_t groups, std::size_t events, int passes) {
  const Engine engine(document());
  Slice slice(events);
  slice.draw(Zipf(groups));
  const std::string lines = ndjson(slice.events());
  for (int i = 0; i < passes; ++i) engine.feed(lines);
  std::printf("%zu\n", events);
}

void decode(std::size_t datagrams, int passes) {
  const std::vector<Datagram> made = flow_datagrams(Version::v9, datagrams);
  CountingDecoder decoder(Version::v9);
  for (int i = 0; i < passes; ++i) decoder.decode(made);
  std::printf("%zu\n", datagrams * flows_each);
}

bool run(std::string_view subject, int passes) {
  if (subject == "feed_1k")
    feed(1'000, 20'000, passes);
  else if (subject == "feed_100k")
    feed(100'000, 20'000, passes);
  else if (subject == "ndjson")
    feed_ndjson(100'000, 10'000, passes);
  else if (subject == "netflow")
    decode(200, passes);
  else
    return false;
  return true;
}

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
  const int passes = argc == 3 ? std::atoi(argv[2]) : 0;
  if (passes > 0 && bench::run(argv[1], passes)) return 0;
  std::fputs("usage: hot_paths feed_1k|feed_100k|ndjson|netflow PASSES\n", stderr);
  return 2;
}
