// Exported functions that need no engine.

#include "abi/guard.h"
#include "engine/describe.h"
#include "event/schema.h"
#include "rule/presets.h"
#include "weir/weir.h"

using namespace weir;
using namespace weir::abi;

#define WEIR_TEXT_OF(x) #x
#define WEIR_VERSION_TEXT(major, minor, patch) \
  WEIR_TEXT_OF(major) "." WEIR_TEXT_OF(minor) "." WEIR_TEXT_OF(patch)

std::uint32_t weir_abi_version() { return WEIR_ABI_VERSION; }

const char* weir_version() {
  return WEIR_VERSION_TEXT(WEIR_VERSION_MAJOR, WEIR_VERSION_MINOR, WEIR_VERSION_PATCH);
}

const char* weir_status_name(std::int32_t status) {
  switch (status) {
    case WEIR_OK:
      return "WEIR_OK";
    case WEIR_STOPPED:
      return "WEIR_STOPPED";
    case WEIR_INVALID_ARGUMENT:
      return "WEIR_INVALID_ARGUMENT";
    case WEIR_INVALID_DOCUMENT:
      return "WEIR_INVALID_DOCUMENT";
    case WEIR_NOT_FOUND:
      return "WEIR_NOT_FOUND";
    case WEIR_ALREADY_EXISTS:
      return "WEIR_ALREADY_EXISTS";
    case WEIR_BUSY:
      return "WEIR_BUSY";
    case WEIR_CALLBACK_FAILED:
      return "WEIR_CALLBACK_FAILED";
    case WEIR_NO_MEMORY:
      return "WEIR_NO_MEMORY";
    case WEIR_LIMIT:
      return "WEIR_LIMIT";
    case WEIR_NOT_SUPPORTED:
      return "WEIR_NOT_SUPPORTED";
    case WEIR_INVALID_SNAPSHOT:
      return "WEIR_INVALID_SNAPSHOT";
    case WEIR_INTERNAL:
      return "WEIR_INTERNAL";
    default:
      return "unknown status";
  }
}

std::int32_t weir_field_id(const char* name, std::uint64_t name_size, std::uint32_t* id,
                           weir_error* error) {
  return guarded(error, [&] {
    FieldId& to = required(id, "id is NULL; pass where to write it");
    const std::string_view text = text_of(name, name_size);
    if (!find_field(text, to)) to = field_id(text);
    return Status::ok;
  });
}

std::int32_t weir_field_name(std::uint32_t id, weir_text* name, weir_error* error) {
  return guarded(error, [&] {
    weir_text& to = required(name, "name is NULL; pass where to write it");
    if (id >= field_count())
      throw Failure(Status::not_found, "no field has that id; ids come from weir_field_id");
    const std::string_view text = field_name(id);
    to = {text.data(), text.size()};
    return Status::ok;
  });
}

std::int32_t weir_preset_id(const char* name, std::uint64_t name_size, std::uint32_t* id,
                            weir_error* error) {
  return guarded(error, [&] {
    std::uint32_t& to = required(id, "id is NULL; pass where to write it");
    to = rule::preset_id(text_of(name, name_size));
    return Status::ok;
  });
}

std::int32_t weir_describe(const char* topic, std::uint64_t topic_size, const char* input,
                           std::uint64_t input_size, weir_write_fn write, void* user,
                           weir_error* error) {
  return guarded(error, [&] {
    if (write == nullptr) refuse("write is NULL; the description needs somewhere to go");
    const std::string text =
        engine::describe(text_of(topic, topic_size), text_of(input, input_size));
    write(user, text.data(), text.size());
    return Status::ok;
  });
}
