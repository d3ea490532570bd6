#include "logs.h"

#include <fmt/format.h>

#include <iterator>

namespace bench {

namespace {

constexpr std::string_view dns_header =
    "#separator \\x09\n"
    "#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tdns\n"
    "#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\ttrans_id\trtt\tquery\t"
    "qclass\tqclass_name\tqtype\tqtype_name\trcode\trcode_name\tAA\tTC\tRD\tRA\tZ\tanswers\tTTLs\t"
    "rejected\n"
    "#types\ttime\tstring\taddr\tport\taddr\tport\tenum\tcount\tinterval\tstring\tcount\tstring\t"
    "count\tstring\tcount\tstring\tbool\tbool\tbool\tbool\tcount\tvector[string]\t"
    "vector[interval]\tbool\n";

}  // namespace

std::string zeek_log(std::size_t events) {
  std::string log(dns_header);
  for (std::size_t i = 0; i < events; ++i) {
    const std::string_view rest = i % 2 == 0
                                      ? "0\tNOERROR\tF\tF\tT\tT\t0\tname.example.net,203.0.113.9\t"
                                        "2230.000000,41830.000000\tF"
                                      : "-\t-\tF\tF\tT\tF\t0\t-\t-\tF";
    fmt::format_to(std::back_inserter(log),
                   "{}.{:06}\tCqKst53mF3det{:05}\t10.47.{}.{}\t{}\t10.0.0.100\t53\tudp\t{}\t{}"
                   "\thost-{}.example.org\t1\tC_INTERNET\t1\tA\t{}\n",
                   1700000000 + i / 1000, i % 1000 * 1000, i % 100000, i % 8, i % 250,
                   1024 + i % 60000, i % 65536, i % 2 == 0 ? "0.000870" : "-", i % 1000, rest);
  }
  return log;
}

std::string cef_log(std::size_t events) {
  std::string log;
  for (std::size_t i = 0; i < events; ++i)
    fmt::format_to(
        std::back_inserter(log),
        "CEF:0|Acme|Fire\\|wall|9.1|{}|Accept session|{}|act=Accept deviceDirection={} "
        "rt=17000{:05}{:03} spt={} dpt=443 cs1Label=Application cs1=web browsing "
        "cs2Label=Rule Name cs2=all \\= in one layer src=10.1.{}.{} dst=192.168.{}.{} proto=TCP "
        "in={} out={} suser=user{} request=https://www.example.com/a?b\\={} "
        "msg=connection accepted by rule {}\n",
        100 + i % 20, i % 10, i % 2, i / 1000 % 100000, i % 1000, 1024 + i % 60000, i % 200,
        i % 250, i % 16, i % 32, i % 100000, i % 5000, i % 500, i % 100, i % 40);
  return log;
}

std::string syslog_log(std::size_t events) {
  std::string log;
  for (std::size_t i = 0; i < events; ++i)
    fmt::format_to(std::back_inserter(log),
                   "<{}>1 2024-05-{:02}T12:{:02}:{:02}.{:03}Z host{}.example.org app{} {} ID{} "
                   "[exampleSDID@32473 iut=\"3\" eventSource=\"Application\" eventID=\"{}\"] "
                   "an application event log entry number {}\n",
                   i % 192, 1 + i / 3'600'000 % 28, i / 60'000 % 60, i / 1000 % 60, i % 1000,
                   i % 300, i % 50, 1000 + i % 5000, i % 40, i % 1000, i % 77);
  return log;
}

std::string log_of(std::string_view format, std::size_t events) {
  if (format == "zeek") return zeek_log(events);
  if (format == "cef") return cef_log(events);
  return format == "syslog" ? syslog_log(events) : std::string();
}

}  // namespace bench
