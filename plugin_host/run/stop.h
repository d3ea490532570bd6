// SIGINT, SIGTERM and SIGHUP (unless it is ignored, as under nohup): the first asks the program to
// stop reading and finish, the second ends it at once with 130. SIGPIPE is ignored, so that a
// closed pipe is an error of write(). The state is the process's, as signals are.
#pragma once

namespace weir::host {

// To be called once, before anything is read.
void install_stop_handlers();

bool stop_requested() noexcept;

// Becomes readable when a stop is requested; -1 before install_stop_handlers().
int stop_descriptor() noexcept;

}  // namespace weir::host
