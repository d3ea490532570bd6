#include "fuzz/read_message.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  weir::host::read_message(weir::host::Format::leef, data, size);
  return 0;
}
