#include "filter/patterns.h"

#include <algorithm>

#include "base/text.h"

namespace weir::filter {
namespace {

// What RE2 may use for the automata of an ordinary expression, and of one with more instructions
// than that, whose states would not fit.
constexpr std::int64_t small_memory = std::int64_t{1} << 20;
constexpr std::int64_t large_memory = std::int64_t{8} << 20;
constexpr int small_instructions = 1'000;
// RE2 wants 96 bytes an instruction to compile an expression: so there are some for its states.
constexpr std::int64_t memory_an_instruction = 192;

// Measured with RE2 of Debian 12: an expression takes 1.5 KiB and 8 to 30 bytes an instruction, its
// share of the set 1 KiB.
constexpr std::size_t pattern_overhead = 3'072;
constexpr std::size_t instruction_bytes = 32;

re2::StringPiece piece(std::string_view text) noexcept { return {text.data(), text.size()}; }

}  // namespace

RE2::Options Patterns::make_options(bool ignore_case) {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_never_capture(true);
  options.set_case_sensitive(!ignore_case);
  return options;
}

std::unique_ptr<RE2> Patterns::make_single(std::string_view pattern) const {
  RE2::Options options = options_;
  options.set_max_mem(std::min(small_memory, memory_));
  auto expression = std::make_unique<RE2>(piece(pattern), options);
  const bool small = expression->ok() ? expression->ProgramSize() <= small_instructions
                                      : expression->error_code() != RE2::ErrorPatternTooLarge;
  if (small) return expression;
  expression.reset();
  options.set_max_mem(large_memory);
  expression = std::make_unique<RE2>(piece(pattern), options);
  if (!expression->ok() || memory_ >= large_memory) return expression;
  const std::int64_t least = memory_an_instruction * expression->ProgramSize();
  expression.reset();
  options.set_max_mem(std::min(large_memory, std::max(memory_, least)));
  return std::make_unique<RE2>(piece(pattern), options);
}

std::optional<PatternError> Patterns::add(std::string_view pattern) {
  auto expression = make_single(pattern);
  if (!expression->ok()) {
    // RE2 names the piece that it stumbled over, not where it is.
    const std::size_t at = pattern.find(expression->error_arg());
    return PatternError{expression->error(), at == std::string_view::npos ? 0 : at};
  }
  bytes_ += pattern_overhead + pattern.size() +
            instruction_bytes * static_cast<std::size_t>(expression->ProgramSize());
  singles_.push_back(std::move(expression));
  return std::nullopt;
}

void Patterns::finish() { divide(0, singles_.size()); }

std::unique_ptr<RE2::Set> Patterns::make_set(std::size_t begin, std::size_t end) const {
  RE2::Options options = options_;
  options.set_max_mem(memory_);
  auto set = std::make_unique<RE2::Set>(options, RE2::UNANCHORED);
  for (std::size_t i = begin; i < end; ++i)
    if (set->Add(singles_[i]->pattern(), nullptr) < 0) return nullptr;
  return set->Compile() ? std::move(set) : nullptr;
}

void Patterns::divide(std::size_t begin, std::size_t end) {
  auto set = end - begin < min_set ? nullptr : make_set(begin, end);
  if (set == nullptr && end - begin >= min_set) {
    const std::size_t middle = begin + (end - begin) / 2;
    divide(begin, middle);
    divide(middle, end);
  } else if (set == nullptr && !parts_.empty() && parts_.back().set == nullptr) {
    parts_.back().end = end;
  } else {
    parts_.push_back({begin, end, std::move(set)});
  }
}

bool Patterns::match(std::string_view text) const {
  for (const Part& part : parts_)
    if (match(part, text)) return true;
  return false;
}

bool Patterns::match(const Part& part, std::string_view text) const {
  if (part.set) {
    RE2::Set::ErrorInfo error{};
    if (part.set->Match(piece(text), nullptr, &error)) return true;
    if (error.kind == RE2::Set::kNoError) return false;
  }
  for (std::size_t i = part.begin; i < part.end; ++i)
    if (singles_[i]->Match(piece(text), 0, text.size(), RE2::UNANCHORED, nullptr, 0)) return true;
  return false;
}

bool is_literal(std::string_view pattern) noexcept {
  return !pattern.empty() && pattern.find_first_of("\\^$.|?*+()[]{}") == std::string_view::npos &&
         find_invalid_utf8(pattern) == std::string_view::npos;
}

}  // namespace weir::filter
