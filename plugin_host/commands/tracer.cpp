#include "tracer/tracer.h"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <memory>

#include "commands/commands.h"

namespace weir::host {
namespace {

using tracer::Serves;
using tracer::Settings;
using tracer::SourceSettings;
using tracer::SourceType;

// Options that belong to the source before them. Bits: by SourceType.
constexpr unsigned bit(SourceType type) noexcept { return 1u << static_cast<unsigned>(type); }
constexpr unsigned kEvery = 0x1f;

struct SourceOption {
  const char* name;
  const char* value;
  const char* help;
  unsigned belongs_to;
  std::string SourceSettings::*member;  // null: the kind
};
constexpr std::array<SourceOption, 6> kSourceOptions{{
    {"--category", "NAME",
     "of the source before it: Category of its detections (default: the file's name without "
     "extension, the host of the service, what a MISP list is called)",
     kEvery, &SourceSettings::category},
    {"--kind", "KIND",
     "of the source before it: which indicators it is asked about, url, ip, hash or any (default: "
     "any)",
     kEvery, nullptr},
    {"--key", "NAME",
     "of the --jsonl or --csv before it: the member or column with the indicator (default of "
     "--csv: the first)",
     bit(SourceType::jsonl) | bit(SourceType::csv), &SourceSettings::key},
    {"--query", "SQL",
     "of the --sqlite before it: a SELECT with the parameter ?1 or :value for the indicator",
     bit(SourceType::sqlite), &SourceSettings::query},
    {"--header-file", "FILE", "of the --http before it: headers for each request, one a line",
     bit(SourceType::http), &SourceSettings::header_file},
    {"--ca", "FILE",
     "of the --http before it: certificates to trust (default: those of the system)",
     bit(SourceType::http), &SourceSettings::authorities},
}};

constexpr std::array<std::pair<const char*, const char*>, 5> kSources{{
    {"--csv", "a CSV file (also with tabs or semicolons): its first line names the columns"},
    {"--jsonl", "a file with a JSON object a line, or one list of objects; needs --key"},
    {"--list", "a text file with an indicator a line, or a MISP warning list"},
    {"--sqlite", "an SQLite database; needs --query"},
    {"--http", "a service that answers GET of this URL with JSON; {value} is the indicator"},
}};

struct TracerArguments {
  Settings settings;
  std::vector<std::string> listen;
  std::int64_t idle = 300'000;  // ms
  std::int64_t source_time = 1'000;
  std::array<std::vector<std::string>, kSources.size()> sources;
  std::array<std::vector<std::string>, kSourceOptions.size()> options;
};

[[noreturn]] void fail(const std::string& message) {
  throw Failure(Exit::usage, message + "; see weir tracer --help");
}

std::string text_of(const SourceSettings& source) {
  return fmt::format("--{} '{}'", name_of(source.type), source.place);
}

Serves parse_kind(const std::string& text) {
  const auto& names = tracer::kServesNames;
  const auto at = std::find(names.begin(), names.end(), text);
  if (at == names.end()) fail(fmt::format("--kind '{}' is not one of url, ip, hash or any", text));
  return static_cast<Serves>(at - names.begin());
}

// What takes an option, for a message.
std::string takers(unsigned belongs_to) {
  std::string text;
  for (std::size_t i = 0; i < kSources.size(); ++i) {
    if ((belongs_to & 1u << i) == 0) continue;
    text += fmt::format("{}{}", text.empty() ? "" : " or ", kSources[i].first);
  }
  return belongs_to == kEvery ? "any source" : text;
}

void apply(const SourceOption& option, const std::string& value,
           std::vector<SourceSettings>& sources, std::vector<const char*>& given) {
  if (sources.empty()) {
    fail(
        fmt::format("{} '{}' stands before any source; write it behind the one it belongs to, "
                    "such as --csv feed.csv --category NAME",
                    option.name, value));
  }
  SourceSettings& source = sources.back();
  if ((option.belongs_to & bit(source.type)) == 0) {
    fail(fmt::format("{} belongs to {}, not to {} before it", option.name,
                     takers(option.belongs_to), text_of(source)));
  }
  if (std::find(given.begin(), given.end(), option.name) != given.end()) {
    fail(fmt::format("{} stands twice behind {}", option.name, text_of(source)));
  }
  given.push_back(option.name);
  if (option.member == nullptr) {
    source.serves = parse_kind(value);
  } else {
    source.*option.member = value;
  }
}

void check_source(const SourceSettings& source) {
  if (source.type == SourceType::jsonl && source.key.empty()) {
    fail(text_of(source) + " needs --key NAME behind it: the member with the indicator");
  }
  if (source.type == SourceType::sqlite && source.query.empty()) {
    fail(text_of(source) +
         " needs --query SQL behind it, such as "
         "--query 'SELECT * FROM indicators WHERE value = ?1'");
  }
}

// The sources, from the options in the order in which they stand.
std::vector<SourceSettings> to_sources(const CLI::App& command, const TracerArguments& arguments) {
  std::vector<SourceSettings> sources;
  std::vector<const char*> given;  // behind the last source
  std::map<const CLI::Option*, std::size_t> seen;
  for (const CLI::Option* const option : command.parse_order()) {
    const std::size_t number = seen[option]++;
    for (std::size_t i = 0; i < kSources.size(); ++i) {
      if (command.get_option(kSources[i].first) != option) continue;
      sources.emplace_back();
      sources.back().type = static_cast<SourceType>(i);
      sources.back().place = arguments.sources[i][number];
      given.clear();
    }
    for (std::size_t i = 0; i < kSourceOptions.size(); ++i) {
      if (command.get_option(kSourceOptions[i].name) != option) continue;
      apply(kSourceOptions[i], arguments.options[i][number], sources, given);
    }
  }
  if (sources.empty()) {
    fail(
        "there is nothing to look up in; name a source: --csv, --jsonl, --list, --sqlite or "
        "--http");
  }
  for (const SourceSettings& source : sources) check_source(source);
  return sources;
}

Settings to_settings(const CLI::App& command, const TracerArguments& arguments) {
  Settings settings = arguments.settings;
  settings.sources = to_sources(command, arguments);
  if (!arguments.listen.empty()) settings.listen = arguments.listen;
  settings.limits.idle = std::chrono::milliseconds(arguments.idle);
  settings.limits.source_time = std::chrono::milliseconds(arguments.source_time);
  return settings;
}

CLI::Option* add_repeated(CLI::App& command, const char* name, std::vector<std::string>& values,
                          const char* help, const char* value) {
  return command.add_option(name, values, help)
      ->type_name(value)
      ->expected(1)
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

void add_duration(CLI::App& command, const char* name, std::int64_t& milliseconds,
                  std::int64_t least, const char* help) {
  const std::map<std::string, std::int64_t> units{
      {"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}};
  command.add_option(name, milliseconds, help)
      ->type_name("TIME")
      ->transform(CLI::AsNumberWithUnit(units, CLI::AsNumberWithUnit::UNIT_REQUIRED, "TIME")
                      .description(""))
      ->check(CLI::Range(least, std::int64_t{24} * 3'600'000).description(""));
}

void add_options(CLI::App& command, TracerArguments& arguments) {
  add_repeated(command, "--listen", arguments.listen,
               "an address to listen on; may be repeated; port 0: the system chooses (default: "
               "127.0.0.1:16666)",
               "HOST:PORT");
  for (std::size_t i = 0; i < kSources.size(); ++i) {
    add_repeated(command, kSources[i].first, arguments.sources[i], kSources[i].second,
                 static_cast<SourceType>(i) == SourceType::http ? "URL" : "FILE")
        ->group("Sources, one or more");
  }
  for (std::size_t i = 0; i < kSourceOptions.size(); ++i) {
    add_repeated(command, kSourceOptions[i].name, arguments.options[i], kSourceOptions[i].help,
                 kSourceOptions[i].value)
        ->group("Behind a source");
  }
  tracer::Limits& limits = arguments.settings.limits;
  command.add_option("--max-connections", limits.connections, "at a time, 1 to 1000000")
      ->type_name("N")
      ->check(CLI::Range(std::size_t{1}, std::size_t{1'000'000}).description(""))
      ->capture_default_str();
  add_duration(command, "--idle", arguments.idle, 0,
               "close connections that were silent so long, such as 30s or 5m; 0s: never "
               "(default: 5m)");
  add_duration(command, "--timeout", arguments.source_time, 1,
               "of services for one answer, of databases for all of a request, such as 500ms "
               "(default: 1s)");
  command
      .add_option("--http-requests", limits.http_requests,
                  "in flight to each service, 1 to 1000; others wait")
      ->type_name("N")
      ->check(CLI::Range(std::size_t{1}, std::size_t{1000}).description(""))
      ->capture_default_str();
  command.add_flag("--tfo", arguments.settings.fast_open, "take TCP Fast Open");
  command
      .add_option("--stats", arguments.settings.stats,
                  "write the counters as JSON to this file, every ten seconds and at the end; -: "
                  "to standard output, at the end")
      ->type_name("FILE");
  command.add_flag("--quiet", arguments.settings.quiet, "print warnings and errors alone");
  command.add_flag("--debug", arguments.settings.debug, "print each exchange to standard error");
}

}  // namespace

void add_tracer(CLI::App& app, CommandLine& line) {
  CLI::App* command = app.add_subcommand(
      "tracer", "Serve lookups of indicators, as CyberTrace does, from your own data");
  const auto arguments = std::make_shared<TracerArguments>();
  add_options(*command, *arguments);
  command->footer(
      "Examples:\n"
      "  weir tracer --csv feed.csv --category Phishing --kind url\n"
      "  weir tracer --listen 0.0.0.0:16666 --list ipsum.txt --kind ip --category IPsum\n"
      "  weir tracer --jsonl ti.jsonl --key ioc --csv assets.csv --kind ip --category Asset\n"
      "  weir tracer --sqlite ti.db --query 'SELECT threat, score FROM ioc WHERE value = :value'\n"
      "  weir tracer --http 'https://ti.example/v1/lookup?q={value}' --kind hash --timeout 2s");
  command->callback([command, arguments, &line] {
    line.chosen = [command, arguments] {
      return tracer::run_tracer(to_settings(*command, *arguments));
    };
  });
}

}  // namespace weir::host
