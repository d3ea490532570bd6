// Datagrams of NetFlow v5, v9 and IPFIX to flows. One decoder serves any number of exporters, and
// keeps their templates.
//
// Nothing in a datagram is trusted: a v9 datagram is walked by the lengths of its sets, a v5 or
// IPFIX one that contradicts its length is rejected whole, and what follows a broken set is left
// alone. A record whose template is unknown is counted, never guessed; options records give no
// flow. Costs: linear in the datagram; nothing is allocated but for templates. One thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "input/netflow/bytes.h"
#include "input/netflow/exporter.h"
#include "input/netflow/flow_batch.h"
#include "input/netflow/record.h"
#include "input/netflow/template_cache.h"

namespace weir::host {

struct NetflowStats {
  std::uint64_t datagrams = 0;  // all that were given to the decoder
  std::uint64_t flows = 0;
  std::uint64_t options_records = 0;
  std::uint64_t templates = 0;              // learnt, again ones too
  std::uint64_t templates_refused = 0;      // a domain had too many
  std::uint64_t unknown_template_sets = 0;  // sets of data: how many flows they held is not known
  std::uint64_t malformed = 0;              // datagrams, some of whose sets may have been good
  std::uint64_t unsupported = 0;            // datagrams of another version, or of none
  std::uint64_t sequence_gaps = 0;          // datagrams whose sequence number was not the next
};

class Decoder {
 public:
  explicit Decoder(FlowBatch& batch, TemplateLimits limits = {}) noexcept
      : batch_(batch), cache_(limits) {}

  // The flows go to the batch, which delivers when it is full.
  void decode(Bytes datagram, const Address& exporter);

  const NetflowStats& stats() const noexcept { return stats_; }
  // What it knows and has counted as bytes, and back into a new decoder; false when they are none
  // that save() wrote. REQUIRES: the batch has been delivered.
  std::string save() const;
  bool load(std::string_view bytes);

 private:
  enum class Protocol : std::uint16_t { v5 = 5, v9 = 9, ipfix = 10 };

  void decode_v5(Bytes datagram, const Address& exporter);
  void decode_v9(Bytes datagram, const Address& exporter);
  void decode_ipfix(Bytes datagram, const Address& exporter);
  bool walk_sets(Bytes sets, Protocol protocol, const DomainKey& key, ExportContext& context);
  bool read_templates(Bytes set, Protocol protocol, bool options, const DomainKey& key);
  bool read_data(Bytes set, const Template& definition, Domain& domain, ExportContext& context);
  void read_options(const std::uint8_t* record, const Plan& plan, Domain& domain,
                    ExportContext& context);
  void count_sequence(Domain* domain, std::uint32_t sequence, std::uint32_t step) noexcept;

  FlowBatch& batch_;
  TemplateCache cache_;
  NetflowStats stats_;
  std::uint32_t records_ = 0;  // of the datagram at hand: IPFIX counts them in its sequence
};

// Whether the bytes begin as a datagram of NetFlow does; for telling files apart.
bool looks_like_netflow(Bytes bytes) noexcept;

}  // namespace weir::host
