// `type: event`: one field into another, converted on the way.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "enrich/conversion.h"
#include "enrich/settings.h"
#include "enrich/subject.h"

namespace weir::enrich {

// The conversions work on text: that of a number, and of an array into a field of one value its
// elements joined with commas. Into an array field the elements go one by one, behind those that
// are there; a field that is its own target is replaced.
class Copy {
 public:
  Copy(const EventSettings& settings, Wiring& wiring);
  // missed: the source is absent and nothing comes of it, or `regexp` found nothing; the target is
  // as it was. failed: also where a text could not be decoded, which goes on as it is.
  Effect apply(Subject& subject) const;

 private:
  // One text on its way through the conversions.
  struct Text {
    std::string_view text;
    bool matched = true;
    bool refused = false;
  };

  Text converted(std::string_view text, Scratch& scratch) const;
  Effect apply_to_text(Subject& subject, const Value& source) const;
  Effect apply_to_elements(Subject& subject, const Value& source) const;
  bool store(Subject& subject, const Value& value) const;

  Slot source_;
  Target target_;
  std::vector<Conversion> conversions_;
};

}  // namespace weir::enrich
