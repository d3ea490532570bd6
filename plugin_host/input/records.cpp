#include "input/records.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstring>

namespace weir::host {
namespace {

std::uint64_t address(const void* pointer) noexcept {
  return static_cast<std::uint64_t>(reinterpret_cast<std::uintptr_t>(pointer));
}

// Of text[0, offset], as people count: code points, from 1.
std::size_t column_of(std::string_view text, std::size_t offset) noexcept {
  const std::string_view before = text.substr(0, offset);
  const auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; };
  return before.size() -
         static_cast<std::size_t>(std::count_if(before.begin(), before.end(), continues)) + 1;
}

}  // namespace

void Records::begin(const Message& message, std::uint32_t preset) {
  weir_record record{};
  record.text = {message.text.data(), message.text.size()};
  record.line = message.number;
  record.arrived = message.arrived;
  record.preset = preset;
  begins_.push_back(members_.size());
  records_.push_back(record);
}

// One member more than may be is enough for the library to reject the record.
void Records::add(std::string_view key, std::uint32_t kind, std::size_t size, std::uint64_t word) {
  if (members_.size() - begins_.back() > WEIR_MAX_FIELDS) return;
  members_.push_back({key.data(), static_cast<std::uint32_t>(key.size()), kind, size, word});
}

void Records::add(std::string_view key, std::string_view text) {
  add(key, WEIR_TEXT, text.size(), address(text.data()));
}

void Records::add_integer(std::string_view key, std::int64_t number) {
  add(key, WEIR_INTEGER, 0, static_cast<std::uint64_t>(number));
}

void Records::add_float(std::string_view key, double number) {
  add(key, WEIR_FLOAT, 0, std::bit_cast<std::uint64_t>(number));
}

void Records::add_bool(std::string_view key, bool truth) { add(key, WEIR_BOOL, 0, truth ? 1 : 0); }

void Records::add_array(std::string_view key, std::uint32_t kind, const void* elements,
                        std::size_t count) {
  add(key, kind, count, address(elements));
}

void Records::reject(std::string_view reason, std::size_t offset) {
  members_.resize(begins_.back());
  weir_record& record = records_.back();
  const std::string_view text(record.text.data, record.text.size);
  const std::string_view kept =
      offset == nowhere ? copy(reason)
                        : copy(fmt::format("{}, column {}", reason, column_of(text, offset)));
  record.problem = {kept.data(), kept.size()};
}

void Records::drop() noexcept {
  members_.resize(begins_.back());
  begins_.pop_back();
  records_.pop_back();
}

char* Records::take(std::size_t size) {
  size = (size + 7) & ~std::size_t{7};
  while (block_ < blocks_.size() && blocks_[block_].size - used_ < size) {
    ++block_;
    used_ = 0;
  }
  if (block_ == blocks_.size()) {
    const std::size_t next = std::max(kBlock, size);
    blocks_.push_back({std::make_unique_for_overwrite<char[]>(next), next});
  }
  char* const taken = blocks_[block_].bytes.get() + used_;
  used_ += size;
  return taken;
}

std::string_view Records::copy(std::string_view text) {
  char* const to = take(text.size());
  if (!text.empty()) std::memcpy(to, text.data(), text.size());
  return {to, text.size()};
}

std::span<const weir_record> Records::all() {
  for (std::size_t i = 0; i < records_.size(); ++i) {
    const std::size_t end = i + 1 < begins_.size() ? begins_[i + 1] : members_.size();
    records_[i].members = members_.data() + begins_[i];
    records_[i].member_count = end - begins_[i];
  }
  return records_;
}

void Records::clear() noexcept {
  records_.clear();
  begins_.clear();
  members_.clear();
  kept_.clear();
  // What messages of unusual size took is given back.
  std::erase_if(blocks_, [](const Block& block) { return block.size > kBlock; });
  if (blocks_.size() > kKeptBlocks) blocks_.resize(kKeptBlocks);
  block_ = used_ = 0;
}

}  // namespace weir::host
