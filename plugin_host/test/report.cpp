#include "test/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace weir::host {
namespace {

constexpr std::size_t kWidestValue = 40;  // characters of a value that stands beside another
constexpr std::size_t kMostEvents = 20;   // of a step that are shown

std::size_t characters(std::string_view text) noexcept {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0u) != 0x80;
  }));
}

std::string padded(std::string_view text, std::size_t width) {
  return std::string(text) + std::string(width - std::min(width, characters(text)), ' ');
}

struct Cells {
  std::string expected;
  std::string got;
};

Cells cells_of(const Pair& pair, const Row& row) {
  Cells cells;
  if (row.expected) {
    cells.expected = row.expected->kind == ValueKind::null ? "absent" : row.expected->json;
  }
  if (row.got) {
    cells.got = row.got->json;
  } else if (pair.got) {
    cells.got = "absent";
  }
  return cells;
}

// What to do about values that differ in their type alone.
std::string hint(const Row& row) {
  if (row.same || !row.expected || !row.got || row.expected->plain != row.got->plain) return {};
  if (row.expected->kind == ValueKind::text && row.got->kind == ValueKind::number) {
    return fmt::format("only the type differs: write {} without quotes", row.got->json);
  }
  if (row.expected->kind == ValueKind::number && row.got->kind == ValueKind::text) {
    return fmt::format("only the type differs: write {} in quotes", row.got->json);
  }
  return "only the type differs";
}

class FailureText {
 public:
  FailureText(const std::string& path, bool colour) : path_(path), colour_(colour) {}

  std::string text(const TestCase& test, const Mismatch& mismatch) {
    out_ = fmt::format("{} {}:{}: {}\n", painted("FAIL", kRed), path_, test.line, test.name);
    out_ += fmt::format("  {}:{}: {}\n", path_, mismatch.line, mismatch.what);
    std::size_t shown = 0;
    std::size_t hidden = 0;
    for (const Pair& pair : mismatch.pairs) {
      if (pair.same) continue;  // the others are what to look at
      if (shown < kMostEvents) add(pair, mismatch);
      ++(shown < kMostEvents ? shown : hidden);
    }
    if (hidden > 0) out_ += fmt::format("  … and {} more\n", hidden);
    return out_;
  }

 private:
  static constexpr std::string_view kRed = "31";
  static constexpr std::string_view kGreen = "32";

  std::string painted(const std::string& text, std::string_view colour) const {
    return colour_ && !text.empty() ? fmt::format("\x1b[{}m{}\x1b[0m", colour, text) : text;
  }

  void add(const Pair& pair, const Mismatch& mismatch) {
    if (!pair.expected) {
      out_ += fmt::format("  event {}, which nothing expects:\n", *pair.got + 1);
    } else {
      const std::uint64_t line = *pair.expected < mismatch.event_lines.size()
                                     ? mismatch.event_lines[*pair.expected]
                                     : mismatch.line;
      out_ += fmt::format("  {}:{}: event {}{}\n", path_, line, *pair.expected + 1,
                          pair.got ? ":" : ", which did not come:");
    }
    add_table(pair);
  }

  void add_table(const Pair& pair) {
    std::size_t name_width = characters("field");
    std::size_t expected_width = characters("expected");
    for (const Row& row : pair.rows) {
      name_width = std::max(name_width, characters(row.field));
      const std::size_t width = characters(cells_of(pair, row).expected);
      if (width <= kWidestValue) expected_width = std::max(expected_width, width);
    }
    out_ += fmt::format("      {}  {}  got\n", padded("field", name_width),
                        padded("expected", expected_width));
    for (const Row& row : pair.rows) add_row(pair, row, name_width, expected_width);
  }

  void add_row(const Pair& pair, const Row& row, std::size_t name_width,
               std::size_t expected_width) {
    const Cells cells = cells_of(pair, row);
    const bool differs = !row.same;
    const std::string_view green = differs ? kGreen : "";
    const std::string_view red = differs ? kRed : "";
    const auto paint = [&](const std::string& text, std::string_view colour) {
      return colour.empty() ? text : painted(text, colour);
    };
    const std::string_view mark = differs ? "!" : " ";
    if (characters(cells.expected) <= kWidestValue) {
      out_ +=
          fmt::format("    {} {}  {}  {}", mark, padded(row.field, name_width),
                      paint(padded(cells.expected, expected_width), green), paint(cells.got, red));
    } else {  // one below the other
      out_ += fmt::format("    {} {}\n        expected  {}\n        got       {}", mark, row.field,
                          paint(cells.expected, green), paint(cells.got, red));
    }
    while (out_.back() == ' ') out_.pop_back();
    if (const std::string help = hint(row); !help.empty()) out_ += fmt::format("  ({})", help);
    out_ += '\n';
  }

  const std::string& path_;
  bool colour_;
  std::string out_;
};

}  // namespace

std::string failure_text(const std::string& path, const TestCase& test, const Mismatch& mismatch,
                         bool colour) {
  return FailureText(path, colour).text(test, mismatch);
}

}  // namespace weir::host
