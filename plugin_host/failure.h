// What ends a command: one sentence for standard error, and the exit code.
#pragma once

#include <stdexcept>
#include <string>

namespace weir::host {

enum class Exit : int {
  good = 0,
  bad_input = 1,  // the input or the rules were bad
  usage = 2,
  runtime = 3,  // a full disk, a closed pipe, a library that does not load
  interrupted = 130,
};

class Failure : public std::runtime_error {
 public:
  Failure(Exit exit, const std::string& message) : std::runtime_error(message), exit_(exit) {}
  Exit exit() const noexcept { return exit_; }

 private:
  Exit exit_;
};

// Such as "No such file or directory", in lower case.
std::string error_text(int error_number);

}  // namespace weir::host
