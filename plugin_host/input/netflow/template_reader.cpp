#include "input/netflow/template_reader.h"

#include <algorithm>

namespace weir::host {
namespace {

constexpr std::uint16_t kEnterpriseBit = 0x8000;

}  // namespace

bool TemplateReader::fail() noexcept {
  good_ = false;
  return false;
}

bool TemplateReader::next() {
  if (!good_ || set_.size() < 4) return false;
  const bool padding = std::all_of(set_.begin(), set_.begin() + 4, [](auto b) { return b == 0; });
  if (padding) return false;
  entry_ = Entry{load16(set_.data()), nullptr};
  Counts counts;
  if (!read_counts(counts)) return fail();
  if (counts.scopes + counts.fields == 0) {
    // 2 and 3 withdraw every template of their kind (RFC 7011, 8.1).
    const bool all = ipfix_ && entry_.id == (options_ ? 3 : 2);
    return all || entry_.id >= kFirstDataSet || fail();
  }
  if (entry_.id < kFirstDataSet) return fail();
  // Each field takes 4 bytes at least, so a count that lies costs nothing.
  if ((counts.scopes + counts.fields) * 4 > set_.size()) return fail();
  auto definition = std::make_unique<Template>(options_);
  for (std::size_t i = 0; i < counts.scopes + counts.fields; ++i) {
    if (!read_field(i < counts.scopes, *definition)) return fail();
  }
  definition->finish();
  entry_.definition = std::move(definition);
  return true;
}

bool TemplateReader::read_counts(Counts& counts) noexcept {
  if (!options_) {
    counts.fields = load16(&set_[2]);
    set_ = set_.subspan(4);
    return true;
  }
  // An IPFIX withdrawal has no count of scopes.
  if (ipfix_ && load16(&set_[2]) == 0) {
    set_ = set_.subspan(4);
    return true;
  }
  if (set_.size() < 6) return false;
  const std::size_t first = load16(&set_[2]);
  const std::size_t second = load16(&set_[4]);
  set_ = set_.subspan(6);
  if (ipfix_) {  // all fields, then how many of them are scopes
    if (second > first) return false;
    counts = {second, first - second};
  } else {  // v9 gives both in bytes
    counts = {first / 4, second / 4};
  }
  return true;
}

bool TemplateReader::read_field(bool scope, Template& definition) {
  if (set_.size() < 4) return false;
  const std::uint16_t id = load16(set_.data());
  const std::uint16_t length = load16(&set_[2]);
  set_ = set_.subspan(4);
  bool known = !(scope && !ipfix_);  // v9 numbers its scopes apart: 1 is the system, not octets
  if (ipfix_ && (id & kEnterpriseBit) != 0) {
    if (set_.size() < 4) return false;
    set_ = set_.subspan(4);
    known = false;
  }
  definition.add(length, known ? find_element(id) : Element{});
  return true;
}

}  // namespace weir::host
