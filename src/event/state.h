// What an engine keeps, as bytes of a snapshot and back: numbers, texts, values, fields of events.
// docs/snapshot-format.md has the form.
//
// Numbers are little-endian and of fixed width, texts have their size before them. Fields go by
// number in a table of names that the writer fills and the reader is given, because ids are the
// process's own.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <vector>

#include "base/bump.h"
#include "base/error.h"
#include "event/schema.h"
#include "event/value.h"
#include "weir/weir.h"

namespace weir {

// Throws bad_alloc.
class StateWriter {
 public:
  template <class T>
  void number(T value) {
    static_assert(std::is_arithmetic_v<T>);
    bytes_.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  void raw(std::string_view bytes) { bytes_.append(bytes); }
  void text(std::string_view text) {
    number(static_cast<std::uint64_t>(text.size()));
    raw(text);
  }
  void value(const Value& value);
  void field(FieldId id);
  void field(const weir_field& field);
  // With its cookie.
  void event(const weir_event& event);

  // A place for a number that is known later.
  template <class T>
  std::size_t reserve() {
    const std::size_t at = bytes_.size();
    number(T{});
    return at;
  }
  template <class T>
  void put(std::size_t at, T value) noexcept {
    std::memcpy(bytes_.data() + at, &value, sizeof value);
  }

  std::size_t size() const noexcept { return bytes_.size(); }
  std::string& bytes() noexcept { return bytes_; }
  // In the order of their numbers.
  const std::vector<FieldId>& fields() const noexcept { return fields_; }

 private:
  std::string bytes_;
  std::vector<FieldId> fields_;
  std::unordered_map<FieldId, std::uint32_t> numbers_;
};

// Of bytes that nobody trusts: throws Failure(invalid_snapshot) where they end too early or say
// what cannot be.
class StateReader {
 public:
  // fields: by number.
  explicit StateReader(std::string_view bytes, const std::vector<FieldId>& fields = none())
      : bytes_(bytes), fields_(fields) {}

  template <class T>
  T number() {
    static_assert(std::is_arithmetic_v<T>);
    T value;
    std::memcpy(&value, raw(sizeof value).data(), sizeof value);
    return value;
  }
  // Borrowed.
  std::string_view raw(std::uint64_t size) {
    if (size > bytes_.size()) refuse("it ends too early");
    const std::string_view taken = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    return taken;
  }
  std::string_view text() { return raw(number<std::uint64_t>()); }
  // How many follow, each of at least `least` bytes, so that a wrong number asks for no memory.
  std::uint64_t count(std::size_t least) {
    const auto count = number<std::uint64_t>();
    if (count > bytes_.size() / least) refuse("it counts more than it holds");
    return count;
  }
  // Texts and arrays in `memory`.
  Value value(Bump& memory);
  FieldId field();
  weir_field event_field(Bump& memory);
  weir_event event(Bump& memory);

  bool empty() const noexcept { return bytes_.empty(); }
  [[noreturn]] static void refuse(std::string_view why);

 private:
  static const std::vector<FieldId>& none() noexcept {
    static const std::vector<FieldId> fields;
    return fields;
  }
  std::string_view bytes_;
  const std::vector<FieldId>& fields_;
};

}  // namespace weir
