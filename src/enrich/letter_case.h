// Small and capital letters as Unicode's simple mappings have them (UnicodeData.txt): Cyrillic and
// Greek as well as Latin, one code point to one code point. The tables are generated at build time.
// A byte that is not UTF-8 stays as it is. Any thread.
#pragma once

#include <string>
#include <string_view>

namespace weir::enrich {

// In place of what `out` held; it only ever grows. REQUIRES: text does not lie in out. Throws
// bad_alloc.
void to_lower(std::string_view text, std::string& out);
void to_upper(std::string_view text, std::string& out);

}  // namespace weir::enrich
