// Hands outputs to a sink, in its form.
#pragma once

#include <string>

#include "base/error.h"
#include "engine/callbacks.h"
#include "engine/output.h"
#include "engine/whole_reader.h"
#include "event/line_patch.h"

namespace weir::engine {

// An output with everything that enrichments have added, in `fields`; what had to be read from its
// line, of that format, lies in `memory`. Throws bad_alloc.
weir_event whole_event(const Output& output, const std::shared_ptr<const LineFormat>& format,
                       WholeReader& reader, std::vector<weir_field>& fields, Bump& memory);

// The buffers of one call; reused.
class Delivery {
 public:
  // Offers what is left of the queue until it is empty or the sink stops or fails; queue.next says
  // how far it came. ok, stopped or callback_failed. Holds no lock. Throws bad_alloc.
  Status deliver(OutputQueue& queue, const weir_sink& sink, const Engine& engine);

 private:
  Status deliver_events(OutputQueue& queue, const weir_sink& sink, const Engine& engine);
  Status deliver_lines(OutputQueue& queue, const weir_sink& sink, const Engine& engine);
  void append_line(const OutputQueue& queue, const Output& item);
  std::size_t append_unchanged(const OutputQueue& queue, std::size_t first);

  std::string text_;
  LinePatch patch_;
  Bump memory_;
  std::vector<weir_field> fields_;
  WholeReader whole_;
};

}  // namespace weir::engine
