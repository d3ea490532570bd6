// Exported functions of a batch of lines.

#include "abi/checks.h"
#include "abi/handles.h"

using namespace weir;
using namespace weir::abi;

struct weir_batch {
  weir_engine* owner;
  engine::Lines lines;
};

namespace {

weir_batch& checked(weir_batch* batch) {
  required(batch, "batch is NULL; pass one that weir_create_batch made");
  entered(batch->owner);
  return *batch;
}

}  // namespace

std::int32_t weir_create_batch(weir_engine* engine, weir_batch** batch, weir_error* error) {
  return guarded(error, [&] {
    weir_batch*& to = required(batch, "batch is NULL; pass where to write it");
    to = nullptr;
    to = std::make_unique<weir_batch>(weir_batch{&entered(engine), {}}).release();
    return Status::ok;
  });
}

std::int32_t weir_destroy_batch(weir_batch* batch, weir_error* error) {
  return guarded(error, [&] {
    if (batch != nullptr) delete &checked(batch);
    return Status::ok;
  });
}

std::int32_t weir_read_ndjson(weir_batch* batch, const char* bytes, std::uint64_t size,
                              std::uint32_t flags, weir_cursor* cursor, weir_error* error) {
  return guarded(error, [&] {
    weir_batch& to = checked(batch);
    CheckedCursor at(cursor);
    const bool last = is_last(flags);
    to.owner->engine.read_lines(to.lines, text_of(bytes, size), last, at.cursor);
    return Status::ok;
  });
}

std::int32_t weir_read_records(weir_batch* batch, const weir_record* records, std::uint64_t count,
                               weir_error* error) {
  return guarded(error, [&] {
    weir_batch& to = checked(batch);
    if (records == nullptr && count > 0) refuse("records is NULL; pass count records");
    to.owner->engine.read_records(to.lines, {records, count});
    return Status::ok;
  });
}

std::int32_t weir_feed_batch(weir_batch* batch, std::int64_t now, std::uint64_t lines_before,
                             const weir_sink* sink, weir_error* error) {
  return guarded(error, [&] {
    weir_batch& from = checked(batch);
    const weir_sink to = abi::checked(sink);
    return from.owner->engine.feed_batch(from.lines, {checked_time(now), to, lines_before});
  });
}
