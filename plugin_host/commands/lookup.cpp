#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <map>
#include <memory>

#include "commands/commands.h"
#include "tracer/client.h"

namespace weir::host {
namespace {

using lookup::cybertrace::Kind;

struct LookupArguments {
  std::string server;
  std::vector<std::string> urls;
  std::vector<std::string> ips;
  std::vector<std::string> hashes;
  bool ping = false;
  std::int64_t timeout = 5'000;  // ms
};

tracer::Question to_question(const LookupArguments& arguments) {
  const auto server = parse_host_port(arguments.server);
  if (!server || server->host.empty()) {
    throw Failure(Exit::usage, fmt::format("'{}' is no server; write HOST:PORT, such as "
                                           "127.0.0.1:16666 or [::1]:16666",
                                           arguments.server));
  }
  tracer::Question question{
      *server, arguments.server, {}, arguments.ping, std::chrono::milliseconds(arguments.timeout)};
  for (const std::string& value : arguments.urls) question.indicators.push_back({Kind::url, value});
  for (const std::string& value : arguments.ips) question.indicators.push_back({Kind::ip, value});
  for (const std::string& value : arguments.hashes) {
    question.indicators.push_back({Kind::hash, value});
  }
  if (question.indicators.empty() == !arguments.ping) {
    throw Failure(Exit::usage, arguments.ping
                                   ? "--ping looks nothing up; leave --url, --ip and --hash out"
                                   : "there is nothing to look up; name --url, --ip or --hash, or "
                                     "--ping; see weir lookup --help");
  }
  return question;
}

void add_values(CLI::App& command, const char* name, std::vector<std::string>& values,
                const char* help) {
  command.add_option(name, values, help)
      ->type_name("VALUE")
      ->expected(1)
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

}  // namespace

void add_lookup(CLI::App& app, CommandLine& line) {
  CLI::App* command = app.add_subcommand(
      "lookup", "Look indicators up at a CyberTrace server or weir tracer, as KUMA would");
  const auto arguments = std::make_shared<LookupArguments>();
  command->add_option("server", arguments->server, "the server")
      ->required()
      ->type_name("HOST:PORT");
  add_values(*command, "--url", arguments->urls, "an indicator of kind url; may be repeated");
  add_values(*command, "--ip", arguments->ips, "of kind ip; may be repeated");
  add_values(*command, "--hash", arguments->hashes, "of kind hash; may be repeated");
  command->add_flag("--ping", arguments->ping, "the health check instead");
  const std::map<std::string, std::int64_t> units{{"ms", 1}, {"s", 1000}, {"m", 60'000}};
  command->add_option("--timeout", arguments->timeout, "for all of it, such as 500ms (default: 5s)")
      ->type_name("TIME")
      ->transform(CLI::AsNumberWithUnit(units, CLI::AsNumberWithUnit::UNIT_REQUIRED, "TIME")
                      .description(""))
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{3'600'000}).description(""));
  command->footer(
      "Exit code: 0 something was found (or PONG came), 1 answered but nothing was found, 2 "
      "usage,\n"
      "3 no connection or no whole answer in time.\n"
      "Examples:\n"
      "  weir lookup 127.0.0.1:16666 --ip 192.0.2.1\n"
      "  weir lookup ti.example:9999 --url http://bad.example/a --hash C912705B4BBB14EC --timeout "
      "1s\n"
      "  weir lookup [::1]:16666 --ping");
  command->callback([arguments, &line] {
    line.chosen = [arguments] { return tracer::look_up(to_question(*arguments), print_output); };
  });
}

}  // namespace weir::host
