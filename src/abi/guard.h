// What every exported function shares: no exception leaves, errors are written, structs are
// checked.
#pragma once

#include <cstddef>
#include <cstring>
#include <new>
#include <string_view>

#include "base/error.h"
#include "weir/weir.h"

namespace weir::abi {

// Fills the caller's struct as far as its struct_size goes. Returns the status.
std::int32_t report(weir_error* error, Status status, std::string_view message,
                    const Position& position = {}) noexcept;

// Runs the body, which returns a Status, and turns what it throws into a status and an error.
template <class Body>
std::int32_t guarded(weir_error* error, Body&& body) noexcept {
  try {
    const Status status = body();
    if (status == Status::callback_failed)
      return report(error, status, "the sink gave no answer; its output will be offered again");
    return static_cast<std::int32_t>(status);
  } catch (const Failure& failure) {
    return report(error, failure.status(), failure.what(), failure.position());
  } catch (const std::bad_alloc&) {
    return report(error, Status::no_memory,
                  "out of memory; what `consumed` counts was applied, feed the rest again");
  } catch (const std::exception& exception) {
    return report(error, Status::internal, exception.what());
  } catch (...) {
    return report(error, Status::internal, "unknown exception");
  }
}

[[noreturn]] void refuse(const char* message);

// A pointer that must not be NULL.
template <class T>
T& required(T* pointer, const char* message) {
  if (pointer == nullptr) refuse(message);
  return *pointer;
}

inline std::string_view text_of(const char* data, std::uint64_t size) {
  if (data == nullptr && size > 0) refuse("a text of more than 0 bytes has the address NULL");
  return {data == nullptr ? "" : data, static_cast<std::size_t>(size)};
}

// The struct as this version knows it: members that the caller's lacks read as zero; a member that
// this version lacks must be zero.
template <class T>
T read_struct(const T* given, const char* name_of_it) {
  T known{};
  if (given == nullptr) return known;
  std::uint32_t size = 0;
  std::memcpy(&size, given, sizeof size);
  if (size < sizeof(std::uint32_t) || size > 1 << 20) refuse(name_of_it);
  const auto* bytes = reinterpret_cast<const unsigned char*>(given);
  for (std::size_t i = sizeof(T); i < size; ++i)
    if (bytes[i] != 0)
      throw Failure(Status::not_supported,
                    "a struct has a member that this version of the library does not know; set it "
                    "to zero or load a newer library");
  std::memcpy(static_cast<void*>(&known), given, size < sizeof(T) ? size : sizeof(T));
  return known;
}

// Writes a result struct as far as the caller's struct_size goes, which stays.
template <class T>
void write_struct(T* to, T from) {
  const std::uint32_t size = to->struct_size;
  if (size < sizeof(std::uint32_t)) refuse("set struct_size to sizeof of the struct");
  from.struct_size = size;
  std::memcpy(static_cast<void*>(to), &from, size < sizeof(T) ? size : sizeof(T));
}

}  // namespace weir::abi
