#include "commands/excerpt.h"

#include <gtest/gtest.h>

#include <string>

namespace weir::host {
namespace {

TEST(Excerpt, ShowsTheLineAndACaretUnderTheToken) {
  EXPECT_EQ(excerpt("a: 1\nfilter: Nme = 1\nb: 2\n", 2, 9),
            "  2 | filter: Nme = 1\n"
            "    |         ^~~\n");
}

TEST(Excerpt, KnowsTextInQuotesNumbersAndSigns) {
  EXPECT_EQ(excerpt("Name = 'a b' and", 1, 8), "  1 | Name = 'a b' and\n    |        ^~~~~\n");
  EXPECT_EQ(excerpt("Name = 'a b", 1, 8), "  1 | Name = 'a b\n    |        ^\n");
  EXPECT_EQ(excerpt("S.x = 10.5]", 1, 1), "  1 | S.x = 10.5]\n    | ^~~\n");
  EXPECT_EQ(excerpt("S.x = 10.5]", 1, 7), "  1 | S.x = 10.5]\n    |       ^~~~\n");
  EXPECT_EQ(excerpt("S.x = 10.5]", 1, 11), "  1 | S.x = 10.5]\n    |           ^\n");
}

TEST(Excerpt, MarksTheEndOfALine) {
  EXPECT_EQ(excerpt("Name =\n", 1, 7), "  1 | Name =\n    |       ^\n");
  EXPECT_EQ(excerpt("Name =\r\n", 1, 99), "  1 | Name =\n    |       ^\n");
}

TEST(Excerpt, UnderlinesNamesWithHyphensAndPathsAsOne) {
  EXPECT_EQ(excerpt("file: a/b-c.csv}", 1, 7), "  1 | file: a/b-c.csv}\n    |       ^~~~~~~~~\n");
  EXPECT_EQ(excerpt("f: /dev/null, g", 1, 4), "  1 | f: /dev/null, g\n    |    ^~~~~~~~~\n");
  EXPECT_EQ(excerpt("id: a3ac-515e", 1, 5), "  1 | id: a3ac-515e\n    |     ^~~~~~~~~\n");
  EXPECT_EQ(excerpt("x = -5", 1, 5), "  1 | x = -5\n    |     ^\n");
}

TEST(Excerpt, KeepsTabs) { EXPECT_EQ(excerpt("\ta:\tb", 1, 5), "  1 | \ta:\tb\n    | \t  \t^\n"); }

TEST(Excerpt, CountsTheColumnsOfWideAndCombiningCharacters) {
  EXPECT_EQ(excerpt("漢字: ю x", 1, 7), "  1 | 漢字: ю x\n    |         ^\n");
  EXPECT_EQ(excerpt("e\u0301: x", 1, 5), "  1 | e\u0301: x\n    |    ^\n");
  EXPECT_EQ(excerpt("a 漢字 b", 1, 3), "  1 | a 漢字 b\n    |   ^~~~\n");
}

TEST(Excerpt, HasNoControlCharactersNorInvalidBytes) {
  EXPECT_EQ(excerpt("a\x1b[31m\xff: x", 1, 9),
            "  1 | a\xef\xbf\xbd[31m\xef\xbf\xbd: x\n    |         ^\n");
}

TEST(Excerpt, CutsALongLineAroundTheColumn) {
  const std::string line = std::string(300, 'a') + " bad " + std::string(300, 'c');
  EXPECT_EQ(excerpt(line, 1, 302), "  1 | …" + std::string(59, 'a') + " bad " +
                                       std::string(36, 'c') + "…\n    |  " + std::string(60, ' ') +
                                       "^~~\n");
  EXPECT_EQ(excerpt(std::string(300, 'a'), 1, 1),
            "  1 | " + std::string(100, 'a') + "…\n    | ^" + std::string(99, '~') + "\n");
}

TEST(Excerpt, SeesNoByteOrderMark) {
  EXPECT_EQ(excerpt("\xef\xbb\xbfNme: 1", 1, 1), "  1 | Nme: 1\n    | ^~~\n");
}

TEST(Excerpt, IsNothingWhereThereIsNoLine) {
  EXPECT_EQ(excerpt("a\n", 3, 1), "");
  EXPECT_EQ(excerpt("a\n", 2, 1), "");
  EXPECT_EQ(excerpt("a", 0, 0), "");
  EXPECT_EQ(excerpt("", 1, 1), "");
  EXPECT_EQ(excerpt(std::string(1 << 20, 'a'), 1, 1), "");
}

}  // namespace
}  // namespace weir::host
