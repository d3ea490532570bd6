#include "event/field_map.h"

#include <gtest/gtest.h>

namespace weir {
namespace {

MappedSource key(const char* name) { return {{name}, nullptr, nullptr, {}, {}}; }

std::vector<std::string> keys_of(const MappedField& field) {
  std::vector<std::string> names;
  for (const MappedSource& source : field.sources) names.push_back(source.key[0]);
  return names;
}

using Keys = std::vector<std::string>;

TEST(Overlay, ReplacesSourcesAndConstantFieldByField) {
  const FieldMap base{{{1, {key("a"), key("b")}, Constant("x")},
                       {2, {key("a")}, std::nullopt},
                       {3, {}, Constant("y")}},
                      false};
  const FieldMap own{{{4, {key("a")}, std::nullopt},
                      {1, {key("c")}, std::nullopt},
                      {3, {key("d")}, Constant(std::int64_t{7})},
                      {2, {}, Constant("z")}},
                     false};
  const FieldMap whole = overlay(base, own);
  ASSERT_EQ(whole.fields.size(), 4U);
  EXPECT_EQ(whole.fields[0].field, 1U);
  EXPECT_EQ(keys_of(whole.fields[0]), Keys{"c"});
  EXPECT_EQ(whole.fields[0].constant, Constant("x"));
  EXPECT_EQ(keys_of(whole.fields[1]), Keys{"a"})
      << "own maps the key elsewhere, and base as before";
  EXPECT_EQ(whole.fields[1].constant, Constant("z"));
  EXPECT_EQ(keys_of(whole.fields[2]), Keys{"d"});
  EXPECT_EQ(whole.fields[2].constant, Constant(std::int64_t{7}));
  EXPECT_EQ(whole.fields[3].field, 4U);
}

TEST(Overlay, KeepsIfEitherDoes) {
  for (const bool base : {false, true})
    for (const bool own : {false, true})
      EXPECT_EQ(overlay(FieldMap{{}, base}, FieldMap{{}, own}).keep, base || own);
}

TEST(Overlay, OfNothingIsTheOther) {
  const FieldMap map{{{1, {key("a")}, std::nullopt}}, true};
  EXPECT_EQ(overlay(map, {}).fields.size(), 1U);
  EXPECT_EQ(overlay({}, map).fields.size(), 1U);
  EXPECT_TRUE(overlay({}, {}).empty());
}

}  // namespace
}  // namespace weir
