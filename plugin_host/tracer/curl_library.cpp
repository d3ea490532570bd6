#include "tracer/curl_library.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include "failure.h"

namespace weir::host::tracer {
namespace {

constexpr const char* kName = "libcurl.so.4";

template <class Function>
void find(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(::dlsym(library, name));
  if (function == nullptr) {
    throw Failure(Exit::runtime,
                  fmt::format("{} has no {}, which --http needs; install libcurl 7.85 or later",
                              kName, name));
  }
}

CurlLibrary open_curl() {
  void* const opened = ::dlopen(kName, RTLD_NOW | RTLD_LOCAL);
  if (opened == nullptr) {
    throw Failure(Exit::runtime,
                  fmt::format("--http needs libcurl, which cannot be opened: {}", ::dlerror()));
  }
  CurlLibrary all;
  find(opened, "curl_global_init", all.global_init);
  find(opened, "curl_easy_init", all.easy_init);
  find(opened, "curl_easy_cleanup", all.easy_cleanup);
  find(opened, "curl_easy_reset", all.easy_reset);
  find(opened, "curl_easy_setopt", all.easy_setopt);
  find(opened, "curl_easy_getinfo", all.easy_getinfo);
  find(opened, "curl_easy_strerror", all.easy_strerror);
  find(opened, "curl_multi_init", all.multi_init);
  find(opened, "curl_multi_cleanup", all.multi_cleanup);
  find(opened, "curl_multi_setopt", all.multi_setopt);
  find(opened, "curl_multi_add_handle", all.multi_add_handle);
  find(opened, "curl_multi_remove_handle", all.multi_remove_handle);
  find(opened, "curl_multi_socket_action", all.multi_socket_action);
  find(opened, "curl_multi_assign", all.multi_assign);
  find(opened, "curl_multi_info_read", all.multi_info_read);
  find(opened, "curl_slist_append", all.slist_append);
  find(opened, "curl_slist_free_all", all.slist_free_all);
  if (all.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
    throw Failure(Exit::runtime, "libcurl cannot be initialized");
  }
  return all;
}

}  // namespace

const CurlLibrary& curl() {
  static const CurlLibrary library = open_curl();
  return library;
}

}  // namespace weir::host::tracer
