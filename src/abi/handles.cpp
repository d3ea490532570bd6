#include "abi/handles.h"

#include "event/schema.h"

namespace weir::abi {

weir_engine& entered(weir_engine* engine) {
  required(engine, "engine is NULL; pass one that weir_create_engine made");
  if (engine::InsideCallback::of(engine->engine))
    throw Failure(Status::busy, "a callback may not call the engine that called it; return first");
  return *engine;
}

engine::SharedCallbacks take(const weir_callbacks* given) {
  if (given == nullptr) return nullptr;
  // The destructor first: whatever fails from here on, it runs once.
  constexpr std::uint32_t through_destroy =
      offsetof(weir_callbacks, destroy) + sizeof given->destroy;
  const bool owns = given->struct_size >= through_destroy && given->destroy != nullptr;
  std::unique_ptr<engine::Callbacks> callbacks(new (std::nothrow) engine::Callbacks);
  if (callbacks == nullptr) {
    if (owns) given->destroy(given->user);
    throw std::bad_alloc();
  }
  if (owns) {
    callbacks->destroy = given->destroy;
    callbacks->user = given->user;
  }
  const weir_callbacks known =
      read_struct(given, "weir_callbacks.struct_size is wrong; set it to sizeof(weir_callbacks)");
  callbacks->user = known.user;
  callbacks->filter = known.filter;
  callbacks->enrich = known.enrich;
  callbacks->all_fields = known.fields == nullptr;
  for (std::uint64_t i = 0; known.fields != nullptr && i < known.field_count; ++i) {
    if (known.fields[i] >= field_count())
      refuse("callbacks.fields holds an id that weir_field_id did not give");
    callbacks->fields.push_back(known.fields[i]);
  }
  return callbacks;
}

weir_sink checked(const weir_sink* given) {
  required(given, "sink is NULL; outputs need somewhere to go");
  const weir_sink sink =
      read_struct(given, "weir_sink.struct_size is wrong; set it to sizeof(weir_sink)");
  if (sink.accept == nullptr) refuse("sink.accept is NULL; set it to a function");
  if (sink.form > WEIR_FORM_NDJSON)
    refuse("sink.form is unknown; use WEIR_FORM_EVENTS or WEIR_FORM_NDJSON");
  return sink;
}

}  // namespace weir::abi
