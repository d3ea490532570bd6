// `type: cybertrace`: what a rule asks about an event, and what it makes of the answer.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "enrich/settings.h"
#include "enrich/subject.h"

namespace weir::enrich {

class CyberTrace {
 public:
  CyberTrace(const CyberTraceSettings& settings, Wiring& wiring);

  // The request line of the event, with its LF (lookup/cybertrace_wire.h). An array is asked about
  // element by element. False if there is nothing to ask about. dropped: increased by the values
  // that cannot be sent.
  bool ask(const Subject& subject, std::string& question, std::uint64_t& dropped) const;

  // Detection lines into the event's TI, behind those that are there, and into the fields of
  // `into`: the first value that the lines have under the key, or all of them if the field is an
  // array. missed: there were none. failed: a value does not fit the type of its field.
  Effect finish(std::string_view answer, Subject& subject) const;

 private:
  struct Source {
    IndicatorKind kind;
    Slot slot;
  };
  struct Place {  // of a key of contexts
    std::string key;
    Target target;
  };
  bool fill(const Place& one, std::string_view answer, Subject& subject) const;

  std::vector<Source> sources_;
  std::vector<Place> into_;
  Target intelligence_;
};

}  // namespace weir::enrich
