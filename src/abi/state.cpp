// Exported functions of what an engine keeps, as bytes.

#include "abi/handles.h"

using namespace weir;
using namespace weir::abi;

std::int32_t weir_snapshot(weir_engine* engine, weir_write_fn write, void* user,
                           weir_error* error) {
  return guarded(error, [&] {
    weir_engine& asked = entered(engine);
    if (write == nullptr) refuse("write is NULL; pass a function");
    asked.engine.snapshot([&](std::string_view bytes) {
      const engine::InsideCallback inside(asked.engine);
      write(user, bytes.data(), bytes.size());
    });
    return Status::ok;
  });
}

std::int32_t weir_restore(weir_engine* engine, const void* bytes, std::uint64_t size,
                          weir_error* error) {
  return guarded(error, [&] {
    entered(engine).engine.restore(text_of(static_cast<const char*>(bytes), size));
    return Status::ok;
  });
}

std::int32_t weir_get_metrics(weir_engine* engine, weir_write_fn write, void* user,
                              weir_error* error) {
  return guarded(error, [&] {
    weir_engine& asked = entered(engine);
    if (write == nullptr) refuse("write is NULL; pass a function");
    const std::string text = asked.engine.metrics();
    const engine::InsideCallback inside(asked.engine);
    write(user, text.data(), text.size());
    return Status::ok;
  });
}
