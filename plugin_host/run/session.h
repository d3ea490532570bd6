// One run from its inputs to its summary: files and pipes one after the other, then the live inputs
// together, sockets, followed files and the pipes beside them, then a flush. With a state
// (`--state`) a signal ends it without the flush, and another session goes on there.
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "failure.h"
#include "input/byte_source.h"
#include "input/netflow/decoder.h"
#include "input/pcap.h"
#include "library.h"
#include "run/checkpoint.h"
#include "run/clock.h"
#include "run/console.h"
#include "run/engine.h"
#include "run/followed_sources.h"
#include "run/line_stream.h"
#include "run/line_workers.h"
#include "run/live_inputs.h"
#include "run/metrics_server.h"
#include "run/options.h"
#include "run/progress.h"
#include "run/reload.h"
#include "run/report.h"
#include "run/run_metrics.h"

namespace weir::host {

class Session {
 public:
  // Opens everything, so that a name that is wrong shows before any work is done. Throws Failure.
  Session(const Library& library, const RunOptions& options);

  // Reads to the end or until a signal, flushes, reports. What fails on the way is shown, and the
  // report is made all the same. Throws nothing but for a lack of memory.
  Exit run();

 private:
  void open_inputs();
  void open_outputs();
  void read_all();
  void fail(const Failure& failure);
  void open_followed();
  void read_source(ByteSource& source, InputState& input);
  void read_in_turn(ByteSource& source, InputState& input);
  void warn_of_guess(const SourceReport& report);
  void read_lines(ByteSource& source, Format format, InputState& input);
  void read_live();
  void add_stream(ByteSource& source, std::span<char> room);
  bool step(LineStream& stream, std::span<char> room);
  void finish(LineStream& stream, std::span<char> room);
  PresetsOf presets() const;
  bool together() const noexcept { return !live_.empty() || followed_; }
  // Reloads the rules if that is asked for.
  void reload() { reload_->step(*engine_, clock_.elapsed()); }
  // The same, and remembers the state when that is due: between two pieces of a file.
  void between_pieces() {
    reload();
    remember_when_due();
  }
  // The same, closes what is due, and lets nothing linger in the buffers.
  void tick();
  void write_out();
  void finish_output();
  void flush();
  void report();
  std::vector<SourceReport> source_reports() const;
  Report make_report() const;
  bool live() const noexcept;
  // Tells how far the inputs have come, to the terminal and to whoever asks for metrics. bytes: of
  // the source that is read.
  void show_progress(InputState& input, std::uint64_t bytes);

  // For --metrics (session_metrics.cpp). Do nothing without.
  void open_metrics();
  void start_metrics();
  // Now, and unless that was done lately.
  void publish();
  void publish_if_due();

  // The state, in session_state.cpp. Each does nothing without one.
  void restore_inputs();
  bool continues(ByteSource& source, InputState& input, const InputName& name) const;
  void restore();
  void resume_outputs();
  void remember_when_due();
  RunState current_state() const;
  std::vector<SourceReport> other_reports() const;

  const Library& library_;
  const RunOptions& options_;
  Clock clock_;
  Console console_;
  std::unique_ptr<Checkpoint> checkpoint_;  // null: no state is kept
  std::vector<InputState> inputs_;          // as the options have them
  std::vector<ByteSource> sources_;
  std::vector<InputState*> source_inputs_;  // of each source
  struct Reading {
    InputState* input = nullptr;  // null: none of the sources
    EventCounts others;           // what the engine has of others
    std::uint64_t bytes = 0;      // of a pipe, in the runs before
  };
  Reading reading_;
  std::list<LineStream> streams_;  // pipes beside live inputs
  Output output_;
  Rejects rejects_;
  bool event_clock_ = false;
  std::unique_ptr<RuleReload> reload_;
  std::unique_ptr<Engine> engine_;
  std::unique_ptr<LineWorkers> workers_;  // once they are needed
  std::unique_ptr<FollowedSources> followed_;
  std::unique_ptr<FlowBatch> batch_;
  std::unique_ptr<Decoder> decoder_;
  std::unique_ptr<Progress> progress_;
  CaptureStats capture_;
  bool used_capture_ = false;
  LiveInputs live_;
  std::int64_t loaded_ = 0;  // nanoseconds since the start, as is the next
  std::int64_t next_tick_ = 0;
  std::uint64_t done_bytes_ = 0;
  std::vector<SourceReport> others_before_;  // sockets and pipes, of the runs before
  std::uint64_t events_before_ = 0;          // likewise: of all inputs
  std::uint64_t lines_before_ = 0;           // likewise: that the output took
  bool whole_ = true;                        // what is fed is what the inputs say
  bool stays_open_ = false;                  // what is open goes on in another run
  Exit exit_ = Exit::good;
  std::string failure_;  // why the run ended early
  std::optional<RunMetrics> metrics_;
  std::int64_t next_publication_ = 0;  // nanoseconds since the start
  // Last: its thread asks the engine.
  std::unique_ptr<MetricsServer> metrics_server_;
};

}  // namespace weir::host
