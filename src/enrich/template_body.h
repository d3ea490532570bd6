// A template, read: pieces of text, values to print, and conditions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "enrich/template_text.h"
#include "event/schema.h"
#include "event/value.h"

namespace weir::enrich {

// What an expression gives, as far as it is known before there is an event.
enum class TemplateType : std::uint8_t {
  text,
  number,  // whole or not
  boolean,
  text_array,
  number_array,
  float_array,
  structured,  // JSON
  any,         // of a field of an open schema
  map,         // .Extra and the like: only `index` takes it
};

inline bool is_array(TemplateType type) noexcept {
  return type == TemplateType::text_array || type == TemplateType::number_array ||
         type == TemplateType::float_array;
}

struct Expression {
  enum class Kind : std::uint8_t {
    constant,
    field,
    element,  // of an array, by its place
    equal,    // the first argument and any other
    unequal,
    conjunction,
    disjunction,
    negation,
  };
  Kind kind = Kind::constant;
  TemplateType type = TemplateType::text;
  std::uint32_t offset = 0;  // in the template
  std::uint32_t field = 0;   // its place in Body::fields
  std::uint64_t index = 0;   // of an element
  std::string text;          // of a constant text; of a field its name
  Value value;               // of any other constant
  std::vector<Expression> arguments;
};

struct Branch;

struct Piece {
  enum class Kind : std::uint8_t { text, print, condition };
  Kind kind = Kind::text;
  std::string text;
  Expression value;              // to print
  std::vector<Branch> branches;  // of a condition: the first that holds counts
};

struct Branch {
  std::optional<Expression> condition;  // none: else
  std::vector<Piece> pieces;
};

struct TemplateText::Body {
  std::vector<Piece> pieces;
  std::vector<FieldId> fields;  // those that it reads, each once
};

}  // namespace weir::enrich
