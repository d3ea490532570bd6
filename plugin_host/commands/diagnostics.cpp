#include "commands/diagnostics.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <filesystem>

#include "commands/excerpt.h"
#include "failure.h"
#include "json_object.h"

namespace weir::host {
namespace {

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::parser;

[[noreturn]] void fail(std::string_view topic) {
  throw Failure(Exit::runtime, fmt::format("the library described '{}' in bad JSON", topic));
}

// Calls `each` with every object of an array.
template <typename Each>
void for_each_object(const std::string& json, std::string_view topic, Each each) {
  parser reader;
  array items;
  if (reader.parse(json).get(items) != simdjson::SUCCESS) fail(topic);
  for (const element item : items) each(item);
}

std::string string_of(element object, std::string_view key) {
  return std::string(text_of(object, key));
}

Diagnostic diagnostic_of(element item) {
  return {string_of(item, "severity"), count_of(item, "line"), count_of(item, "column"),
          string_of(item, "message")};
}

Imported import_as(const Library& library, std::string_view topic, std::string_view json) {
  const std::string text = describe(library, topic, json);
  parser reader;
  element whole;
  array diagnostics;
  if (reader.parse(text).get(whole) != simdjson::SUCCESS ||
      whole["diagnostics"].get(diagnostics) != simdjson::SUCCESS) {
    fail(topic);
  }
  Imported imported;
  imported.document = string_of(whole, "document");
  for (const element item : diagnostics) imported.diagnostics.push_back(diagnostic_of(item));
  array expressions;
  if (whole["expressions"].get(expressions) == simdjson::SUCCESS) {
    for (const element item : expressions) {
      imported.expressions.push_back({string_of(item, "name"), string_of(item, "expression")});
    }
  }
  return imported;
}

}  // namespace

std::string describe(const Library& library, std::string_view topic, std::string_view input) {
  std::string text;
  const auto write = [](void* user, const char* bytes, std::uint64_t size) {
    static_cast<std::string*>(user)->append(bytes, size);
  };
  weir_error error = new_error();
  const std::int32_t status = library.describe(topic.data(), topic.size(), input.data(),
                                               input.size(), write, &text, &error);
  if (status != WEIR_OK) {
    throw Failure(Exit::runtime,
                  fmt::format("{} ({})", error.message, library.status_name(status)));
  }
  return text;
}

std::vector<std::string> named_files(const Library& library, std::string_view document,
                                     const std::string& directory) {
  const std::string topic = directory.empty() ? "files" : "files " + directory;
  const std::string json = describe(library, topic, document);
  parser reader;
  array paths;
  if (reader.parse(json).get(paths) != simdjson::SUCCESS) fail(topic);
  std::vector<std::string> all;
  for (const element path : paths) {
    std::string_view text;
    if (path.get(text) == simdjson::SUCCESS) all.emplace_back(text);
  }
  return all;
}

std::vector<Diagnostic> diagnose(const Library& library, std::string_view document,
                                 const std::string& directory) {
  std::vector<Diagnostic> all;
  const std::string topic = directory.empty() ? "diagnostics" : "diagnostics " + directory;
  for_each_object(describe(library, topic, document), topic,
                  [&](element item) { all.push_back(diagnostic_of(item)); });
  return all;
}

std::string directory_of(const std::string& path) {
  return path == "-" ? std::string{} : std::filesystem::path(path).parent_path().string();
}

std::string diagnostic_text(const std::string& path, std::string_view document,
                            const Diagnostic& diagnostic) {
  return fmt::format("{}:{}:{}: {}: {}\n{}", path, diagnostic.line, diagnostic.column,
                     diagnostic.severity, diagnostic.message,
                     excerpt(document, diagnostic.line, diagnostic.column));
}

std::vector<FieldDescription> describe_fields(const Library& library) {
  std::vector<FieldDescription> all;
  for_each_object(describe(library, "fields", {}), "fields", [&](element item) {
    all.push_back({string_of(item, "name"), string_of(item, "type"), string_of(item, "limits"),
                   string_of(item, "description")});
  });
  return all;
}

std::vector<PresetDescription> describe_presets(const Library& library) {
  std::vector<PresetDescription> all;
  for_each_object(describe(library, "presets", {}), "presets", [&](element item) {
    all.push_back({string_of(item, "name"), string_of(item, "description")});
  });
  return all;
}

Imported import_document(const Library& library, std::string_view json) {
  return import_as(library, "import", json);
}

Imported import_expressions(const Library& library, std::string_view json) {
  return import_as(library, "expressions", json);
}

}  // namespace weir::host
