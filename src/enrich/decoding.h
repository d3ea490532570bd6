// Texts that stand for bytes. What comes out need not be UTF-8. Any thread.
#pragma once

#include <string>
#include <string_view>

namespace weir::enrich {

// Each false of a text that is none of its kind; what `out` holds then means nothing. REQUIRES:
// text does not lie in out. Throws bad_alloc.

// Pairs of hexadecimal digits in either case (RFC 4648 section 8). White space is passed over, also
// by the next two.
bool decode_hex(std::string_view text, std::string& out);
// RFC 4648 sections 4 and 5; the padding may be left out.
bool decode_base64(std::string_view text, std::string& out);
bool decode_base64_url(std::string_view text, std::string& out);
// %XX is a byte, and '+' a space, as in the query of a URL
// (https://url.spec.whatwg.org/#application/x-www-form-urlencoded).
bool decode_url(std::string_view text, std::string& out);

}  // namespace weir::enrich
