#include "engine/snapshot_form.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <cstring>
#include <memory>
#include <utility>

#include "base/error.h"
#include "event/schema.h"

namespace weir::engine {

namespace {

constexpr std::string_view magic = "WEIRSNAP";
constexpr std::uint32_t format_version = 1;
constexpr std::size_t head_bytes = magic.size() + sizeof format_version;
constexpr std::size_t checksum_bytes = sizeof(XXH128_canonical_t);

std::string_view bytes_of(const XXH128_canonical_t& checksum) noexcept {
  return {reinterpret_cast<const char*>(checksum.digest), sizeof checksum.digest};
}

bool may_follow(SectionKind kind, SectionKind before) noexcept {
  if (kind == before) return kind == SectionKind::rule || kind == SectionKind::outputs;
  return kind > before;
}

}  // namespace

void SnapshotWriter::end_piece() {
  std::string& bytes = state_.bytes();
  const bool full = bytes.size() >= piece_bytes;
  pieces_.push_back(std::move(bytes));
  bytes.clear();
  if (full) bytes.reserve(pieces_.back().capacity());
}

void SnapshotWriter::end_section(std::size_t first) noexcept {
  std::uint64_t size = 0;
  for (std::size_t i = first; i < pieces_.size(); ++i) size += pieces_[i].size();
  size -= section_head;
  std::memcpy(pieces_[first].data() + sizeof(std::uint32_t), &size, sizeof size);
}

std::vector<std::string> SnapshotWriter::finish() {
  // What the sections say of fields is known now, and stands before them.
  StateWriter names;
  names.raw(magic);
  names.number(format_version);
  names.number(static_cast<std::uint32_t>(SectionKind::fields));
  const std::size_t size = names.reserve<std::uint64_t>();
  const std::size_t begin = names.size();
  names.number(static_cast<std::uint64_t>(state_.fields().size()));
  for (const FieldId field : state_.fields()) names.text(field_name(field));
  names.put(size, static_cast<std::uint64_t>(names.size() - begin));

  pieces_.insert(pieces_.begin(), std::move(names.bytes()));
  const std::unique_ptr<XXH3_state_t, decltype(&XXH3_freeState)> hash(XXH3_createState(),
                                                                      &XXH3_freeState);
  if (hash == nullptr) throw std::bad_alloc();
  XXH3_128bits_reset(hash.get());
  for (const std::string& piece : pieces_)
    XXH3_128bits_update(hash.get(), piece.data(), piece.size());
  XXH128_canonical_t checksum;
  XXH128_canonicalFromHash(&checksum, XXH3_128bits_digest(hash.get()));
  pieces_.emplace_back(bytes_of(checksum));
  return std::move(pieces_);
}

std::vector<Section> sections_of(std::string_view snapshot) {
  if (!snapshot.starts_with(magic))
    throw Failure(Status::invalid_snapshot,
                  "these bytes are not a snapshot; pass what weir_snapshot has written");
  if (snapshot.size() < head_bytes) StateReader::refuse("it is truncated");
  StateReader head(snapshot.substr(magic.size()));
  if (const auto found = head.number<std::uint32_t>(); found != format_version)
    throw Failure(Status::invalid_snapshot,
                  fmt::format("the snapshot is of format {}, and this version knows format {}; "
                              "restore it with the version that took it",
                              found, format_version));
  if (snapshot.size() < head_bytes + checksum_bytes) StateReader::refuse("it is truncated");
  const std::string_view all = snapshot.substr(0, snapshot.size() - checksum_bytes);
  XXH128_canonical_t checksum;
  XXH128_canonicalFromHash(&checksum, XXH3_128bits(all.data(), all.size()));
  if (snapshot.substr(all.size()) != bytes_of(checksum))
    StateReader::refuse("it is damaged, for its checksum is not that of its bytes");

  std::vector<Section> sections;
  StateReader in(all.substr(head_bytes));
  while (!in.empty()) {
    const auto kind = static_cast<SectionKind>(in.number<std::uint32_t>());
    if (kind < SectionKind::fields || kind > SectionKind::outputs)
      StateReader::refuse("it has a section that its format does not know");
    const bool starts =
        sections.empty() ? kind == SectionKind::fields : may_follow(kind, sections.back().kind);
    if (!starts) StateReader::refuse("its sections are not in their order");
    sections.push_back({kind, in.text()});
  }
  if (sections.size() < 2 || sections[1].kind != SectionKind::engine)
    StateReader::refuse("it has no section of the engine");
  return sections;
}

std::vector<FieldId> read_fields(std::string_view section) {
  StateReader in(section);
  std::vector<FieldId> fields(in.count(sizeof(std::uint64_t)));
  for (FieldId& field : fields) {
    const std::string_view name = in.text();
    if (name.empty()) StateReader::refuse("a field has no name");
    field = open_field_id(name);  // of KUMA's names those that it has
  }
  if (!in.empty()) StateReader::refuse("a section is longer than what it holds");
  return fields;
}

}  // namespace weir::engine
