// Lookups of every kind, and what checking a condition against them says.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "filter/operand_check.h"
#include "lookup/tables.h"

namespace weir::filter {

inline void add_table(lookup::Tables& tables, std::string name, lookup::Shape shape) {
  tables.add({std::move(name), "", std::make_shared<lookup::Table>(std::move(shape))});
}

inline const lookup::Tables& sample_tables() {
  static const lookup::Tables all = [] {
    lookup::Tables made;
    add_table(made, "words", lookup::fixed_shape(lookup::Kind::dictionary));
    add_table(made, "hosts",
              {lookup::Kind::table,
               {{"key", FieldType::text}},
               {{"os", FieldType::text}, {"owner"}},
               {}});
    add_table(made, "seen", {lookup::Kind::active_list, {{"key"}}, {{"count"}}, {}});
    add_table(made, "empty", {lookup::Kind::active_list, {{"key"}}, {}, {}});
    add_table(made, "state",
              {lookup::Kind::context_table,
               {{"user"}, {"port", FieldType::number}},
               {{"score", FieldType::floating},
                {"ports", FieldType::number_array},
                {"tags", FieldType::text_array}},
               {}});
    add_table(made, "one", {lookup::Kind::context_table, {{"user"}}, {{"name"}}, {}});
    add_table(made, "", lookup::fixed_shape(lookup::Kind::assets));
    add_table(made, "", lookup::fixed_shape(lookup::Kind::directory));
    made.add({"named", "0b7d4a2e-0000-4000-8000-000000000001",
              std::make_shared<lookup::Table>(lookup::fixed_shape(lookup::Kind::dictionary))});
    return made;
  }();
  return all;
}

struct Refused {
  std::string message;
  std::int64_t offset = -1;
  bool operator==(const Refused&) const = default;
};
inline std::ostream& operator<<(std::ostream& out, const Refused& refused) {
  return out << refused.offset << ": " << refused.message;
}

inline Refused refused(const Node& condition, const Environment& environment, Schema schema) {
  try {
    check_operands(condition, environment, schema);
    return {};
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.status(), Status::invalid_document);
    return {failure.what(), failure.position().offset};
  }
}

inline Refused refused(std::string_view expression, Schema schema = Schema::kuma) {
  Environment environment;
  environment.tables = &sample_tables();
  return refused(parse_expression(expression, schema), environment, schema);
}

}  // namespace weir::filter
