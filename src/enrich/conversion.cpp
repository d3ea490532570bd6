#include "enrich/conversion.h"

#include <optional>
#include <utility>

#include "base/error.h"
#include "base/text.h"
#include "base/utf8.h"
#include "enrich/decoding.h"
#include "enrich/expression.h"
#include "enrich/letter_case.h"

namespace weir::enrich {

namespace {

constexpr std::string_view white_space = " \t\r\n\v\f";

bool holds(std::string_view characters, std::string_view wanted) noexcept {
  while (!characters.empty())
    if (take_character(characters) == wanted) return true;
  return false;
}

// REQUIRES: a text that is not empty.
std::string_view last_character(std::string_view text) noexcept {
  for (std::size_t size = 4; size > 1; --size) {
    if (size > text.size()) continue;
    const std::string_view tail = text.substr(text.size() - size);
    std::string_view rest = tail;
    if (take_character(rest).size() == size) return tail;
  }
  return text.substr(text.size() - 1);
}

std::string_view trimmed(std::string_view text, std::string_view characters) noexcept {
  for (std::string_view rest = text; !text.empty(); text = rest)
    if (!holds(characters, take_character(rest))) break;
  while (!text.empty()) {
    const std::string_view last = last_character(text);
    if (!holds(characters, last)) break;
    text.remove_suffix(last.size());
  }
  return text;
}

bool replaced(std::string_view text, std::string_view find, std::string_view with,
              std::string& out) {
  out.clear();
  for (std::size_t at = 0;;) {
    const std::size_t found = text.find(find, at);
    out.append(text.substr(at, found == std::string_view::npos ? found : found - at));
    if (found == std::string_view::npos) return out.size() <= Conversion::max_size;
    out.append(with);
    if (out.size() > Conversion::max_size) return false;
    at = found + find.size();
  }
}

bool joined(std::string_view first, std::string_view second, std::string& out) {
  if (first.size() + second.size() > Conversion::max_size) return false;
  out.assign(first);
  out.append(second);
  return true;
}

Conversion::Outcome done_if(bool good) noexcept {
  return good ? Conversion::Outcome::done : Conversion::Outcome::refused;
}

}  // namespace

struct Conversion::Code {
  Kind kind;
  Arguments arguments;
  std::unique_ptr<const RE2> expression{};   // of regexp
  std::optional<Replacement> replacement{};  // of replace_with_regexp

  Outcome extracted(std::string_view text, std::string& out) const;
  std::string_view part(std::string_view text) const noexcept;
};

Conversion::Conversion(Kind kind, Arguments arguments) {
  Code code{kind, std::move(arguments)};
  Arguments& given = code.arguments;
  switch (kind) {
    case Kind::trim:
      if (given.characters.empty()) given.characters = white_space;
      break;
    case Kind::replace:
      if (given.expression.empty())
        throw Failure(Status::invalid_document, "there is nothing to find; name a text");
      break;
    case Kind::regexp:
      code.expression = compile_expression(given.expression);
      break;
    case Kind::replace_with_regexp:
      code.replacement.emplace(given.expression, given.with);
      break;
    case Kind::substring:
      if (given.start < 0 || given.end < 0 || (given.end != 0 && given.start >= given.end))
        throw Failure(Status::invalid_document,
                      "start must come before end; they count characters from 0");
      break;
    default:
      break;
  }
  code_ = std::make_shared<const Code>(std::move(code));
}

Conversion::~Conversion() = default;
Conversion::Conversion(Conversion&&) noexcept = default;
Conversion& Conversion::operator=(Conversion&&) noexcept = default;
Conversion::Conversion(const Conversion&) = default;
Conversion& Conversion::operator=(const Conversion&) = default;

Conversion::Outcome Conversion::Code::extracted(std::string_view text, std::string& out) const {
  std::string_view found;
  if (!extract(*expression, text, found)) return Outcome::no_match;
  out.assign(found);
  return Outcome::done;
}

std::string_view Conversion::Code::part(std::string_view text) const noexcept {
  text.remove_prefix(first_code_points(text, static_cast<std::size_t>(arguments.start)).size());
  if (arguments.end == 0) return text;
  return first_code_points(text, static_cast<std::size_t>(arguments.end - arguments.start));
}

Conversion::Outcome Conversion::apply(std::string_view text, std::string& out) const {
  const Arguments& given = code_->arguments;
  if (text.data() == nullptr) text = "";  // to RE2 that is no text at all
  switch (code_->kind) {
    case Kind::lower:
      to_lower(text, out);
      return done_if(out.size() <= max_size);
    case Kind::upper:
      to_upper(text, out);
      return done_if(out.size() <= max_size);
    case Kind::trim:
      out.assign(trimmed(text, given.characters));
      return Outcome::done;
    case Kind::replace:
      return done_if(replaced(text, given.expression, given.with, out));
    case Kind::regexp:
      return code_->extracted(text, out);
    case Kind::replace_with_regexp:
      return done_if(code_->replacement->apply(text, out, max_size));
    case Kind::append:
      return done_if(joined(text, given.with, out));
    case Kind::prepend:
      return done_if(joined(given.with, text, out));
    case Kind::substring:
      out.assign(code_->part(text));
      return Outcome::done;
    case Kind::decode_hex:
      return done_if(decode_hex(text, out));
    case Kind::decode_base64:
      return done_if(decode_base64(text, out));
    case Kind::decode_base64_url:
      return done_if(decode_base64_url(text, out));
    case Kind::decode_url:
      return done_if(decode_url(text, out));
  }
  return Outcome::refused;
}

}  // namespace weir::enrich
