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

void decode_packet(int link, Bytes packet, bool cut, const std::vector<std::uint16_t>& ports,
                   Decoder& decoder, CaptureStats& stats) {
  UdpDatagram datagram;
  switch (read_packet(link, packet, datagram)) {
    case PacketKind::fragment:
      ++stats.fragments;
      return;
    case PacketKind::other:
      ++stats.other;
      return;
    case PacketKind::malformed:
      ++stats.malformed;
      return;
    case PacketKind::udp:
      break;
  }
  if (std::find(ports.begin(), ports.end(), datagram.destination_port) == ports.end()) {
    ++stats.other_port;
    return;
  }
  ++stats.netflow;
  if (cut || datagram.truncated) ++stats.truncated;
  decoder.decode(datagram.payload, datagram.source);
}

}  // namespace

void read_capture(ByteSource& source, const std::vector<std::uint16_t>& ports, Decoder& decoder,
                  CaptureStats& stats, const std::function<void(std::int64_t)>& arrived,
                  const std::function<void()>& progress) {
  Cookie cookie{source, nullptr};
  const Capture capture = open_capture(cookie);
  if (capture == nullptr) return;
  const int link = pcap_datalink(capture.get());
  pcap_pkthdr* header = nullptr;
  const u_char* bytes = nullptr;
  while (!stop_requested()) {
    const int got = pcap_next_ex(capture.get(), &header, &bytes);
    if (got == PCAP_ERROR_BREAK) break;
    if (got != 1) {
      if (cookie.thrown) std::rethrow_exception(cookie.thrown);
      if (stop_requested()) break;  // in the middle of a packet
      throw broken(source, pcap_geterr(capture.get()));
    }
    ++stats.packets;
    arrived(header->ts.tv_sec * 1'000'000'000 + header->ts.tv_usec * 1'000);
    decode_packet(link, Bytes(bytes, header->caplen), header->caplen < header->len, ports, decoder,
                  stats);
    if (stats.packets % kProgressPackets == 0) progress();
  }
}

}  // namespace weir::host
