// Signals. SIGINT and SIGTERM, and SIGHUP where it does not ask for a reload (unless it is ignored,
// as under nohup): the first asks the program to stop reading and finish, the second ends it at
// once with 130. SIGPIPE is ignored, so that a closed pipe is an error of write(). The state is the
// process's, as signals are.
#pragma once

#include <cstdint>

namespace weir::host {

enum class Hangup : std::uint8_t { stop, reload };

// To be called once, before anything is read. hangup: what SIGHUP asks for; a reload also where it
// was ignored.
void install_signal_handlers(Hangup hangup = Hangup::stop);

bool stop_requested() noexcept;

// Becomes readable when a stop is requested; -1 before install_signal_handlers().
int stop_descriptor() noexcept;

// Whether a reload was asked for since the last call.
bool take_reload_request() noexcept;

}  // namespace weir::host
