#include "enrich/decoding.h"

#include <nettle/base16.h>
#include <nettle/base64.h>

#include "base/text.h"

namespace weir::enrich {

namespace {

std::uint8_t* bytes_of(std::string& out) noexcept {
  return reinterpret_cast<std::uint8_t*>(out.data());
}

bool decode(base64_decode_ctx& context, std::string_view text, std::string& out) {
  out.resize(BASE64_DECODE_LENGTH(text.size()));
  std::size_t size = out.size();
  if (!base64_decode_update(&context, &size, bytes_of(out), text.size(), text.data())) return false;
  // Padding that was left out; it yields no bytes.
  for (int missing = 0; missing < 2 && !base64_decode_final(&context); ++missing) {
    std::uint8_t none = 0;
    if (base64_decode_single(&context, &none, '=') < 0) return false;
  }
  out.resize(size);
  return base64_decode_final(&context) != 0;
}

}  // namespace

bool decode_hex(std::string_view text, std::string& out) {
  base16_decode_ctx context;
  base16_decode_init(&context);
  out.resize(BASE16_DECODE_LENGTH(text.size()));
  std::size_t size = out.size();
  if (!base16_decode_update(&context, &size, bytes_of(out), text.size(), text.data())) return false;
  out.resize(size);
  return base16_decode_final(&context) != 0;
}

bool decode_base64(std::string_view text, std::string& out) {
  base64_decode_ctx context;
  base64_decode_init(&context);
  return decode(context, text, out);
}

bool decode_base64_url(std::string_view text, std::string& out) {
  base64_decode_ctx context;
  base64url_decode_init(&context);
  return decode(context, text, out);
}

bool decode_url(std::string_view text, std::string& out) {
  out.clear();
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '%') {
      out += text[at] == '+' ? ' ' : text[at];
      continue;
    }
    const int high = at + 1 < text.size() ? hex_digit(text[at + 1]) : -1;
    const int low = at + 2 < text.size() ? hex_digit(text[at + 2]) : -1;
    if (high < 0 || low < 0) return false;
    out += static_cast<char>(high << 4 | low);
    at += 2;
  }
  return true;
}

}  // namespace weir::enrich
