#include "run/state_file.h"

#include <xxhash.h>

#include <array>

namespace weir::host {
namespace {

constexpr std::string_view kMagic = "WEIR RUN";
constexpr std::uint64_t kVersion = 1;
constexpr std::size_t kNumber = 8;
constexpr std::size_t kStateHeader = 4 * kNumber;  // magic, version, the sizes of both parts

std::array<std::uint64_t*, 7> all_counts(CaptureStats& stats) noexcept {
  return {&stats.packets,   &stats.netflow,   &stats.other_port, &stats.other,
          &stats.fragments, &stats.malformed, &stats.truncated};
}

void save_input(ByteWriter& out, const InputState& input) {
  out.text(input.name);
  out.flag(input.begun);
  out.flag(input.finished);
  out.number(input.size);
  out.number(input.beginning.size);
  out.number(input.beginning.hash);
  out.number(input.position);
  save_lines(out, input.lines);
  out.number(static_cast<std::uint64_t>(input.arrived));
  save_report(out, input.report);
}

InputState load_input(ByteReader& in) {
  InputState input;
  input.name = in.text();
  input.begun = in.flag();
  input.finished = in.flag();
  input.size = in.number();
  input.beginning.size = in.number();
  input.beginning.hash = in.number();
  input.position = in.number();
  input.lines = load_lines(in);
  input.arrived = in.number_as<std::int64_t>();
  input.report = load_report(in);
  return input;
}

void save_output(ByteWriter& out, const OutputState& output) {
  out.text(output.name);
  out.flag(output.kept);
  out.number(output.inode);
  out.number(output.bytes);
}

OutputState load_output(ByteReader& in) {
  OutputState output;
  output.name = in.text();
  output.kept = in.flag();
  output.inode = in.number();
  output.bytes = in.number();
  return output;
}

std::string save_run(const RunState& state) {
  ByteWriter out;
  out.text(state.format);
  out.flag(state.event_clock);
  out.number(state.inputs.size());
  for (const InputState& input : state.inputs) save_input(out, input);
  out.number(state.followed.size());
  for (const std::string& name : state.followed) out.text(name);
  save_output(out, state.output);
  save_output(out, state.rejects);
  out.number(state.lines_out);
  out.number(state.rejected);
  out.flag(state.used_capture);
  CaptureStats capture = state.capture;
  for (const std::uint64_t* count : all_counts(capture)) out.number(*count);
  out.text(state.decoder);
  out.text(state.files);
  out.number(state.others.size());
  for (const SourceReport& report : state.others) save_report(out, report);
  return out.take();
}

bool load_run(std::string_view bytes, RunState& state) {
  ByteReader in(bytes);
  state.format = in.text();
  state.event_clock = in.flag();
  for (std::size_t count = in.count(); count > 0; --count) state.inputs.push_back(load_input(in));
  for (std::size_t count = in.count(); count > 0; --count) state.followed.emplace_back(in.text());
  state.output = load_output(in);
  state.rejects = load_output(in);
  state.lines_out = in.number();
  state.rejected = in.number();
  state.used_capture = in.flag();
  for (std::uint64_t* count : all_counts(state.capture)) *count = in.number();
  state.decoder = in.text();
  state.files = in.text();
  for (std::size_t count = in.count(); count > 0; --count) state.others.push_back(load_report(in));
  return in.good() && in.at_end();
}

}  // namespace

Fingerprint Fingerprint::of(std::string_view beginning) noexcept {
  return {beginning.size(), XXH3_64bits(beginning.data(), beginning.size())};
}

void save_lines(ByteWriter& out, const LineState& state) {
  out.number(state.lines);
  out.number(state.within);
  out.text(state.header);
}

LineState load_lines(ByteReader& in) {
  LineState state;
  state.lines = in.number();
  state.within = in.number_as<std::uint32_t>();
  state.header = in.text();
  return state;
}

void save_report(ByteWriter& out, const SourceReport& report) {
  out.text(report.name);
  out.text(report.format);
  for (const std::uint64_t count : {report.bytes, report.counts.events, report.counts.rejected,
                                    report.datagrams, report.dropped, report.datagrams_rejected}) {
    out.number(count);
  }
  out.flag(report.connections.has_value());
  const StreamCounts streams = report.connections.value_or(StreamCounts{});
  for (const std::uint64_t count :
       {streams.accepted, streams.refused, streams.events, streams.rejected, streams.bytes}) {
    out.number(count);
  }
}

SourceReport load_report(ByteReader& in) {
  SourceReport report;
  report.name = in.text();
  report.format = in.text();
  for (std::uint64_t* count : {&report.bytes, &report.counts.events, &report.counts.rejected,
                               &report.datagrams, &report.dropped, &report.datagrams_rejected}) {
    *count = in.number();
  }
  const bool connections = in.flag();
  StreamCounts streams;
  streams.accepted = in.number();
  streams.refused = in.number();
  streams.events = in.number();
  streams.rejected = in.number();
  streams.bytes = in.number();
  if (connections) report.connections = streams;
  return report;
}

std::string state_head(const RunState& state, std::string_view engine) {
  const std::string run = save_run(state);
  ByteWriter sizes;
  sizes.number(kVersion);
  sizes.number(run.size());
  sizes.number(engine.size());
  return std::string(kMagic) + sizes.bytes() + run;
}

std::uint64_t state_checksum(std::string_view head, std::string_view engine) noexcept {
  // One after the other: the second begins where the first has ended, so their border counts too.
  return XXH3_64bits_withSeed(engine.data(), engine.size(), XXH3_64bits(head.data(), head.size()));
}

std::string read_state(std::string_view bytes, StoredState& state) {
  if (bytes.size() < kStateHeader + kNumber || bytes.substr(0, kMagic.size()) != kMagic)
    return "it is no state of a run";
  ByteReader sizes(bytes.substr(kMagic.size(), kStateHeader - kMagic.size()));
  if (sizes.number() != kVersion) return "another version of weir wrote it";
  const std::uint64_t run = sizes.number();
  const std::uint64_t engine = sizes.number();
  const std::uint64_t rest = bytes.size() - kStateHeader - kNumber;
  if (run > rest || engine != rest - run) return "it is damaged";
  const std::string_view head = bytes.substr(0, kStateHeader + run);
  const std::string_view tail = bytes.substr(kStateHeader + run, engine);
  ByteReader end(bytes.substr(bytes.size() - kNumber));
  if (end.number() != state_checksum(head, tail)) return "it is damaged";
  if (!load_run(head.substr(kStateHeader), state.run)) return "it is damaged";
  state.engine = tail;
  return {};
}

}  // namespace weir::host
