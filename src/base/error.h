// What is thrown while something is built: a document, a rule, an engine. Never while events run.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>

namespace weir {

// The numbers are those of weir.h; the messages are one sentence, lower case, culprit and remedy.
enum class Status : std::int32_t {
  ok = 0,
  stopped = 1,
  invalid_argument = -1,
  invalid_document = -2,
  not_found = -3,
  already_exists = -4,
  busy = -5,
  callback_failed = -6,
  no_memory = -7,
  limit = -8,
  not_supported = -9,
  internal = -10,
  invalid_snapshot = -11,
};

struct Position {
  std::int64_t offset = -1;  // bytes from the start of the text; -1: unknown
  std::uint32_t line = 0;    // 1-based; 0: unknown
  std::uint32_t column = 0;  // 1-based, code points; 0: unknown
};

class Failure : public std::runtime_error {
 public:
  Failure(Status status, const std::string& message, Position position = {})
      : std::runtime_error(message), status_(status), position_(position) {}
  Status status() const noexcept { return status_; }
  const Position& position() const noexcept { return position_; }

 private:
  Status status_;
  Position position_;
};

}  // namespace weir
