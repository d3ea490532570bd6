// What the ABI's fuzzer feeds and loads, composed of choices: often good, sometimes odd, now and
// then nothing that a careful host would pass.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "choices.h"
#include "weir/weir.h"

namespace fuzz {

// Those that keys, lists and sums of the rules name stand first, in this order.
inline constexpr const char* names[] = {
    "SourceAddress",
    "DestinationPort",
    "Name",
    "Message",
    "DeviceAction",
    "SA.Tags",
    "NA.Codes",
    "FA.Loads",
    "BytesIn",
    "F.a",
    "N.a",
    "DeviceCustomString1",
    "Timestamp",
    "S.a",
    "Extra.a",
    "Extra",
    "TI",
    "Type",
    "BaseEventCount",
    "StartTime",
    "Raw",
    "SourceLatitude",
};
inline constexpr std::size_t named = 12, first_list = 2, first_sum = 8;

// A byte of it, or some more.
void change(Choices& choices, std::string& text);

// A whole document, good unless two options do not go together; or one with bytes changed.
std::string document(Choices& choices);
// A single rule, for weir_create_rule.
std::string rule(Choices& choices);

// They and all that they point to lie in `lent`, a block each.
std::vector<weir_event> events(Choices& choices, Lent& lent);
std::vector<weir_record> records(Choices& choices, Lent& lent);
weir_field field(Choices& choices, Lent& lent);

// NDJSON, and rows of a lookup in one of the three formats.
std::string lines(Choices& choices);
weir_table table(Choices& choices, Lent& lent);

}  // namespace fuzz
