#include "datagrams.h"

#include <random>

#include "unit/host/datagram.h"

namespace bench {

namespace {

using weir::host::Octets;

constexpr unsigned template_id = 256;

// Source and destination, ports, protocol, octets, packets, end and start: 29 bytes a record in v9,
// where times count from the exporter's start; in IPFIX they are seconds.
Octets usual_template(Version version) {
  const bool v9 = version == Version::v9;
  return weir::host::template_of(template_id, {{8, 4},
                                               {12, 4},
                                               {7, 2},
                                               {11, 2},
                                               {4, 1},
                                               {1, 4},
                                               {2, 4},
                                               {v9 ? 21u : 151u, 4},
                                               {v9 ? 22u : 150u, 4}});
}

Datagram datagram_of(Version version, const Octets& set, std::uint32_t sequence) {
  return (version == Version::v9 ? weir::host::v9_of({set}, sequence)
                                 : weir::host::ipfix_of({set}, sequence))
      .bytes();
}

void append_record(Octets& records, Version version, std::mt19937_64& random) {
  const auto number = [&](unsigned below) { return static_cast<unsigned>(random() % below); };
  records.ip(10, number(256), number(256), number(256));
  records.ip(number(224), number(256), number(256), number(256));
  records.u16(1024 + number(60'000)).u16(number(3) == 0 ? number(65'536) : 443);
  records.u8(number(4) == 0 ? 17 : 6).u32(number(10'000'000)).u32(number(10'000));
  const std::uint64_t base = version == Version::v9 ? 0 : weir::host::kExport - 500;
  records.u32(base + 400 + number(100)).u32(base + number(400));
}

}  // namespace

Datagram template_datagram(Version version) {
  const unsigned set = version == Version::v9 ? 0 : 2;
  return datagram_of(version, weir::host::set_of(set, usual_template(version)), 0);
}

std::vector<Datagram> flow_datagrams(Version version, std::size_t count) {
  std::mt19937_64 random(1);
  std::vector<Datagram> datagrams;
  for (std::size_t i = 0; i < count; ++i) {
    Octets records;
    for (std::size_t j = 0; j < flows_each; ++j) append_record(records, version, random);
    const std::size_t sequence = version == Version::v9 ? i + 1 : i * flows_each;
    datagrams.push_back(datagram_of(version, weir::host::set_of(template_id, records),
                                    static_cast<std::uint32_t>(sequence)));
  }
  return datagrams;
}

CountingDecoder::CountingDecoder(Version version)
    : batch_({0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12},
             [this](std::span<const weir_event> events) { flows_ += events.size(); }),
      decoder_(batch_) {
  const std::uint8_t address[4] = {192, 0, 2, 1};
  exporter_ = weir::host::Address::from_ipv4(address);
  decoder_.decode(template_datagram(version), exporter_);
}

std::uint64_t CountingDecoder::decode(const std::vector<Datagram>& datagrams) {
  const std::uint64_t before = flows_;
  for (const Datagram& datagram : datagrams) decoder_.decode(datagram, exporter_);
  batch_.deliver();
  return flows_ - before;
}

}  // namespace bench
