#include "bench/held_input.h"

#include <algorithm>

#include "failure.h"
#include "input/beginning.h"
#include "input/byte_source.h"
#include "input/netflow/datagram_file.h"
#include "input/pcap.h"
#include "run/console.h"
#include "run/stop.h"

namespace weir::host {
namespace {

constexpr std::size_t kPipeBlock = 1u << 20;  // of a pipe, whose size nobody knows

void hold_lines(ByteSource& source, HeldInput& input) {
  std::size_t used = 0;
  input.bytes.resize(source.size() + kPipeBlock);
  while (const std::size_t got =
             source.read({input.bytes.data() + used, input.bytes.size() - used})) {
    used += got;
    if (used == input.bytes.size()) input.bytes.resize(2 * used);
  }
  input.lines = {input.bytes.data(), used};
  input.lines.remove_prefix(*beginning_to_skip(input.lines, true));
}

void hold_flows(const Library& library, ByteSource& source, const std::vector<std::uint16_t>& ports,
                HeldInput& input) {
  FlowBatch batch(flow_field_ids([&](std::string_view name) { return field_id(library, name); }),
                  [&](std::span<const weir_event> events) { input.flows.add(events); });
  Decoder decoder(batch);
  if (input.format == Format::pcap) {
    CaptureStats stats;
    const auto arrived = [&](std::int64_t time) { input.arrived = std::max(input.arrived, time); };
    std::uint64_t position = 0;
    read_capture(
        source, ports, decoder, stats, arrived, [] {}, position);
  } else {
    read_datagram(source, decoder, [](const std::string& text) {
      Console(ProgressMode::never).line("weir: warning: " + text);
    });
  }
  batch.deliver();
}

}  // namespace

HeldInput hold_input(const Library& library, const InputName& name, std::optional<Format> format,
                     const std::vector<std::uint16_t>& ports) {
  ByteSource source(name.text, open_for_reading(name.text));
  HeldInput input;
  input.name = name.text;
  input.format = (format ? format : find_format(source)).value_or(Format::ndjson);
  if (is_lines(input.format)) {
    hold_lines(source, input);
    input.arrived = source.modified();
  } else {
    hold_flows(library, source, ports, input);
  }
  input.size = source.done();
  if (stop_requested()) throw Failure(Exit::interrupted, "interrupted before the input was read");
  return input;
}

}  // namespace weir::host
