// What fakes of the library have in common.
#pragma once

#include "library.h"

namespace weir::host {

// Has an engine without enrichment rules, which takes any document and nothing else.
inline Library fake_library() {
  Library library;
  library.create_engine = [](const weir_engine_options*, weir_engine** engine,
                             weir_error*) -> std::int32_t {
    static char some;  // nobody looks into it
    *engine = reinterpret_cast<weir_engine*>(&some);
    return WEIR_OK;
  };
  library.destroy_engine = [](weir_engine*, weir_error*) -> std::int32_t { return WEIR_OK; };
  library.load = [](weir_engine*, const char*, std::uint64_t, weir_error*) -> std::int32_t {
    return WEIR_OK;
  };
  library.get_enrichment_stats = [](weir_engine*, std::uint64_t, weir_enrichment_stats*,
                                    weir_error*) -> std::int32_t { return WEIR_NOT_FOUND; };
  return library;
}

}  // namespace weir::host
