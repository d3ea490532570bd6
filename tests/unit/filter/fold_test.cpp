// Case folding against Unicode's own list, and the walking comparison against plain folding.
#include "filter/fold.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <random>
#include <sstream>
#include <string>
#include <vector>

namespace weir::filter {
namespace {

TEST(Fold, KnowsLatinGreekCyrillicAndTheOddOnes) {
  EXPECT_EQ(folded("ABCxyz019_"), "abcxyz019_");
  EXPECT_EQ(folded("ПРИВЕТ, Ёж"), "привет, ёж");
  EXPECT_EQ(folded("ΣΊΣΥΦΟΣ ς"), "σίσυφοσ σ");
  EXPECT_EQ(folded("\xE2\x84\xAA"), "k");                     // Kelvin sign
  EXPECT_EQ(folded("\xC8\xBA"), "\xE2\xB1\xA5");              // Ⱥ grows from two bytes to three
  EXPECT_EQ(folded("\xF0\x90\x90\x80"), "\xF0\x90\x90\xA8");  // Deseret
  EXPECT_EQ(folded("Straße"), "straße");                      // simple folding leaves ß alone
}

TEST(Fold, LeavesBytesThatAreNotUtf8) {
  const std::string bytes("A\xFF\xC0\x80\xED\xA0\x80\xF4\x90\x80\x80\xD0", 12);
  EXPECT_EQ(folded(bytes), std::string("a").append(bytes, 1));
}

TEST(Fold, AgreesWithCaseFoldingTxt) {
  const char* folder = std::getenv("WEIR_DATA");
  std::ifstream list(std::string(folder != nullptr ? folder : "../shared/data") +
                     "/unicode/CaseFolding.txt");
  if (!list) GTEST_SKIP() << "the real data (WEIR_DATA) is not there: unicode/CaseFolding.txt";
  std::map<char32_t, char32_t> expected;
  for (std::string line; std::getline(list, line);) {
    std::istringstream fields(line.substr(0, line.find('#')));
    std::string code, status, mapping;
    if (!std::getline(fields, code, ';') || !std::getline(fields, status, ';') ||
        !std::getline(fields, mapping, ';')) {
      continue;
    }
    if (status != " C" && status != " S") continue;
    expected[static_cast<char32_t>(std::stoul(code, nullptr, 16))] =
        static_cast<char32_t>(std::stoul(mapping, nullptr, 16));
  }
  ASSERT_GT(expected.size(), 1000U);
  for (char32_t code_point = 0; code_point <= 0x10FFFF; ++code_point) {
    const auto found = expected.find(code_point);
    ASSERT_EQ(fold(code_point), found == expected.end() ? code_point : found->second)
        << static_cast<std::uint32_t>(code_point);
  }
}

// The comparison that walks both texts says what folding first and comparing then would.
TEST(Fold, ComparesAsFoldedTextsCompare) {
  const std::vector<std::string> pieces = {
      "a", "A", "k", "\xE2\x84\xAA", "ж", "Ж", "Ⱥ", "ⱥ", "\xFF", "\xD0", "zz", "ABCDEFGHIJKLMNOPQ"};
  std::mt19937 random(1);
  const auto make = [&] {
    std::string text;
    for (auto n = random() % 5; n > 0; --n) text += pieces[random() % pieces.size()];
    return text;
  };
  std::string buffer;
  int equal = 0;
  for (int i = 0; i < 50'000; ++i) {
    const std::string text = make();
    const std::string constant = folded(make());
    const std::string whole = folded(text);
    ASSERT_EQ(fold_into(text, buffer), whole);
    ASSERT_EQ(equals_folded(text, constant), whole == constant) << text << '|' << constant;
    ASSERT_EQ(starts_with_folded(text, constant), whole.starts_with(constant));
    const FoldedOrder order = compare_folded(text, constant);
    ASSERT_EQ(order == FoldedOrder::before || order == FoldedOrder::text_ended, whole < constant);
    equal += whole == constant ? 1 : 0;
  }
  EXPECT_GT(equal, 1000);
}

}  // namespace
}  // namespace weir::filter
