// Answers requests: asks each source that serves an indicator's kind. One thread, that of the loop.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "lookup/cybertrace_wire.h"
#include "tracer/counters.h"
#include "tracer/journal.h"
#include "tracer/source.h"

namespace weir::host::tracer {

// The part of an answer that services have to give.
struct OpenAnswer {
  std::vector<std::string> parts;  // in the order of the questions
  std::size_t outstanding = 0;
  std::function<void()> done;  // empty: nobody waits any more
};

class Answers {
 public:
  // database_time: for all that one line asks of databases, which holds up everybody.
  Answers(std::vector<Source>& sources, std::chrono::milliseconds database_time, Counters& counters,
          const Journal& journal) noexcept
      : sources_(sources), database_time_(database_time), counters_(counters), journal_(journal) {}

  // Appends the detections that are known at once. What services have to give comes later: null if
  // there is nothing; `done` of the other is to be set, and is called from the loop. The values may
  // be any bytes. Throws bad_alloc.
  std::shared_ptr<OpenAnswer> answer(std::span<const lookup::cybertrace::Indicator> indicators,
                                     std::string& out);

  // Clients take 4 MiB (AnswerReader); what does not fit is left out, and counted.
  static constexpr std::size_t kLongestAnswer = std::size_t{3} << 20;
  // To services, for one line: an attacker's line must not become thousands.
  static constexpr std::size_t kMostQuestions = 64;

 private:
  void ask_feed(Source& source, std::string_view value, std::string& out);
  void ask_database(Source& source, std::string_view value, std::string& out);
  void ask_service(Source& source, const lookup::cybertrace::Indicator& indicator,
                   std::shared_ptr<OpenAnswer>& open);

  std::vector<Source>& sources_;
  const std::chrono::milliseconds database_time_;
  SqliteSource::Clock::time_point deadline_;  // of the line; the clock's epoch: not set yet
  Counters& counters_;
  const Journal& journal_;
  std::string scratch_;
};

}  // namespace weir::host::tracer
