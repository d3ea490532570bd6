// What the library says about itself and about documents: weir_describe's JSON, read. The host
// reads JSON here and in test/ alone, for the build time of its parser.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "library.h"

namespace weir::host {

struct Diagnostic {
  std::string severity;  // error, warning
  std::uint64_t line = 0;
  std::uint64_t column = 0;
  std::string message;
};

struct FieldDescription {
  std::string name;
  std::string type;
  std::string limits;
  std::string description;
};

struct PresetDescription {
  std::string name;
  std::string description;
};

struct NamedExpression {
  std::string name;
  std::string expression;
};

// What the library made of KUMA's JSON.
struct Imported {
  std::string document;                      // YAML
  std::vector<NamedExpression> expressions;  // of filters, if these were asked for
  std::vector<Diagnostic> diagnostics;       // with places in the JSON
};

// weir_describe as it stands. Throws Failure(runtime).
std::string describe(const Library& library, std::string_view topic, std::string_view input);

// directory: where relative paths of the document's files start.
std::vector<Diagnostic> diagnose(const Library& library, std::string_view document,
                                 const std::string& directory);

// The files that a document names, each once; none of what is no document. directory: likewise.
std::vector<std::string> named_files(const Library& library, std::string_view document,
                                     const std::string& directory);

// The folder of a document, empty for standard input and for the working directory.
std::string directory_of(const std::string& path);

// `path:line:column: error: message`, with the line and a caret under it; ends in a line feed.
std::string diagnostic_text(const std::string& path, std::string_view document,
                            const Diagnostic& diagnostic);
std::vector<FieldDescription> describe_fields(const Library& library);
std::vector<PresetDescription> describe_presets(const Library& library);
Imported import_document(const Library& library, std::string_view json);
Imported import_expressions(const Library& library, std::string_view json);

}  // namespace weir::host
