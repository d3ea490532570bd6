#include "enrich/expression.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/text.h"
#include "base/utf8.h"

namespace weir::enrich {

namespace {

// What RE2 may use for the automata of an ordinary expression, and of one with more instructions
// than that, whose states would not fit: as filters have it (src/filter/patterns.cpp).
constexpr std::int64_t small_memory = std::int64_t{1} << 20;
constexpr std::int64_t large_memory = std::int64_t{8} << 20;
constexpr int small_instructions = 1'000;

// Of a replacement: the whole match and the groups that it can ask for.
constexpr int max_groups = 100;

re2::StringPiece piece(std::string_view text) noexcept { return {text.data(), text.size()}; }

std::unique_ptr<RE2> make(std::string_view pattern, std::int64_t memory) {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(memory);
  return std::make_unique<RE2>(piece(pattern), options);
}

bool is_word(char c) noexcept {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
}

}  // namespace

std::unique_ptr<const RE2> compile_expression(std::string_view pattern) {
  auto expression = make(pattern, small_memory);
  const bool small = expression->ok() ? expression->ProgramSize() <= small_instructions
                                      : expression->error_code() != RE2::ErrorPatternTooLarge;
  if (!small) expression = make(pattern, large_memory);
  if (expression->ok()) return expression;
  // RE2 names the piece that it stumbled over, not where it is.
  const std::size_t at = pattern.find(expression->error_arg());
  throw Failure(Status::invalid_document,
                fmt::format("the expression does not compile: {}", expression->error()),
                {at == std::string_view::npos ? 0 : static_cast<std::int64_t>(at)});
}

bool extract(const RE2& expression, std::string_view text, std::string_view& found) {
  re2::StringPiece groups[2];
  const int wanted = expression.NumberOfCapturingGroups() == 0 ? 1 : 2;
  if (!expression.Match(piece(text), 0, text.size(), RE2::UNANCHORED, groups, wanted)) return false;
  const re2::StringPiece& group = groups[wanted - 1];
  if (group.data() == nullptr) return false;
  found = {group.data(), group.size()};
  return true;
}

Replacement::Replacement(std::string_view pattern, std::string_view with)
    : expression_(compile_expression(pattern)) {
  read(with);
}

int Replacement::group_of(std::string_view name) const {
  if (const auto number = parse_integer(name))
    return *number <= std::min(expression_->NumberOfCapturingGroups(), max_groups - 1)
               ? static_cast<int>(*number)
               : none;
  const auto& named = expression_->NamedCapturingGroups();
  const auto found = named.find(std::string(name));
  return found == named.end() || found->second >= max_groups ? none : found->second;
}

void Replacement::read(std::string_view with) {
  parts_.emplace_back();
  for (std::size_t at = 0; at < with.size(); ++at) {
    if (with[at] != '$') {
      parts_.back().text += with[at];
      continue;
    }
    if (with.substr(at + 1, 1) == "$") {
      parts_.back().text += with[++at];
      continue;
    }
    const bool braces = with.substr(at + 1, 1) == "{";
    const std::size_t begin = at + (braces ? 2 : 1);
    std::size_t end = begin;
    while (end < with.size() && is_word(with[end])) ++end;
    const std::string_view name = with.substr(begin, end - begin);
    if (name.empty() || (braces && with.substr(end, 1) != "}"))
      throw Failure(Status::invalid_document,
                    "a '$' names no group; write $1 or ${1} for one, and $$ for a dollar");
    const int group = group_of(name);
    if (group == none)
      throw Failure(Status::invalid_document,
                    fmt::format("the expression has no group '{}'; it has {}, and a group that "
                                "letters or digits follow is written ${{1}}",
                                name, expression_->NumberOfCapturingGroups()));
    parts_.back().group = group;
    parts_.emplace_back();
    groups_ = std::max(groups_, group + 1);
    at = braces ? end : end - 1;
  }
}

void Replacement::expand(const re2::StringPiece* groups, std::string& out) const {
  for (const Part& part : parts_) {
    out += part.text;
    if (part.group == none) continue;
    const re2::StringPiece& group = groups[part.group];
    out.append(group.data() == nullptr ? "" : group.data(), group.size());
  }
}

bool Replacement::apply(std::string_view text, std::string& out, std::size_t limit) const {
  out.clear();
  re2::StringPiece groups[max_groups];
  const char* copied = text.data();  // what stands before it is in `out`
  const char* last_end = nullptr;    // of the match before
  const char* const end = text.data() + text.size();
  for (std::size_t from = 0; from <= text.size();) {
    if (!expression_->Match(piece(text), from, text.size(), RE2::UNANCHORED, groups, groups_))
      break;
    const char* const begin = groups[0].data();
    const char* const behind = begin + groups[0].size();
    if (!groups[0].empty() || begin != last_end) {
      out.append(copied, begin);
      expand(groups, out);
      copied = last_end = behind;
      if (out.size() > limit) return false;
    }
    from = static_cast<std::size_t>(behind - text.data());
    if (!groups[0].empty()) continue;
    // The next match is looked for one character on.
    std::string_view rest = text.substr(from);
    from += rest.empty() ? 1 : take_character(rest).size();
  }
  out.append(copied, end);
  return out.size() <= limit;
}

}  // namespace weir::enrich
