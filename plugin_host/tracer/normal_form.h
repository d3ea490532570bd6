// Under which text an indicator is found.
#pragma once

#include <string>
#include <string_view>

namespace weir::host::tracer {

// Without white space around it, a scheme before it (`http://`), and a lone slash behind its host;
// ASCII letters up to the first '/', '?' or '#' in lower case. So a host name and a hash are found
// however they are written, and the path of a URL only as it stands. The result lies in the text,
// or in `scratch`. Allocates nothing once scratch is large enough.
std::string_view normal_form(std::string_view text, std::string& scratch);

}  // namespace weir::host::tracer
