#include "input/netflow/template_cache.h"

#include <algorithm>
#include <cstring>
#include <random>
#include <utility>

namespace weir::host {
namespace {

// What a domain without templates costs, with its nodes in the list and the index.
constexpr std::size_t kDomainBytes = sizeof(Domain) + sizeof(DomainKey) + 64;

std::uint64_t make_secret() {
  std::random_device device;
  return std::uint64_t{device()} << 32 ^ device();
}

std::uint64_t mix(std::uint64_t x) noexcept {
  x ^= x >> 32;
  x *= 0xff51afd7ed558ccdu;
  x ^= x >> 29;
  x *= 0x9e3779b97f4a7c15u;
  return x ^ (x >> 32);
}

}  // namespace

const Template* Domain::find(std::uint16_t id) const noexcept {
  const auto found =
      std::lower_bound(entries_.begin(), entries_.end(), id,
                       [](const Entry& entry, std::uint16_t wanted) { return entry.id < wanted; });
  return found != entries_.end() && found->id == id ? found->definition.get() : nullptr;
}

std::size_t TemplateCache::Hash::operator()(const DomainKey& key) const noexcept {
  std::uint64_t words[2];
  std::memcpy(words, key.exporter.bytes.data(), sizeof words);
  // Datagrams name any exporter and any domain: which of them collide nobody outside can tell.
  static const std::uint64_t secret = make_secret();
  const std::uint64_t rest = (std::uint64_t{key.id} << 16) ^ key.version;
  return static_cast<std::size_t>(mix(mix(mix(secret ^ words[0]) ^ words[1]) ^ rest));
}

Domain* TemplateCache::find(const DomainKey& key) noexcept {
  // A stream of datagrams from one exporter finds its domain in front.
  if (!domains_.empty() && domains_.front().key_ == key) return &domains_.front();
  const auto found = index_.find(key);
  if (found == index_.end()) return nullptr;
  domains_.splice(domains_.begin(), domains_, found->second);
  return &domains_.front();
}

Domain& TemplateCache::obtain(const DomainKey& key) {
  if (Domain* known = find(key)) return *known;
  domains_.emplace_front(key);
  index_.emplace(key, domains_.begin());
  account(domains_.front(), kDomainBytes, 0);
  make_room(&domains_.front());
  return domains_.front();
}

bool TemplateCache::learn(Domain& domain, std::uint16_t id,
                          std::unique_ptr<const Template> definition) {
  const std::size_t size = definition->memory();
  const auto at = std::lower_bound(
      domain.entries_.begin(), domain.entries_.end(), id,
      [](const Domain::Entry& entry, std::uint16_t wanted) { return entry.id < wanted; });
  const bool known = at != domain.entries_.end() && at->id == id;
  const std::size_t before = known ? at->definition->memory() : 0;
  if (domain.bytes_ - before + size > limits_.max_bytes) {
    forget(domain, id);  // records of the new one must not be read with the old one
    return false;
  }
  if (known) {
    account(domain, size, before);
    at->definition = std::move(definition);
  } else {
    if (domain.entries_.size() >= limits_.max_templates) return false;
    domain.entries_.insert(at, {id, std::move(definition)});
    account(domain, size, 0);
  }
  make_room(&domain);
  return true;
}

void TemplateCache::forget(Domain& domain, std::uint16_t id) noexcept {
  const auto at = std::find_if(domain.entries_.begin(), domain.entries_.end(),
                               [id](const Domain::Entry& entry) { return entry.id == id; });
  if (at == domain.entries_.end()) return;
  account(domain, 0, at->definition->memory());
  domain.entries_.erase(at);
}

void TemplateCache::forget_all(Domain& domain, bool options) noexcept {
  std::erase_if(domain.entries_, [&](const Domain::Entry& entry) {
    if (entry.definition->options() != options) return false;
    account(domain, 0, entry.definition->memory());
    return true;
  });
}

// The domain used last goes last, so that it is in front again.
void TemplateCache::save(ByteWriter& out) const {
  out.number(domains_.size());
  for (auto domain = domains_.rbegin(); domain != domains_.rend(); ++domain) {
    const DomainKey& key = domain->key_;
    out.text({reinterpret_cast<const char*>(key.exporter.bytes.data()), key.exporter.bytes.size()});
    out.flag(key.exporter.ipv4);
    out.flag(key.exporter.known);
    out.number(key.id);
    out.number(key.version);
    out.flag(domain->knows_start);
    out.number(static_cast<std::uint64_t>(domain->start));
    out.flag(domain->knows_sequence);
    out.number(domain->next_sequence);
    out.number(domain->entries_.size());
    for (const Domain::Entry& entry : domain->entries_) {
      out.number(entry.id);
      entry.definition->save(out);
    }
  }
}

bool TemplateCache::load(ByteReader& in) {
  for (std::size_t domains = in.count(); domains > 0; --domains) {
    DomainKey key;
    const std::string_view address = in.text();
    if (address.size() != key.exporter.bytes.size()) return false;
    std::memcpy(key.exporter.bytes.data(), address.data(), address.size());
    key.exporter.ipv4 = in.flag();
    key.exporter.known = in.flag();
    key.id = in.number_as<std::uint32_t>();
    key.version = in.number_as<std::uint16_t>();
    Domain& domain = obtain(key);
    domain.knows_start = in.flag();
    domain.start = in.number_as<std::int64_t>();
    domain.knows_sequence = in.flag();
    domain.next_sequence = in.number_as<std::uint32_t>();
    for (std::size_t entries = in.count(); entries > 0; --entries) {
      const auto id = in.number_as<std::uint16_t>();
      std::unique_ptr<const Template> definition = Template::load(in);
      if (definition == nullptr) return false;
      learn(domain, id, std::move(definition));
    }
  }
  return in.good();
}

void TemplateCache::account(Domain& domain, std::size_t added, std::size_t removed) noexcept {
  domain.bytes_ += added - removed;
  bytes_ += added - removed;
}

void TemplateCache::make_room(const Domain* spared) noexcept {
  while ((domains_.size() > limits_.max_domains || bytes_ > limits_.max_bytes) &&
         &domains_.back() != spared) {
    bytes_ -= domains_.back().bytes_;
    index_.erase(domains_.back().key_);
    domains_.pop_back();
  }
}

}  // namespace weir::host
