#include "input/input.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "failure.h"

namespace weir::host {
namespace {

InputName parse_udp(const std::string& text) {
  const std::string rest = text.substr(6);
  const std::size_t colon = rest.rfind(':');
  const auto fail = [&text]() -> InputName {
    throw Failure(Exit::usage, fmt::format("'{}' is no UDP address; write udp://HOST:PORT, such as "
                                           "udp://0.0.0.0:2055 or udp://[::]:2055",
                                           text));
  };
  if (colon == std::string::npos) return fail();
  InputName name{InputName::Kind::udp, text, rest.substr(0, colon), rest.substr(colon + 1)};
  const bool digits = !name.port.empty() && name.port.size() <= 5 &&
                      std::all_of(name.port.begin(), name.port.end(),
                                  [](unsigned char c) { return std::isdigit(c); });
  if (!digits || std::stoi(name.port) > 65535) return fail();
  if (name.host.size() >= 2 && name.host.front() == '[' && name.host.back() == ']') {
    name.host = name.host.substr(1, name.host.size() - 2);
  } else if (name.host.find(':') != std::string::npos) {
    return fail();  // an IPv6 address without brackets
  }
  if (name.host == "*") name.host.clear();
  return name;
}

}  // namespace

InputName parse_input(const std::string& text) {
  if (text == "-") return {InputName::Kind::standard_input, text, {}, {}};
  if (text.rfind("udp://", 0) == 0) return parse_udp(text);
  if (text.rfind("tcp://", 0) == 0) {
    throw Failure(Exit::usage, fmt::format("input '{}': tcp is not supported yet", text));
  }
  if (text.empty()) throw Failure(Exit::usage, "an input has an empty name");
  return {InputName::Kind::file, text, {}, {}};
}

}  // namespace weir::host
