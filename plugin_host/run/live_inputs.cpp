#include "run/live_inputs.h"

#include <fmt/format.h>

#include <algorithm>

#include "file_descriptor.h"
#include "run/stop.h"

namespace weir::host {
namespace {

constexpr std::int64_t kDrain = 5'000'000'000;     // for what the sockets hold after a signal, ns
constexpr std::int64_t kCrowded = 10'000'000'000;  // that unfinished lines may keep all memory, ns
constexpr std::int64_t kAskDrops = 100'000'000;    // from one time to the next, ns
constexpr std::int64_t kWarnDrops = 60'000'000'000;  // likewise, of a socket
constexpr std::size_t kOtherFiles = 64;              // outputs, the library, the standard streams

}  // namespace

void LiveInputs::open(const InputName& name) {
  if (!is_listener(name.kind)) {
    datagrams_.emplace_back(name);
    return;
  }
  listeners_.emplace_back(name);
  // Many systems let a program have 1,024 descriptors until it asks for more.
  raise_file_limit(listeners_.size() * StreamListener::kMaxConnections + kOtherFiles);
}

void LiveInputs::start(Engine& engine, Decoder& decoder, const Clock& clock, Console& console,
                       const PresetIds& presets, std::optional<Format> format) {
  loop_.emplace();
  reception_.emplace(engine, clock, presets, format);
  decoder_ = &decoder;
  clock_ = &clock;
  console_ = &console;
  tell_addresses(console);
  loop_->add(stop_descriptor(), [] {});
  for (Datagrams& one : datagrams_) {
    loop_->add(one.socket.descriptor(), [this, &one] {
      one.socket.receive(*reception_, *decoder_, [] { return !stop_requested(); });
    });
  }
  for (StreamListener& listener : listeners_) listener.start(*loop_, *reception_);
}

void LiveInputs::add(int descriptor, std::function<Step()> step, std::function<void()> drain) {
  const auto other = others_.insert(others_.end(), {descriptor, std::move(step), std::move(drain)});
  loop_->add(descriptor, [this, other] {
    const Step next = other->step();
    if (next == Step::again) loop_->call_again(other->descriptor);
    if (next != Step::ended) return;
    loop_->remove(other->descriptor);
    others_.erase(other);
  });
}

void LiveInputs::tell_addresses(Console& console) const {
  bool warned = false;
  for (const Datagrams& one : datagrams_) {
    console.line("listening on " + one.socket.address());
  }
  for (const StreamListener& listener : listeners_) {
    console.line("listening on " + listener.address());
  }
  for (const auto& [socket, told, when] : datagrams_) {
    if (!socket.buffer_capped() || warned) continue;
    warned = true;  // once, for they are all alike
    console.line(
        fmt::format("weir: warning: {} has a receive buffer of {} instead of 8.0 MiB and may "
                    "lose bursts; raise it with sysctl net.core.rmem_max=8388608",
                    socket.address(), bytes_text(static_cast<double>(socket.buffer_size()))));
  }
}

void LiveInputs::turn(int milliseconds) {
  loop_->turn(milliseconds);
  relieve();
  watch_drops();
}

// Warns when it begins, and at most once a minute while it goes on.
void LiveInputs::watch_drops() {
  const std::int64_t now = clock_->elapsed();
  if (now < next_drops_) return;
  next_drops_ = now + kAskDrops;
  ask_dropped();
  for (auto& [socket, told, warned] : datagrams_) {
    if (socket.dropped() == told || (warned >= 0 && now - warned < kWarnDrops)) continue;
    console_->line(fmt::format(
        "weir: warning: {}: the system dropped {} datagrams, for its receive buffer of {} was "
        "full: {} in all; make the output or the rules faster, or spread the senders",
        socket.address(), socket.dropped() - told,
        bytes_text(static_cast<double>(socket.buffer_size())), socket.dropped()));
    told = socket.dropped();
    warned = now;
  }
}

// Lines that nobody ends must not keep the memory that others need.
void LiveInputs::relieve() {
  if (!reception_->crowded()) {
    crowded_since_ = 0;
    if (!waiting_) return;
    waiting_ = false;
    for (StreamListener& listener : listeners_) listener.resume();
    return;
  }
  waiting_ = true;
  const std::int64_t now = clock_->elapsed();
  if (crowded_since_ == 0) crowded_since_ = now;
  if (now - crowded_since_ < kCrowded) return;
  const auto at = std::max_element(
      listeners_.begin(), listeners_.end(),
      [](const auto& one, const auto& other) { return one.largest() < other.largest(); });
  at->close_largest("unfinished lines take all memory; the connection is closed");
}

void LiveInputs::drain() {
  // What has reached the pipes and sockets by now was sent before the signal.
  for (Other& other : others_) other.drain();
  const std::int64_t end = clock_->elapsed() + kDrain;
  const auto in_time = [&] { return clock_->elapsed() < end; };
  for (auto& [socket, told, warned] : datagrams_) {
    for (int batches = 0; batches < 256 && in_time(); ++batches) {
      if (!socket.receive(*reception_, *decoder_, in_time)) break;
    }
  }
  for (StreamListener& listener : listeners_) listener.drain(in_time);
}

void LiveInputs::ask_dropped() noexcept {
  for (Datagrams& one : datagrams_) one.socket.ask_dropped();
}

std::uint64_t LiveInputs::dropped() const noexcept {
  std::uint64_t all = 0;
  for (const Datagrams& one : datagrams_) all += one.socket.dropped();
  return all;
}

std::vector<SourceReport> LiveInputs::reports() const {
  std::vector<SourceReport> all;
  for (const auto& [socket, told, warned] : datagrams_) {
    SourceReport one;
    one.name = socket.name();
    one.format = socket.format();
    one.bytes = socket.bytes();
    one.datagrams = socket.datagrams();
    one.dropped = socket.dropped();
    one.datagrams_rejected = socket.rejected();
    one.socket = true;
    all.push_back(one);
  }
  for (const StreamListener& listener : listeners_) {
    SourceReport one;
    one.name = listener.address();
    one.format =
        reception_ && reception_->format ? format_name(*reception_->format) : "by connection";
    one.connections = listener.counts();
    one.bytes = one.connections->bytes;
    all.push_back(one);
  }
  return all;
}

}  // namespace weir::host
