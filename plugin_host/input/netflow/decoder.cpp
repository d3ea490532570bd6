#include "input/netflow/decoder.h"

#include <algorithm>
#include <array>

#include "input/netflow/template_reader.h"

namespace weir::host {
namespace {

constexpr std::size_t kHeaderV9 = 20;
constexpr std::size_t kHeaderIpfix = 16;
constexpr std::size_t kSetHeader = 4;

std::array<std::uint64_t*, 9> all_counts(NetflowStats& stats) noexcept {
  return {&stats.datagrams,         &stats.flows,
          &stats.options_records,   &stats.templates,
          &stats.templates_refused, &stats.unknown_template_sets,
          &stats.malformed,         &stats.unsupported,
          &stats.sequence_gaps};
}

bool all_zero(Bytes bytes) noexcept {
  return std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t byte) { return byte == 0; });
}

}  // namespace

void Decoder::decode(Bytes datagram, const Address& exporter) {
  ++stats_.datagrams;
  const std::uint16_t version = datagram.size() < 2 ? std::uint16_t{0} : load16(datagram.data());
  switch (version) {
    case 5:
      return decode_v5(datagram, exporter);
    case 9:
      return decode_v9(datagram, exporter);
    case 10:
      return decode_ipfix(datagram, exporter);
    default:
      ++stats_.unsupported;
  }
}

void Decoder::decode_v9(Bytes datagram, const Address& exporter) {
  if (datagram.size() < kHeaderV9) {
    ++stats_.malformed;
    return;
  }
  const std::uint8_t* header = datagram.data();
  ExportContext context;
  context.exporter = exporter;
  context.product = "NetflowV9";
  context.export_time = std::int64_t{load32(header + 8)} * 1000;
  context.counts_uptime = true;
  context.uptime = load32(header + 4);
  const DomainKey key{exporter, load32(header + 16), 9};
  if (!walk_sets(datagram.subspan(kHeaderV9), Protocol::v9, key, context)) ++stats_.malformed;
  count_sequence(cache_.find(key), load32(header + 12), 1);  // it counts datagrams
}

void Decoder::decode_ipfix(Bytes datagram, const Address& exporter) {
  if (datagram.size() < kHeaderIpfix || load16(&datagram[2]) < kHeaderIpfix ||
      load16(&datagram[2]) > datagram.size()) {
    ++stats_.malformed;
    return;
  }
  const std::uint8_t* header = datagram.data();
  ExportContext context;
  context.exporter = exporter;
  context.product = "IPFIX";
  context.export_time = std::int64_t{load32(header + 4)} * 1000;
  const DomainKey key{exporter, load32(header + 12), 10};
  if (const Domain* domain = cache_.find(key)) {
    context.knows_start = domain->knows_start;
    context.system_start = domain->start;
  }
  const Bytes sets = datagram.first(load16(header + 2)).subspan(kHeaderIpfix);
  records_ = 0;
  if (!walk_sets(sets, Protocol::ipfix, key, context)) ++stats_.malformed;
  count_sequence(cache_.find(key), load32(header + 8), records_);
}

// False when the datagram is broken; the sets before the break have been used.
bool Decoder::walk_sets(Bytes sets, Protocol protocol, const DomainKey& key,
                        ExportContext& context) {
  const std::uint16_t templates = protocol == Protocol::v9 ? 0 : 2;
  const auto options_templates = static_cast<std::uint16_t>(templates + 1);
  bool good = true;
  while (sets.size() >= kSetHeader) {
    const std::uint16_t id = load16(sets.data());
    const std::size_t length = load16(&sets[2]);
    // Some exporters fill a datagram up with zeros behind its last set.
    if (length < kSetHeader || length > sets.size()) return good && all_zero(sets);
    const Bytes body = sets.subspan(kSetHeader, length - kSetHeader);
    sets = sets.subspan(length);
    if (id == templates || id == options_templates) {
      good = read_templates(body, protocol, id == options_templates, key) && good;
    } else if (id >= kFirstDataSet) {
      Domain* domain = cache_.find(key);
      const Template* definition = domain == nullptr ? nullptr : domain->find(id);
      if (definition == nullptr) {
        ++stats_.unknown_template_sets;
      } else {
        good = read_data(body, *definition, *domain, context) && good;
      }
    } else {
      good = false;  // reserved
    }
  }
  return good && all_zero(sets);
}

bool Decoder::read_templates(Bytes set, Protocol protocol, bool options, const DomainKey& key) {
  TemplateReader reader(set, protocol == Protocol::ipfix, options);
  Domain* domain = cache_.find(key);
  while (reader.next()) {
    TemplateReader::Entry& entry = reader.entry();
    if (entry.definition == nullptr) {  // withdrawn
      if (domain == nullptr) continue;
      if (entry.id < kFirstDataSet) {
        cache_.forget_all(*domain, options);
      } else {
        cache_.forget(*domain, entry.id);
      }
      continue;
    }
    if (domain == nullptr) domain = &cache_.obtain(key);
    if (cache_.learn(*domain, entry.id, std::move(entry.definition))) {
      ++stats_.templates;
    } else {
      ++stats_.templates_refused;
    }
  }
  return reader.good();
}

bool Decoder::read_data(Bytes set, const Template& definition, Domain& domain,
                        ExportContext& context) {
  if (definition.record_length() == 0) return false;  // no number of records would be right
  Plan walked;
  while (set.size() >= definition.record_length()) {
    const Plan* plan = &definition.plan();
    std::size_t length = definition.record_length();
    if (definition.variable()) {
      if (set.size() < kSetHeader && all_zero(set)) break;  // padding, not an empty record
      length = definition.locate(set, walked);
      if (length == 0) return false;
      plan = &walked;
    }
    ++records_;
    if (definition.options()) {
      ++stats_.options_records;
      read_options(set.data(), *plan, domain, context);
    } else {
      write_flow(set.data(), *plan, definition.start_unit(), definition.end_unit(), context,
                 batch_.next());
      ++stats_.flows;
      batch_.commit();
    }
    set = set.subspan(length);
  }
  return true;
}

// Of the options only the exporter's start matters: times in uptime are counted from it.
void Decoder::read_options(const std::uint8_t* record, const Plan& plan, Domain& domain,
                           ExportContext& context) {
  const Place at = plan[static_cast<std::size_t>(Slot::system_start)];
  if (at.length == 0) return;
  const std::uint64_t start = load_integer(record + at.offset, at.length);
  if (start > (std::uint64_t{1} << 62)) return;
  domain.knows_start = context.knows_start = true;
  domain.start = context.system_start = static_cast<std::int64_t>(start);
}

void Decoder::count_sequence(Domain* domain, std::uint32_t sequence, std::uint32_t step) noexcept {
  if (domain == nullptr) return;
  if (domain->knows_sequence && domain->next_sequence != sequence) ++stats_.sequence_gaps;
  domain->knows_sequence = true;
  domain->next_sequence = sequence + step;
}

std::string Decoder::save() const {
  ByteWriter out;
  NetflowStats counted = stats_;
  for (std::uint64_t* count : all_counts(counted)) out.number(*count);
  cache_.save(out);
  return out.take();
}

bool Decoder::load(std::string_view bytes) {
  ByteReader in(bytes);
  for (std::uint64_t* count : all_counts(stats_)) *count = in.number();
  return cache_.load(in) && in.at_end();
}

bool looks_like_netflow(Bytes bytes) noexcept {
  if (bytes.size() < 4) return false;
  const std::uint16_t second = load16(&bytes[2]);
  switch (load16(bytes.data())) {
    case 5:
      return bytes.size() >= 24 && second <= 30;
    case 9:
      return bytes.size() >= kHeaderV9 && second <= 4096;
    case 10:
      return bytes.size() >= kHeaderIpfix && second >= kHeaderIpfix;
    default:
      return false;
  }
}

}  // namespace weir::host
