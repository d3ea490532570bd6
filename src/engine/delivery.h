// Hands outputs to a sink, in its form.
#pragma once

#include <string>

#include "base/error.h"
#include "engine/callbacks.h"
#include "engine/output.h"
#include "event/json_scan.h"
#include "event/ndjson_reader.h"

namespace weir::engine {

// Reads every field of the schema that a line has, in the order of ids. For what needs whole
// events: sinks in the form of events, host callbacks without a list. Not for the hot path.
class WholeReader {
 public:
  // Valid until the next read with the same memory. Throws bad_alloc.
  std::span<const weir_field> read(std::string_view line, Bump& memory);

 private:
  std::uint32_t known_ = 0;
  SlotMap slots_;
  JsonKeys keys_;
  NdjsonReader reader_;
  std::vector<Value> row_;
};

// An output with everything that enrichments have added, in `fields`; what had to be read from its
// line lies in `memory`. Throws bad_alloc.
weir_event whole_event(const Output& output, WholeReader& reader, std::vector<weir_field>& fields,
                       Bump& memory);

// The buffers of one call; reused.
class Delivery {
 public:
  // Offers what is left of the queue until it is empty or the sink stops or fails; queue.next says
  // how far it came. ok, stopped or callback_failed. Holds no lock. Throws bad_alloc.
  Status deliver(OutputQueue& queue, const weir_sink& sink, const Engine& engine);

 private:
  Status deliver_events(OutputQueue& queue, const weir_sink& sink, const Engine& engine);
  Status deliver_lines(OutputQueue& queue, const weir_sink& sink, const Engine& engine);
  void append_line(const Output& item);

  std::string text_;
  JsonIndex index_;
  Bump memory_;
  std::vector<weir_field> fields_;
  WholeReader whole_;
};

}  // namespace weir::engine
