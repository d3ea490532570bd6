// Logs as their sources write them, the same in every run: for benchmarks of readers.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace bench {

// Zeek's dns log, 24 columns: of two queries the first was answered. With its header.
std::string zeek_log(std::size_t events);
// Firewall messages of some 440 bytes with 18 keys, escapes among them.
std::string cef_log(std::size_t events);
// RFC 5424 with structured data, some 180 bytes.
std::string syslog_log(std::size_t events);

// `zeek`, `cef` or `syslog`; empty for another name.
std::string log_of(std::string_view format, std::size_t events);

}  // namespace bench
