// `type: dns`: what a rule asks about an event, and what it makes of the answer.
#pragma once

#include <string>
#include <string_view>

#include "enrich/settings.h"
#include "enrich/subject.h"

namespace weir::enrich {

class Dns {
 public:
  Dns(const DnsSettings& settings, Wiring& wiring);

  // The address or the name of the event, in one spelling: names in lower case and without a dot at
  // the end. False if there is none, or one that the rule does not ask about.
  bool ask(const Subject& subject, std::string& question) const;

  // missed: an empty answer.
  Effect finish(std::string_view answer, Subject& subject) const;

 private:
  Slot source_;
  Target target_;
  bool private_only_;
};

}  // namespace weir::enrich
