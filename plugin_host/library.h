// libweir, opened at run time: every function of weir.h, typed by the header's own declaration, so
// that a call through the table is checked like a call of the function. The host links nothing of
// the library.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "weir/weir.h"

namespace weir::host {

struct Library {
  decltype(&weir_abi_version) abi_version = nullptr;
  decltype(&weir_version) version = nullptr;
  decltype(&weir_status_name) status_name = nullptr;
  decltype(&weir_field_id) field_id = nullptr;
  decltype(&weir_field_name) field_name = nullptr;
  decltype(&weir_preset_id) preset_id = nullptr;
  decltype(&weir_describe) describe = nullptr;
  decltype(&weir_create_engine) create_engine = nullptr;
  decltype(&weir_destroy_engine) destroy_engine = nullptr;
  decltype(&weir_load) load = nullptr;
  decltype(&weir_set_table) set_table = nullptr;
  decltype(&weir_update_table) update_table = nullptr;
  decltype(&weir_erase_from_table) erase_from_table = nullptr;
  decltype(&weir_explain) explain = nullptr;
  decltype(&weir_feed) feed = nullptr;
  decltype(&weir_feed_ndjson) feed_ndjson = nullptr;
  decltype(&weir_feed_records) feed_records = nullptr;
  decltype(&weir_create_batch) create_batch = nullptr;
  decltype(&weir_destroy_batch) destroy_batch = nullptr;
  decltype(&weir_read_ndjson) read_ndjson = nullptr;
  decltype(&weir_read_records) read_records = nullptr;
  decltype(&weir_feed_batch) feed_batch = nullptr;
  decltype(&weir_advance) advance = nullptr;
  decltype(&weir_flush) flush = nullptr;
  decltype(&weir_get_stats) get_stats = nullptr;
  decltype(&weir_get_rule_stats) get_rule_stats = nullptr;
  decltype(&weir_get_enrichment_stats) get_enrichment_stats = nullptr;
  decltype(&weir_get_metrics) get_metrics = nullptr;
  decltype(&weir_snapshot) snapshot = nullptr;
  decltype(&weir_restore) restore = nullptr;
  std::string path;  // where it was found
};

// Opens the library for the life of the process. `path` (--library, WEIR_LIBRARY) is the only place
// when it is not empty; else see candidates(). Throws Failure(runtime) that names the places.
Library open_library(const std::string& path);

inline weir_error new_error() noexcept {
  weir_error error{};
  error.struct_size = sizeof error;
  return error;
}

inline std::string_view view(const weir_text& text) noexcept {
  return text.data == nullptr ? std::string_view{} : std::string_view(text.data, text.size);
}

// weir_field_id. Throws Failure(runtime).
std::uint32_t field_id(const Library& library, std::string_view name);

// Where the library is looked for, in order, for a program in `directory`: beside it, in the build
// tree, in the library folders of the same prefix, and on the system's own path.
std::vector<std::string> candidates(const std::string& directory);

}  // namespace weir::host
