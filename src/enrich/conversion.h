// What can be done to a text on its way from one field to another: KUMA's conversions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace weir::enrich {

// One conversion; immutable, any thread; copies share what they are made of. docs/enrichment.md
// says what each does.
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
    std::string characters;  // trim; empty: white space of ASCII
    std::string with;        // replace, append, prepend: the text to put in
    std::int64_t start = 0;  // substring, in characters, half-open
    std::int64_t end = 0;    // 0: to the end
  };
  enum class Outcome : std::uint8_t {
    done,
    no_match,  // regexp found nothing
    refused,   // the text cannot be decoded, or the result would be longer than max_size
  };

  // Bytes of a result: as many as an event may have. Conversions can multiply what a source sends.
  static constexpr std::size_t max_size = std::size_t{4} << 20;

  // Throws Failure(invalid_document): an expression that RE2 refuses, position.offset being a byte
  // of it; a group that it has not; nothing to replace; `start` not before `end`.
  Conversion(Kind kind, Arguments arguments);
  ~Conversion();
  Conversion(Conversion&&) noexcept;
  Conversion& operator=(Conversion&&) noexcept;
  Conversion(const Conversion&);
  Conversion& operator=(const Conversion&);

  // done: out has the result. Otherwise what it holds means nothing. REQUIRES: text does not lie in
  // out. Throws bad_alloc.
  Outcome apply(std::string_view text, std::string& out) const;

 private:
  struct Code;
  std::shared_ptr<const Code> code_;
};

}  // namespace weir::enrich
