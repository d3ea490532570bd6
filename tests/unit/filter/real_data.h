// Files of the real data that is kept beside the checkout.
#pragma once

#include <simdjson.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>

namespace weir {

inline std::string real_data_path(std::string_view name) {
  const char* folder = std::getenv("WEIR_DATA");
  return std::string(folder != nullptr ? folder : "../shared/data").append("/").append(name);
}

// The content of a file, or "" where the data is not there. A name in .gz is decompressed.
inline std::string real_data(std::string_view name) {
  const std::string path = real_data_path(name);
  std::ifstream file(path, std::ios::binary);
  if (!file) return {};
  if (!name.ends_with(".gz")) {
    std::ostringstream content;
    content << file.rdbuf();
    return content.str();
  }
  const std::string command = std::string("gzip -dc '").append(path).append("'");
  std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
  std::string content;
  std::array<char, 65'536> block;
  while (const std::size_t size = std::fread(block.data(), 1, block.size(), pipe.get())) {
    content.append(block.data(), size);
  }
  return content;
}

// The element lives until the next call.
inline simdjson::dom::element parsed_json(const std::string& text) {
  static simdjson::dom::parser parser;
  return parser.parse(text);
}

}  // namespace weir
