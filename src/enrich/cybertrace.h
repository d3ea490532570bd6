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

  // The request line of the event, with its LF (lookup/cybertrace_wire.h). False if none of its
  // fields has a value to ask about. dropped: pairs whose value cannot be sent.
  bool ask(const Subject& subject, std::string& question, std::uint64_t& dropped) const;

  // Detection lines into the event's TI, behind those that are there, and into the fields of
  // `into`. missed: there were none.
  Effect finish(std::string_view answer, Subject& subject) const;

 private:
  struct Source {
    IndicatorKind kind;
    Slot slot;
  };
  struct Context {
    std::string key;
    Target target;
  };
  std::vector<Source> sources_;
  std::vector<Context> into_;
  Target intelligence_;
};

}  // namespace weir::enrich
