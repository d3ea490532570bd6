// Files as sources of bytes.
#pragma once

#include <unistd.h>

#include <cstdio>
#include <string>
#include <utility>

#include "input/byte_source.h"

namespace weir::host {

// A file with this content, which nobody else sees.
inline ByteSource file_of(const std::string& content) {
  std::FILE* file = std::tmpfile();
  std::fwrite(content.data(), 1, content.size(), file);
  std::fflush(file);
  FileDescriptor own(::dup(::fileno(file)));
  std::fclose(file);
  ::lseek(own.number(), 0, SEEK_SET);
  return ByteSource("in", std::move(own));
}

}  // namespace weir::host
