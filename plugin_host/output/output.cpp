#include "output/output.h"

#include <fmt/format.h>

#include <utility>

#include "failure.h"
#include "socket_address.h"

namespace weir::host {
namespace {

constexpr std::string_view kTcp = "tcp://";

std::optional<HostPort> peer_of(std::string_view name) {
  std::optional<HostPort> peer = parse_host_port(name.substr(kTcp.size()));
  if (peer && (peer->host.empty() || peer->port.find_first_not_of('0') == std::string::npos)) {
    return std::nullopt;  // nobody can connect to that
  }
  return peer;
}

}  // namespace

bool is_tcp_output(std::string_view name) noexcept { return name.substr(0, kTcp.size()) == kTcp; }

void check_output_name(const std::string& name) {
  if (!is_tcp_output(name)) {
    if (!has_scheme(name)) return;
    throw Failure(Exit::usage,
                  fmt::format("'{}' is no output; name a file, - or tcp://HOST:PORT", name));
  }
  if (peer_of(name)) return;
  throw Failure(Exit::usage, fmt::format("'{}' names no TCP peer; write tcp://HOST:PORT, such as "
                                         "tcp://siem.example:5514 or tcp://[::1]:5514",
                                         name));
}

Output::Output(const std::string& name, std::size_t buffer, TcpWriter::Show show)
    : to_(std::in_place_type<Writer>, is_tcp_output(name) ? std::string{} : name) {
  if (!is_tcp_output(name)) return;
  to_.emplace<TcpWriter>(name, peer_of(name).value_or(HostPort{}), buffer, std::move(show));
}

void Output::open_untouched() {
  if (auto* file = std::get_if<Writer>(&to_)) file->open_untouched();
}

void Output::truncate() {
  if (auto* file = std::get_if<Writer>(&to_)) return file->truncate();
  std::get<TcpWriter>(to_).open();
}

void Output::resume(std::uint64_t position) { std::get<Writer>(to_).resume(position); }

bool Output::append(std::string_view bytes) noexcept {
  if (auto* file = std::get_if<Writer>(&to_)) return file->append(bytes);
  return std::get<TcpWriter>(to_).append(bytes);
}

bool Output::flush() noexcept {
  if (auto* file = std::get_if<Writer>(&to_)) return file->flush();
  return !failed();  // its thread does not wait to be told
}

bool Output::sync() noexcept {
  if (auto* file = std::get_if<Writer>(&to_)) return file->sync();
  return std::get<TcpWriter>(to_).wait_until_sent();
}

void Output::expect_end() noexcept {
  if (auto* peer = std::get_if<TcpWriter>(&to_)) peer->expect_end();
}

bool Output::close() noexcept {
  if (auto* file = std::get_if<Writer>(&to_)) return file->close();
  return std::get<TcpWriter>(to_).close();
}

bool Output::failed() const noexcept {
  if (const auto* file = std::get_if<Writer>(&to_)) return file->failed();
  return std::get<TcpWriter>(to_).failed();
}

std::string Output::error() const {
  if (const auto* file = std::get_if<Writer>(&to_)) return file->error();
  return std::get<TcpWriter>(to_).error();
}

int Output::descriptor() const noexcept {
  const auto* file = std::get_if<Writer>(&to_);
  return file == nullptr ? -1 : file->descriptor();
}

bool Output::keeps() const noexcept {
  const auto* file = std::get_if<Writer>(&to_);
  return file != nullptr && file->keeps();
}

std::uint64_t Output::position() const noexcept {
  const auto* file = std::get_if<Writer>(&to_);
  return file == nullptr ? 0 : file->position();
}

std::optional<OutputCounts> Output::counts() const {
  const auto* peer = std::get_if<TcpWriter>(&to_);
  return peer == nullptr ? std::nullopt : std::optional(peer->counts());
}

}  // namespace weir::host
