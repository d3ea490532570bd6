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
#include "input/message_reader.h"
#include "logs.h"

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

std::uint32_t preset(std::string_view name) {
  std::uint32_t id = 0;
  weir_preset_id(name.data(), name.size(), &id, nullptr);
  return id;
}

// Through the program's reader, a chunk of records at a time.
void feed_log(weir::host::Format format, std::size_t events, int passes) {
  const std::string_view name = weir::host::format_name(format);
  const Engine engine(document());
  const std::string log = log_of(name, events);
  const weir::host::PresetIds presets{preset("cef"), preset("leef"), preset("syslog"),
                                      preset("zeek"), preset("suricata")};
  weir::host::MessageReader reader(format, presets);
  weir::host::Records records;
  for (int i = 0; i < passes; ++i) {
    std::uint64_t number = 0;
    for (std::size_t begin = 0; begin < log.size();) {
      const std::size_t end = log.find('\n', begin);
      reader.read({std::string_view(log).substr(begin, end - begin), ++number, 0}, records);
      begin = end + 1;
      if (records.size() < WEIR_CHUNK_EVENTS && begin < log.size()) continue;
      engine.feed(records.all());
      records.clear();
    }
  }
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
  else if (subject == "zeek")
    feed_log(weir::host::Format::zeek, 5'000, passes);
  else if (subject == "cef")
    feed_log(weir::host::Format::cef, 5'000, passes);
  else if (subject == "syslog")
    feed_log(weir::host::Format::syslog, 5'000, passes);
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
  std::fputs("usage: hot_paths feed_1k|feed_100k|ndjson|zeek|cef|syslog|netflow PASSES\n", stderr);
  return 2;
}
