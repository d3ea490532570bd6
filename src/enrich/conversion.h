// What can be done to a text on its way from one field to another: KUMA's conversions.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace weir::enrich {

// One conversion; immutable, any thread. Made by the functions of docs/enrichment.md's table
// "conversions".
class Conversion {
 public:
  enum class Kind : std::uint8_t {
    lower,
    upper,
    trim,
    replace,
    regexp,
    replace_with_regexp,
    append,
    prepend,
    substring,
    decode_hex,
    decode_base64,
    decode_base64_url,
    decode_url,
  };
  // What a conversion needs besides the text; what its kind does not use stays empty.
  struct Arguments {
    std::string expression;  // regexp: the pattern; replace: the text to find
    std::string characters;  // trim
    std::string with;        // replace, append, prepend: the text to put in
    std::int64_t start = 0;  // substring, in characters, half-open
    std::int64_t end = 0;    // 0: to the end
  };

  // Throws Failure(invalid_document) without a position: an expression that RE2 refuses, `start`
  // behind `end`.
  Conversion(Kind kind, Arguments arguments);
  ~Conversion();
  Conversion(Conversion&&) noexcept;
  Conversion& operator=(Conversion&&) noexcept;
  Conversion(const Conversion&);
  Conversion& operator=(const Conversion&);

  // False if the text cannot be decoded, or `regexp` does not match: then `out` is not touched.
  // Otherwise out has the result. REQUIRES: text does not lie in out. Throws bad_alloc.
  bool apply(std::string_view text, std::string& out) const;

 private:
  struct Code;
  std::shared_ptr<const Code> code_;
};

}  // namespace weir::enrich
