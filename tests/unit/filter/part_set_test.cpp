// Many texts at once against one after the other, on bytes that are text or not.
#include "filter/part_set.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "filter/compare.h"

namespace weir::filter {
namespace {

bool naive(Part part, const std::vector<std::string>& texts, std::string_view text) {
  for (const std::string& each : texts) {
    if (part == Part::anywhere && text.find(each) != std::string_view::npos) return true;
    if (part == Part::beginning && text.starts_with(each)) return true;
    if (part == Part::end && text.ends_with(each)) return true;
  }
  return false;
}

// Of few letters, so that one begins with another, and occurs, often; NUL and what is no UTF-8 are
// among them.
std::string random_text(std::mt19937& random, std::size_t longest) {
  constexpr std::string_view letters{"ab\0\xFF\xD0", 5};
  std::string text;
  for (std::size_t size = random() % (longest + 1); text.size() < size;)
    text += letters[random() % (random() % 3 == 0 ? letters.size() : 2)];
  return text;
}

TEST(PartSet, FindsWhatOneAfterTheOtherFinds) {
  std::mt19937 random(7);
  int found = 0;
  int searched = 0;
  for (int round = 0; round < 2'000; ++round) {
    std::vector<std::string> texts;
    const std::size_t longest = 1 + random() % 20;
    for (std::size_t n = 1 + random() % 12; n > 0; --n) {
      texts.push_back(random_text(random, longest));
      if (texts.back().empty() && random() % 20 != 0) texts.back() = "ab";
      if (random() % 2 == 0) texts.back() += random_text(random, 12) + "abba";
    }
    const std::vector<std::string_view> views(texts.begin(), texts.end());
    for (const Part part : {Part::anywhere, Part::beginning, Part::end}) {
      const PartSet set(part, views);
      for (int i = 0; i < 8; ++i) {
        std::string text = random_text(random, 30);
        if (random() % 2 == 0) text += texts[random() % texts.size()] + random_text(random, 9);
        const bool expected = naive(part, texts, text);
        ASSERT_EQ(set.found_in(text), expected) << round;
        found += expected ? 1 : 0;
        ++searched;
      }
    }
  }
  EXPECT_GT(found, searched / 5);
  EXPECT_LT(found, searched * 4 / 5);
}

TEST(PartSet, OfManyTextsFindsEach) {
  std::vector<std::string> texts;
  for (int i = 0; i < 20'000; ++i) texts.push_back("C:\\Windows\\" + std::to_string(i * 7) + "\\x");
  const std::vector<std::string_view> views(texts.begin(), texts.end());
  const PartSet anywhere(Part::anywhere, views);
  const PartSet beginning(Part::beginning, views);
  const PartSet end(Part::end, views);
  for (const std::string& text : texts) {
    ASSERT_TRUE(anywhere.found_in("in " + text + ".exe")) << text;
    ASSERT_TRUE(beginning.found_in(text + ".exe")) << text;
    ASSERT_TRUE(end.found_in("in " + text)) << text;
    const std::string other = text.substr(0, text.size() - 1) + "y";
    ASSERT_FALSE(anywhere.found_in(other)) << text;
    ASSERT_FALSE(beginning.found_in(other)) << text;
    ASSERT_FALSE(end.found_in(other)) << text;
  }
}

}  // namespace
}  // namespace weir::filter
