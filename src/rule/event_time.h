// `event_time:` of a document: how far the times of events may lie behind the clock and before it.
#pragma once

#include "rule/document.h"
#include "rule/settings_map.h"

namespace weir::rule {

// Of the document's map; what is not there has its default. Reports what is wrong.
EventTime read_event_time(const SettingsMap& document);

}  // namespace weir::rule
