// The `tests:` of a document: events in, steps of a virtual clock, outputs expected. Here they are
// read and checked; the host program runs them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "event/schema.h"
#include "rule/findings.h"
#include "rule/settings_map.h"
#include "rule/test_case.h"

namespace weir::rule {

// Whether the names in fed events are checked: where a mapping is in force, they are keys of the
// source, which may be called anything.
enum class FedNames : std::uint8_t { fields, any };

// Reads the list `tests`. Reports what is wrong.
std::vector<TestCase> read_tests(const SettingsMap& document, Schema schema, FedNames names,
                                 Findings& findings);

// For whoever runs them, as docs/tests.md describes. Throws Failure(invalid_document) with the
// first error of the document.
std::string tests_json(std::string_view document, std::string_view directory);

}  // namespace weir::rule
