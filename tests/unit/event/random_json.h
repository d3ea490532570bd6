// Random objects as JSON text, and damage to them.
#pragma once

#include <iterator>
#include <random>
#include <string>
#include <string_view>

#include "reading.h"

namespace weir {

class RandomJson {
 public:
  explicit RandomJson(std::uint64_t seed) : random_(seed) {}

  std::size_t below(std::size_t limit) { return random_() % limit; }

  std::string object(int depth) {
    constexpr const char* keys[] = {"Name",       "BytesIn", "F.x", "SA.x",
                                    "Na\\u006de", "Extra",   "k",   ""};
    std::string text = cat(space(), "{", space());
    for (std::size_t i = 0, count = below(6); i < count; ++i) {
      if (i > 0) text.append(",").append(space());
      text.append("\"").append(keys[below(8)]).append("\"").append(space()).append(":");
      text += space() + value(depth - 1) + space();
    }
    return cat(text, "}", space());
  }

  // One byte changed, dropped, doubled or put in.
  void damage(std::string& text) {
    constexpr std::string_view bytes = "\"\\{}[],: 0e-+.tnu\x01\xC3\xE2\x80/\n";
    const std::size_t at = below(text.size());
    const char byte = bytes[below(bytes.size())];
    switch (below(4)) {
      case 0:
        text[at] = byte;
        break;
      case 1:
        text.erase(at, 1);
        break;
      case 2:
        text.insert(at, 1, text[at]);
        break;
      default:
        text.insert(at, 1, byte);
    }
  }

 private:
  std::string space() { return below(4) == 0 ? std::string(" \t\r").substr(below(3), 1) : ""; }

  std::string value(int depth) {
    constexpr const char* scalars[] = {"0",
                                       "-1",
                                       "443",
                                       "\"443\"",
                                       "\"\"",
                                       "\"a\\n\\u20ac\\ud83d\\ude00\"",
                                       "true",
                                       "false",
                                       "null",
                                       "1.0",
                                       "0.5",
                                       "\"вход\"",
                                       "1e3",
                                       "-0",
                                       "-2.5E-1",
                                       "9223372036854775807",
                                       "9223372036854775808",
                                       "\"a \\\" b \\\\\"",
                                       "18446744073709551615",
                                       "\"1e2\"",
                                       "1e400",
                                       "123456789012345678901"};
    if (depth <= 0 || below(3) > 0) return scalars[below(std::size(scalars))];
    if (below(2) == 0) return object(depth);
    std::string text = cat("[", space());
    for (std::size_t i = 0, count = below(4); i < count; ++i)
      text += cat(i > 0 ? "," : "", space(), value(depth - 1), space());
    return text + "]";
  }

  std::mt19937_64 random_;
};

}  // namespace weir
