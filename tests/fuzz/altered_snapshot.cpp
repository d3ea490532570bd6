#include "altered_snapshot.h"

#include <xxhash.h>

#include <cstring>
#include <vector>

namespace fuzz {
namespace {

constexpr std::size_t heading = 12;          // magic and format
constexpr std::size_t section_heading = 12;  // kind and size

// Where a section stands, as far as the bytes before it can be believed.
struct Section {
  std::size_t begin;
  std::size_t end;

  std::size_t content() const noexcept { return begin + section_heading; }
};

std::uint64_t size_at(const std::string& bytes, std::size_t at) {
  std::uint64_t size = 0;
  for (std::size_t i = 8; i-- > 0;) size = size << 8U | static_cast<unsigned char>(bytes[at + i]);
  return size;
}

std::vector<Section> sections(const std::string& bytes) {
  std::vector<Section> all;
  const std::size_t end = bytes.size() - std::min(bytes.size(), sizeof(XXH128_canonical_t));
  for (std::size_t at = heading; at < end && end - at >= section_heading;) {
    const std::uint64_t size = size_at(bytes, at + 4);
    if (size > end - at - section_heading) break;
    all.push_back({at, at + section_heading + size});
    at = all.back().end;
  }
  return all;
}

// In a section, whose size follows.
void replace(std::string& bytes, const Section& section, std::size_t at, std::size_t size,
             std::string_view by) {
  size = std::min(size, section.end - at);
  std::uint64_t whole = section.end - section.content() - size + by.size();
  bytes.replace(at, size, by);
  for (std::size_t i = 0; i < 8; ++i, whole >>= 8U)
    bytes[section.begin + 4 + i] = static_cast<char>(whole & 0xffU);
}

// Of one section, or of all of them together.
void alter_once(Choices& choices, std::string& bytes, const std::vector<Section>& all) {
  const Section& section = all[choices.below(all.size())];
  const std::size_t size = section.end - section.content();
  const std::size_t at =
      section.content() + (size == 0 ? 0 : (choices.byte() * 256U + choices.byte()) % size);
  switch (choices.below(8)) {
    case 0:
    case 1:
      bytes[at] = static_cast<char>(choices.byte());
      break;
    case 2:
      bytes[at] = static_cast<char>(bytes[at] ^ (1 << choices.below(8)));
      break;
    case 3:
      replace(bytes, section, at, 1 + choices.below(16), {});
      break;
    case 4:
      replace(bytes, section, at, 0, choices.bytes(1 + choices.below(16)));
      break;
    case 5: {  // what stands elsewhere in it, once more
      const std::string other =
          bytes.substr(section.content() + choices.byte() % (size + 1), 1 + choices.below(64));
      replace(bytes, section, at, choices.below(64), other);
      break;
    }
    case 6:
      bytes.insert(section.end, bytes.substr(section.begin, section.end - section.begin));
      break;
    default:
      bytes.erase(section.begin, section.end - section.begin);
  }
}

}  // namespace

void alter_snapshot(Choices& choices, std::string& bytes) {
  while (!choices.empty()) {
    const std::vector<Section> all = sections(bytes);
    if (all.empty() || all.size() > 64 || bytes.size() > 1U << 20U) return;
    alter_once(choices, bytes, all);
  }
}

void fix_checksum(std::string& bytes) {
  XXH128_canonical_t sum;
  if (bytes.size() < sizeof sum) return;
  const std::size_t size = bytes.size() - sizeof sum;
  XXH128_canonicalFromHash(&sum, XXH3_128bits(bytes.data(), size));
  std::memcpy(bytes.data() + size, &sum, sizeof sum);
}

}  // namespace fuzz
