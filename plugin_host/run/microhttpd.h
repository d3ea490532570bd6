// libmicrohttpd, opened when metrics are served: Debian's brings GnuTLS along, which every other
// command would wait for as it starts.
#pragma once

#include <microhttpd.h>

namespace weir::host {

// Each is the function of libmicrohttpd that has its name behind `MHD_`.
struct MicroHttpd {
  decltype(&::MHD_start_daemon) start_daemon = nullptr;
  decltype(&::MHD_stop_daemon) stop_daemon = nullptr;
  decltype(&::MHD_create_response_from_buffer) create_response_from_buffer = nullptr;
  decltype(&::MHD_destroy_response) destroy_response = nullptr;
  decltype(&::MHD_add_response_header) add_response_header = nullptr;
  decltype(&::MHD_queue_response) queue_response = nullptr;
};

// Stays open for the life of the process. Throws Failure(runtime).
const MicroHttpd& microhttpd();

}  // namespace weir::host
