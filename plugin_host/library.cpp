#include "library.h"

#include <dlfcn.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>
#include <system_error>

#include "failure.h"

namespace weir::host {
namespace {

// DEEPBIND: a program that exports its own RE2 or TBB must not take over the library's calls. The
// sanitizers' run-time refuses it.
#ifdef WEIR_SANITIZED
constexpr int kOpenFlags = RTLD_NOW | RTLD_LOCAL;
#else
constexpr int kOpenFlags = RTLD_NOW | RTLD_LOCAL | RTLD_DEEPBIND;
#endif

std::string file_name() { return fmt::format("libweir.so.{}", WEIR_ABI_MAJOR); }

std::string own_directory() {
  std::error_code error;
  const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", error);
  return error ? std::string{} : self.parent_path().string();
}

template <typename Function>
void resolve(void* handle, const char* name, Function& function, const std::string& path) {
  function = reinterpret_cast<Function>(::dlsym(handle, name));
  if (function == nullptr) {
    throw Failure(Exit::runtime,
                  fmt::format("'{}' has no function {}; install the version of the library that "
                              "belongs to this program",
                              path, name));
  }
}

void check_version(const Library& library) {
  const std::uint32_t found = library.abi_version();
  const bool fits = (found >> 16) == WEIR_ABI_MAJOR && (found & 0xffffu) >= WEIR_ABI_MINOR;
  if (fits) return;
  throw Failure(
      Exit::runtime,
      fmt::format("'{}' has ABI {}.{}, this program needs {}.{}; install the version of "
                  "the library that belongs to it",
                  library.path, found >> 16, found & 0xffffu, WEIR_ABI_MAJOR, WEIR_ABI_MINOR));
}

Library bind(void* handle, const std::string& path) {
  Library library;
  library.path = path;
  resolve(handle, "weir_abi_version", library.abi_version, path);
  check_version(library);
  resolve(handle, "weir_version", library.version, path);
  resolve(handle, "weir_status_name", library.status_name, path);
  resolve(handle, "weir_field_id", library.field_id, path);
  resolve(handle, "weir_field_name", library.field_name, path);
  resolve(handle, "weir_preset_id", library.preset_id, path);
  resolve(handle, "weir_describe", library.describe, path);
  resolve(handle, "weir_create_engine", library.create_engine, path);
  resolve(handle, "weir_destroy_engine", library.destroy_engine, path);
  resolve(handle, "weir_load", library.load, path);
  resolve(handle, "weir_set_table", library.set_table, path);
  resolve(handle, "weir_update_table", library.update_table, path);
  resolve(handle, "weir_erase_from_table", library.erase_from_table, path);
  resolve(handle, "weir_explain", library.explain, path);
  resolve(handle, "weir_feed", library.feed, path);
  resolve(handle, "weir_feed_ndjson", library.feed_ndjson, path);
  resolve(handle, "weir_feed_records", library.feed_records, path);
  resolve(handle, "weir_create_batch", library.create_batch, path);
  resolve(handle, "weir_destroy_batch", library.destroy_batch, path);
  resolve(handle, "weir_read_ndjson", library.read_ndjson, path);
  resolve(handle, "weir_read_records", library.read_records, path);
  resolve(handle, "weir_feed_batch", library.feed_batch, path);
  resolve(handle, "weir_advance", library.advance, path);
  resolve(handle, "weir_flush", library.flush, path);
  resolve(handle, "weir_get_stats", library.get_stats, path);
  resolve(handle, "weir_get_rule_stats", library.get_rule_stats, path);
  resolve(handle, "weir_get_enrichment_stats", library.get_enrichment_stats, path);
  resolve(handle, "weir_get_metrics", library.get_metrics, path);
  resolve(handle, "weir_snapshot", library.snapshot, path);
  resolve(handle, "weir_restore", library.restore, path);
  return library;
}

}  // namespace

std::uint32_t field_id(const Library& library, std::string_view name) {
  std::uint32_t id = 0;
  weir_error error = new_error();
  if (library.field_id(name.data(), name.size(), &id, &error) != WEIR_OK) {
    throw Failure(Exit::runtime, error.message);
  }
  return id;
}

std::vector<std::string> candidates(const std::string& directory) {
  const std::string name = file_name();
  std::vector<std::string> paths;
  if (!directory.empty()) {
    for (const char* folder :
         {"", "/../src/abi", "/../lib", "/../lib64", "/../lib/" WEIR_HOST_MULTIARCH}) {
      paths.push_back(directory + folder + "/" + name);
    }
  }
  paths.push_back(name);  // the loader's own path
  return paths;
}

Library open_library(const std::string& path) {
  const std::vector<std::string> places =
      path.empty() ? candidates(own_directory()) : std::vector<std::string>{path};
  for (const std::string& place : places) {
    // A file that is there but does not load is the error to show, not the next place's.
    const bool is_path = place.find('/') != std::string::npos;
    std::error_code ignored;
    if (is_path && !std::filesystem::exists(place, ignored)) continue;
    if (void* handle = ::dlopen(place.c_str(), kOpenFlags)) return bind(handle, place);
    if (is_path) {
      const char* reason = ::dlerror();
      throw Failure(Exit::runtime, fmt::format("cannot load '{}': {}", place,
                                               reason == nullptr ? "unknown reason" : reason));
    }
  }
  throw Failure(Exit::runtime,
                fmt::format("{} is missing; looked at {}; name it with --library or WEIR_LIBRARY",
                            file_name(), fmt::join(places, ", ")));
}

}  // namespace weir::host
