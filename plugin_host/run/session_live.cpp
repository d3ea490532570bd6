// The live half of a session: sockets and pipes together, and the end.
#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <vector>

#include "output/whole_file.h"
#include "run/session.h"
#include "run/stop.h"

namespace weir::host {
namespace {

constexpr int kTickMilliseconds = 100;          // how late a bucket may close when no event comes
constexpr std::int64_t kDrain = 5'000'000'000;  // for what the sockets hold after a signal, ns
constexpr std::size_t kRoom = std::size_t{256} << 10;  // of a pipe, at a time
constexpr std::int64_t kTick = std::int64_t{kTickMilliseconds} * 1'000'000;

// Once, for they are all alike.
void warn_of_small_buffers(const std::vector<UdpInput>& sockets, Console& console) {
  for (const UdpInput& socket : sockets) {
    if (!socket.buffer_capped()) continue;
    console.line(
        fmt::format("weir: warning: {} has a receive buffer of {} instead of 8.0 MiB and may "
                    "lose bursts; raise it with sysctl net.core.rmem_max=8388608",
                    socket.address(), bytes_text(static_cast<double>(socket.buffer_size()))));
    return;
  }
}

}  // namespace

void Session::read_live() {
  engine_->forget_arrivals();
  std::vector<char> room(kRoom);
  std::vector<LineStream*> streams;  // that have not ended
  const bool lines = options_.format && is_lines(*options_.format);
  for (ByteSource& source : sources_) {
    if (source.regular()) continue;
    streams.push_back(&streams_.emplace_back(source, *engine_, presets(),
                                             lines ? options_.format : std::nullopt));
  }
  bool more = false;  // to be read at once, though poll() may not say so
  for (const UdpInput& socket : sockets_) console_.line("listening on " + socket.address());
  warn_of_small_buffers(sockets_, console_);
  while (!stop_requested()) {
    std::vector<pollfd> waits = {{stop_descriptor(), POLLIN, 0}};
    for (const UdpInput& socket : sockets_) waits.push_back({socket.descriptor(), POLLIN, 0});
    for (const LineStream* stream : streams) {
      waits.push_back({stream->source().descriptor(), POLLIN, 0});
      more = more || stream->ready();
    }
    if (followed_) waits.push_back({followed_->descriptor(), POLLIN, 0});
    ::poll(waits.data(), waits.size(), more ? 0 : kTickMilliseconds);
    if (stop_requested()) break;
    std::size_t at = 1;
    for (UdpInput& socket : sockets_) {
      if (waits[at++].revents != 0) socket.receive(*decoder_, [] { return !stop_requested(); });
    }
    std::erase_if(streams, [&](LineStream* stream) {
      return (waits[at++].revents != 0 || stream->ready()) && !step(*stream, room);
    });
    more = followed_ && followed_->step();
    tick();
  }
  // What has reached the pipes and sockets by now was sent before the signal.
  for (LineStream* stream : streams) finish(*stream, room);
  if (followed_) followed_->finish();
  const std::int64_t end = clock_.elapsed() + kDrain;
  const auto in_time = [&] { return clock_.elapsed() < end; };
  for (UdpInput& socket : sockets_) {
    for (int batches = 0; batches < 256 && in_time(); ++batches) {
      if (!socket.receive(*decoder_, in_time)) break;
    }
  }
}

// False when there is no more. One bad pipe does not cost the others, nor the sockets.
bool Session::step(LineStream& stream, std::span<char> room) {
  try {
    return stream.step(room, clock_.now());
  } catch (const Failure& failure) {
    if (failure.exit() != Exit::bad_input) throw;
    fail(failure);
    return false;
  }
}

void Session::finish(LineStream& stream, std::span<char> room) {
  try {
    stream.finish(room, clock_.now());
  } catch (const Failure& failure) {
    if (failure.exit() != Exit::bad_input) throw;
    fail(failure);
  }
}

void Session::tick() {
  batch_->deliver();
  const std::int64_t elapsed = clock_.elapsed();
  if (elapsed >= next_tick_) {
    next_tick_ = elapsed + kTick;
    engine_->advance();
  }
  write_out();
}

void Session::write_out() {
  if (!writer_.flush()) throw Failure(Exit::runtime, writer_.error());
  Writer* rejects = rejects_.writer();
  if (rejects != nullptr && !rejects->flush()) throw Failure(Exit::runtime, rejects->error());
}

void Session::finish_output() {
  Writer* rejects = rejects_.writer();
  if (writer_.failed() || (rejects != nullptr && rejects->failed())) {
    writer_.close();  // what is in its buffer was promised; the library offers the rest in vain
    return;
  }
  batch_->deliver();
  engine_->flush();
  write_out();
  if (!writer_.close()) throw Failure(Exit::runtime, writer_.error());
  if (rejects != nullptr && !rejects->close()) throw Failure(Exit::runtime, rejects->error());
}

void Session::report() {
  const Report report = make_report();
  console_.line(summary_text(report));
  if (options_.strict && report.stats.rejected != 0 && exit_ == Exit::good) {
    exit_ = Exit::bad_input;
    print_error(
        fmt::format("{} events were rejected, which --strict forbids", report.stats.rejected));
  }
  if (options_.stats.empty()) return;
  try {
    write_whole(options_.stats, report_json(report));
  } catch (const Failure& failure) {
    print_error(failure.what());
    if (exit_ == Exit::good || exit_ == Exit::bad_input) exit_ = failure.exit();
  }
}

Report Session::make_report() const {
  Report report;
  report.version = library_.version();
  report.clock = event_clock_ ? "event" : "arrival";
  report.interrupted = stop_requested();
  report.failure = failure_;
  report.output_failed = writer_.failed();
  report.seconds = static_cast<double>(clock_.elapsed()) * 1e-9;
  report.lines_out = engine_->lines_out();
  report.stats = engine_->stats();
  report.rules = engine_->rule_stats();
  report.sources = source_reports();
  for (const UdpInput& socket : sockets_) report.dropped += socket.dropped();
  report.used_sockets = !sockets_.empty();
  if (decoder_->stats().datagrams != 0 || !sockets_.empty() || used_capture_) {
    report.netflow = decoder_->stats();
  }
  if (used_capture_) report.capture = capture_;
  return report;
}

std::vector<SourceReport> Session::source_reports() const {
  std::vector<SourceReport> all = reports_;
  for (const LineStream& stream : streams_) {
    SourceReport& one = all.emplace_back();
    one.name = stream.source().name();
    if (stream.feed().format()) one.format = format_name(*stream.feed().format());
    one.bytes = stream.source().done();
    one.counts = stream.feed().counts();
  }
  if (followed_) {
    for (SourceReport& one : followed_->reports()) all.push_back(std::move(one));
  }
  for (const UdpInput& socket : sockets_) {
    all.push_back({socket.name(), "netflow", socket.bytes(), EventCounts{}, socket.datagrams(),
                   socket.dropped(), true});
  }
  return all;
}

}  // namespace weir::host
