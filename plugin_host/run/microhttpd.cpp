#include "run/microhttpd.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include "failure.h"

namespace weir::host {
namespace {

constexpr const char* kName = "libmicrohttpd.so.12";

template <class Function>
void find(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(::dlsym(library, name));
  if (function == nullptr) {
    throw Failure(
        Exit::runtime,
        fmt::format("{} has no {}, which --metrics needs; install libmicrohttpd 0.9.71 or later",
                    kName, name));
  }
}

MicroHttpd open_microhttpd() {
  void* const opened = ::dlopen(kName, RTLD_NOW | RTLD_LOCAL);
  if (opened == nullptr) {
    throw Failure(
        Exit::runtime,
        fmt::format("--metrics needs libmicrohttpd, which cannot be opened: {}", ::dlerror()));
  }
  MicroHttpd all;
  find(opened, "MHD_start_daemon", all.start_daemon);
  find(opened, "MHD_stop_daemon", all.stop_daemon);
  find(opened, "MHD_create_response_from_buffer", all.create_response_from_buffer);
  find(opened, "MHD_destroy_response", all.destroy_response);
  find(opened, "MHD_add_response_header", all.add_response_header);
  find(opened, "MHD_queue_response", all.queue_response);
  return all;
}

}  // namespace

const MicroHttpd& microhttpd() {
  static const MicroHttpd library = open_microhttpd();
  return library;
}

}  // namespace weir::host
