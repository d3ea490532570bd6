#include "input/input.h"

#include <fmt/format.h>
#include <sys/un.h>

#include <array>
#include <optional>

#include "failure.h"

namespace weir::host {
namespace {

using InputKind = InputName::Kind;

struct Scheme {
  std::string_view prefix;
  InputKind kind;
};
constexpr std::array<Scheme, 4> kSchemes = {{{"udp://", InputKind::udp},
                                             {"tcp://", InputKind::tcp},
                                             {"unix://", InputKind::unix_stream},
                                             {"unixgram://", InputKind::unix_datagram}}};

InputName parse_address(const std::string& text, const Scheme& scheme) {
  const std::optional<HostPort> name = parse_host_port(text.substr(scheme.prefix.size()));
  if (!name) {
    const bool udp = scheme.kind == InputKind::udp;
    throw Failure(Exit::usage,
                  fmt::format("'{0}' is no {1} address; write {2}HOST:PORT, such as "
                              "{2}0.0.0.0:{3} or {2}[::]:{3}",
                              text, udp ? "UDP" : "TCP", scheme.prefix, udp ? 2055 : 5514));
  }
  return {scheme.kind, text, name->host, name->port, {}};
}

InputName parse_path(const std::string& text, const Scheme& scheme) {
  std::string path = text.substr(scheme.prefix.size());
  if (path.size() < 2 || path[0] != '/' || path.back() == '/') {
    throw Failure(Exit::usage, fmt::format("'{0}' names no socket; write {1}/PATH, such as "
                                           "{1}/run/weir.sock",
                                           text, scheme.prefix));
  }
  if (path.size() >= sizeof(sockaddr_un::sun_path)) {
    throw Failure(Exit::usage, fmt::format("the path of '{}' is too long for a socket; it may have "
                                           "{} bytes",
                                           text, sizeof(sockaddr_un::sun_path) - 1));
  }
  return {scheme.kind, text, {}, {}, std::move(path)};
}

}  // namespace

bool is_socket(InputKind kind) noexcept {
  return kind != InputKind::file && kind != InputKind::standard_input;
}

bool is_listener(InputKind kind) noexcept {
  return kind == InputKind::tcp || kind == InputKind::unix_stream;
}

InputName parse_input(const std::string& text) {
  if (text == "-") return {InputKind::standard_input, text, {}, {}, {}};
  for (const Scheme& scheme : kSchemes) {
    if (text.rfind(scheme.prefix, 0) != 0) continue;
    const bool address = scheme.kind == InputKind::udp || scheme.kind == InputKind::tcp;
    return address ? parse_address(text, scheme) : parse_path(text, scheme);
  }
  if (text.empty()) throw Failure(Exit::usage, "an input has an empty name");
  if (has_scheme(text)) {
    throw Failure(Exit::usage,
                  fmt::format("'{}' is no input; name a file, -, udp://HOST:PORT, tcp://HOST:PORT, "
                              "unix:///PATH or unixgram:///PATH",
                              text));
  }
  return {InputKind::file, text, {}, {}, {}};
}

}  // namespace weir::host
