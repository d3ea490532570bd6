// The documents that are loaded one after the other, and rows of the lookups that they ask.
#pragma once

#include <cstdint>
#include <string>

namespace soak {

// Among any four that follow each other rules stay, change, go and come; each takes an event at
// most once, so that the sum of BaseEventCount is what was taken. They name the callback "ours".
std::string document(std::uint64_t number);

// CSV of the dictionary "Names", and of the table "Owners", other ones for each number.
std::string names_rows(std::uint64_t number);
std::string owners_rows(std::uint64_t number);

}  // namespace soak
