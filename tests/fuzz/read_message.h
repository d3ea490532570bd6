// Any bytes as a message of a format: no crash, no hang, no read beyond the bytes, and either
// members or the reason why not.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string_view>

#include "input/message_reader.h"

namespace weir::host {

// Touches every text, so that a sanitizer sees one that is not there.
inline void touch(const char* text, std::uint64_t size) {
  char all = 0;
  for (std::uint64_t i = 0; i < size; ++i) all = static_cast<char>(all ^ text[i]);
  volatile char seen = all;
  static_cast<void>(seen);
}

inline void read_message(Format format, const std::uint8_t* data, std::size_t size) {
  // A block of its own, whose end a sanitizer knows.
  const auto bytes = std::make_unique<char[]>(size);
  const std::string_view text(bytes.get(), size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(data[i]);
  Records records;
  MessageReader reader(format, {.cef = 1, .leef = 2, .syslog = 3});
  reader.read({text, 1, 0}, records);
  reader.read({text, 2, 0}, records);
  for (const weir_record& record : records.all()) {
    touch(record.problem.data, record.problem.size);
    if (record.problem.size != 0 && record.member_count != 0) std::abort();
    if (record.problem.size == 0 && record.member_count == 0) std::abort();
    for (std::uint64_t i = 0; i < record.member_count; ++i) {
      const weir_member& member = record.members[i];
      if (member.key_size == 0) std::abort();
      touch(member.key, member.key_size);
      if (member.kind == WEIR_TEXT) {
        touch(reinterpret_cast<const char*>(member.word), member.size);
      } else if (member.kind != WEIR_INTEGER || static_cast<std::int64_t>(member.word) < 0) {
        std::abort();
      }
    }
  }
}

}  // namespace weir::host
