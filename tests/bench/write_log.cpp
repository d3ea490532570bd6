// Writes a log for whole programs to be measured with, the same in every run.
//
//   write_log zeek|cef|syslog EVENTS > FILE

#include <cstdio>
#include <cstdlib>

#include "logs.h"

int main(int argc, char** argv) {
  const std::size_t events = argc == 3 ? std::strtoull(argv[2], nullptr, 10) : 0;
  const std::string log = events > 0 ? bench::log_of(argv[1], events) : std::string();
  if (log.empty()) {
    std::fputs("usage: write_log zeek|cef|syslog EVENTS > FILE\n", stderr);
    return 2;
  }
  if (std::fwrite(log.data(), 1, log.size(), stdout) != log.size()) return 3;
  return std::fflush(stdout) == 0 ? 0 : 3;
}
