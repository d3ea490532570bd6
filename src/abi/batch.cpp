// Exported functions of a batch of lines.

#include "abi/handles.h"

using namespace weir;
using namespace weir::abi;

std::int32_t weir_create_batch(weir_engine* engine, weir_batch** batch, weir_error* error) {
  return guarded(error, [&]() -> Status {
    entered(engine);
    required(batch, "batch is NULL; pass where to write it") = nullptr;
    throw Failure(Status::not_supported, "batches are not supported yet");
  });
}

std::int32_t weir_destroy_batch(weir_batch*, weir_error* error) {
  return guarded(error, [&] { return Status::ok; });
}

std::int32_t weir_read_ndjson(weir_batch*, const char*, std::uint64_t, std::uint32_t, weir_cursor*,
                              weir_error* error) {
  return guarded(error, [&]() -> Status {
    throw Failure(Status::not_supported, "batches are not supported yet");
  });
}

std::int32_t weir_feed_batch(weir_batch*, std::int64_t, std::uint64_t, const weir_sink*,
                             weir_error* error) {
  return guarded(error, [&]() -> Status {
    throw Failure(Status::not_supported, "batches are not supported yet");
  });
}
