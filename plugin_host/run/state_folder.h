// The folder of `--state`: the file `state`, which is there whole or not at all, and `lock`, which
// keeps two runs apart. One thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "file_descriptor.h"
#include "run/state_file.h"

namespace weir::host {

// What the folder holds, the last while a state is written.
inline constexpr const char* kStateFiles[] = {"state", "lock", "state.new"};

class StateFolder {
 public:
  // Makes the folder if there is none, and locks it until the end. Throws Failure(runtime).
  explicit StateFolder(const std::string& path);

  // None when there is no state. Throws Failure: runtime when it cannot be read, bad_input when it
  // is damaged.
  std::optional<StoredState> load() const;
  // Behind this the state is on the disk. Throws Failure(runtime), and then the one before is.
  void save(const RunState& state, std::string_view engine);

  // The path of the state, for messages.
  const std::string& file() const noexcept { return file_; }

 private:
  std::string path_;
  std::string file_;
  FileDescriptor folder_;
  FileDescriptor lock_;
};

}  // namespace weir::host
