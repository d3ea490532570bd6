// A closed bucket as an event.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "aggregate/bucket.h"
#include "weir/weir.h"

namespace weir::aggregate {

// The numbers are those of weir.h.
enum class Reason : std::uint8_t { none, count, lifetime, flush, evicted, reload };
constexpr std::size_t reasons = 6;

// `count`, `lifetime` and so on: as `output_reason` writes it.
std::string_view reason_name(Reason reason) noexcept;

// The fields in the order of docs/events.md, in `memory`; the rule's own texts are borrowed from
// it. timestamp: the closing time, ms. Throws bad_alloc.
std::span<const weir_field> make_event(const Bucket& bucket, const Rule& rule, Reason reason,
                                       std::int64_t timestamp, std::string_view instance,
                                       const BlockArena& lists, Bump& memory);

}  // namespace weir::aggregate
