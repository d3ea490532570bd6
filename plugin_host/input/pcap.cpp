#include "input/pcap.h"

#include <fmt/format.h>
#include <pcap/pcap.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <memory>

#include "failure.h"
#include "input/packet.h"
#include "run/stop.h"

namespace weir::host {
namespace {

constexpr std::uint64_t kProgressPackets = 256;
constexpr std::int64_t kMaxSeconds = 9'183'110'400;  // 2261, the last year that the library takes

// libpcap reads from a FILE; this one reads from the source, so that a pipe can be silent and a
// signal can end it. An exception must not pass through C: it waits here.
struct Cookie {
  ByteSource& source;
  std::exception_ptr thrown;
};

ssize_t read_cookie(void* user, char* out, size_t size) {
  Cookie& cookie = *static_cast<Cookie*>(user);
  try {
    return static_cast<ssize_t>(cookie.source.read({out, size}));
  } catch (...) {
    cookie.thrown = std::current_exception();
    return -1;
  }
}

struct ClosePcap {
  void operator()(pcap_t* capture) const noexcept { pcap_close(capture); }
};
using Capture = std::unique_ptr<pcap_t, ClosePcap>;

Failure broken(const ByteSource& source, const char* reason) {
  return Failure(Exit::bad_input,
                 fmt::format("cannot read the capture '{}': {}", source.name(), reason));
}

Capture open_capture(Cookie& cookie) {
  cookie_io_functions_t functions{};
  functions.read = read_cookie;
  std::FILE* file = ::fopencookie(&cookie, "r", functions);
  if (file == nullptr) throw Failure(Exit::runtime, "out of memory");
  char reason[PCAP_ERRBUF_SIZE] = "";
  Capture capture(pcap_fopen_offline(file, reason));
  if (capture == nullptr) {
    std::fclose(file);
    if (cookie.thrown) std::rethrow_exception(cookie.thrown);
    if (!stop_requested()) throw broken(cookie.source, reason);
    return capture;
  }
  const int link = pcap_datalink(capture.get());
  if (!supports_link(link)) {
    const char* name = pcap_datalink_val_to_name(link);
    throw broken(
        cookie.source,
        fmt::format("link type {} is not supported; capture Ethernet, Linux cooked or raw IP",
                    name == nullptr ? std::to_string(link) : name)
            .c_str());
  }
  return capture;
}

// Nanoseconds. A capture can claim any time, also one that neither fits nor is taken.
std::int64_t arrival_time(const timeval& time) noexcept {
  const std::int64_t seconds = std::clamp<std::int64_t>(time.tv_sec, 0, kMaxSeconds);
  const std::int64_t microseconds = std::clamp<std::int64_t>(time.tv_usec, 0, 999'999);
  return seconds * 1'000'000'000 + microseconds * 1'000;
}

// Whether the packet holds a datagram for the decoder.
bool find_netflow(int link, Bytes packet, const std::vector<std::uint16_t>& ports,
                  UdpDatagram& datagram, CaptureStats& stats) {
  switch (read_packet(link, packet, datagram)) {
    case PacketKind::fragment:
      ++stats.fragments;
      return false;
    case PacketKind::other:
      ++stats.other;
      return false;
    case PacketKind::malformed:
      ++stats.malformed;
      return false;
    case PacketKind::udp:
      break;
  }
  if (std::find(ports.begin(), ports.end(), datagram.destination_port) == ports.end()) {
    ++stats.other_port;
    return false;
  }
  ++stats.netflow;
  return true;
}

}  // namespace

void read_capture(ByteSource& source, const std::vector<std::uint16_t>& ports, Decoder& decoder,
                  CaptureStats& stats, const std::function<void(std::int64_t)>& arrived,
                  const std::function<void()>& progress, std::uint64_t& position) {
  Cookie cookie{source, nullptr};
  const Capture capture = open_capture(cookie);
  if (capture == nullptr) return;
  const int link = pcap_datalink(capture.get());
  pcap_pkthdr* header = nullptr;
  const u_char* bytes = nullptr;
  std::uint64_t to_skip = position;
  while (!stop_requested()) {
    const int got = pcap_next_ex(capture.get(), &header, &bytes);
    if (got == PCAP_ERROR_BREAK) break;
    if (got != 1) {
      if (cookie.thrown) std::rethrow_exception(cookie.thrown);
      if (stop_requested()) break;  // in the middle of a packet
      throw broken(source, pcap_geterr(capture.get()));
    }
    if (to_skip > 0) {
      --to_skip;
      continue;
    }
    ++stats.packets;
    ++position;
    UdpDatagram datagram;
    if (find_netflow(link, Bytes(bytes, header->caplen), ports, datagram, stats)) {
      if (header->caplen < header->len || datagram.truncated) ++stats.truncated;
      arrived(arrival_time(header->ts));
      decoder.decode(datagram.payload, datagram.source);
    }
    if (stats.packets % kProgressPackets == 0) progress();
  }
}

}  // namespace weir::host
