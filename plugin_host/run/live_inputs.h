// The sockets of a run, and whatever else is received in turns with them. One thread.
#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <optional>
#include <vector>

#include "input/input.h"
#include "input/live/datagram_socket.h"
#include "input/live/reception.h"
#include "input/live/stream_listener.h"
#include "input/netflow/decoder.h"
#include "run/clock.h"
#include "run/console.h"
#include "run/engine.h"
#include "run/event_loop.h"
#include "run/report.h"

namespace weir::host {

class LiveInputs {
 public:
  // Opens a socket, which hears from now on. Throws Failure(bad_input).
  void open(const InputName& name);
  bool empty() const noexcept { return datagrams_.empty() && listeners_.empty(); }
  bool any_datagrams() const noexcept { return !datagrams_.empty(); }

  // Tells where it listens, and begins to receive. The references must stay until the end.
  void start(Engine& engine, Decoder& decoder, const Clock& clock, Console& console,
             const PresetIds& presets, std::optional<Format> format);
  // What becomes of another input that was called: it waits for more to read; it has more, which
  // its descriptor may not tell; it has ended.
  enum class Step : std::uint8_t { wait, again, ended };
  // Another input, a pipe or what follows files. `step` is called when there is something to read;
  // `drain` at the end, unless it has ended. REQUIRES: start().
  void add(int descriptor, std::function<Step()> step, std::function<void()> drain);

  // Waits for as long, and receives from all that have something, each its share.
  void turn(int milliseconds);
  // What has arrived by now, within kDrain; takes no more connections.
  void drain();

  std::vector<SourceReport> reports() const;
  // Datagrams, over all sockets; as of when they were asked last.
  std::uint64_t dropped() const noexcept;
  void ask_dropped() noexcept;

 private:
  struct Other {
    int descriptor;
    std::function<Step()> step;
    std::function<void()> drain;
  };
  // A socket and what was told of its drops.
  struct Datagrams {
    explicit Datagrams(const InputName& name) : socket(name) {}
    DatagramSocket socket;
    std::uint64_t told = 0;
    std::int64_t warned = -1;  // when, ns since the start
  };
  void tell_addresses(Console& console) const;
  void relieve();
  void watch_drops();

  // The loop and what is shared go last: connections point to them.
  std::optional<EventLoop> loop_;
  std::optional<Reception> reception_;
  Decoder* decoder_ = nullptr;
  const Clock* clock_ = nullptr;
  Console* console_ = nullptr;
  std::list<Datagrams> datagrams_;
  std::list<StreamListener> listeners_;
  std::list<Other> others_;
  std::int64_t next_drops_ = 0;     // when to ask about them again, ns since the start
  std::int64_t crowded_since_ = 0;  // ns since the start; 0: there is room
  bool waiting_ = false;            // connections may wait for room
};

}  // namespace weir::host
