// The templates of every exporter. Keyed by the exporter's address, the protocol and its source id
// (v9) or observation domain (IPFIX); not by its port, which changes when an exporter restarts.
//
// Bounded against an exporter that means harm: past `max_domains` or `max_bytes` the domain that
// was used least recently is forgotten, so that forged exporters push out one another before those
// that are in use; past `max_templates` a domain learns no more.
// Costs: a hash look-up a datagram, a binary search a set. One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <unordered_map>
#include <vector>

#include "input/netflow/exporter.h"
#include "input/netflow/template.h"

namespace weir::host {

struct TemplateLimits {
  std::size_t max_domains = 65536;    // a large network has some thousand exporters
  std::size_t max_templates = 2048;   // a domain; real ones have fewer than 100
  std::size_t max_bytes = 64u << 20;  // in all
};

struct DomainKey {
  Address exporter;
  std::uint32_t id = 0;
  std::uint16_t version = 0;
  bool operator==(const DomainKey&) const noexcept = default;
};

class Domain {
 public:
  explicit Domain(const DomainKey& key) noexcept : key_(key) {}

  // nullptr when it is unknown. Valid until the domain changes.
  const Template* find(std::uint16_t id) const noexcept;

  // When the exporter started, milliseconds since the epoch, if an options record has told.
  bool knows_start = false;
  std::int64_t start = 0;
  // The sequence number that the next datagram should have.
  bool knows_sequence = false;
  std::uint32_t next_sequence = 0;

 private:
  friend class TemplateCache;
  struct Entry {
    std::uint16_t id;
    std::unique_ptr<const Template> definition;
  };
  DomainKey key_;
  std::vector<Entry> entries_;  // sorted by id
  std::size_t bytes_ = 0;
};

class TemplateCache {
 public:
  explicit TemplateCache(TemplateLimits limits = {}) noexcept : limits_(limits) {}

  // nullptr when it is unknown. Either counts as a use of the domain. `obtain` may forget others.
  Domain* find(const DomainKey& key) noexcept;
  Domain& obtain(const DomainKey& key);

  // Replaces the template of the same id, which goes also when the new one has no room. False when
  // the domain may learn no more. `domain` stays.
  bool learn(Domain& domain, std::uint16_t id, std::unique_ptr<const Template> definition);
  void forget(Domain& domain, std::uint16_t id) noexcept;
  void forget_all(Domain& domain, bool options) noexcept;

  // All of it as bytes, and back into an empty cache; false when they are none that save() wrote.
  void save(ByteWriter& out) const;
  bool load(ByteReader& in);

  std::size_t domains() const noexcept { return domains_.size(); }
  std::size_t bytes() const noexcept { return bytes_; }

 private:
  struct Hash {
    std::size_t operator()(const DomainKey& key) const noexcept;
  };
  void make_room(const Domain* spared) noexcept;
  void account(Domain& domain, std::size_t added, std::size_t removed) noexcept;

  TemplateLimits limits_;
  std::list<Domain> domains_;  // the one used last in front
  std::unordered_map<DomainKey, std::list<Domain>::iterator, Hash> index_;
  std::size_t bytes_ = 0;
};

}  // namespace weir::host
