#include "rule/findings.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace weir::rule {

namespace {

// Nobody reads more.
constexpr std::size_t max_findings = 1000;

constexpr std::size_t max_quoted = 64;        // code points
constexpr std::size_t max_suggested = 128;    // bytes of a misspelt word
constexpr std::size_t max_candidates = 1000;  // names to compare it with

bool is_control(char c) noexcept { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

}  // namespace

// Of errors and of warnings so many each: a thousand warnings must not hide an error, nor end the
// reading as a thousand errors do.
void Findings::add(Severity severity, std::size_t offset, std::string message) {
  std::size_t& count = severity == Severity::error ? errors_ : warnings_;
  if (++count > max_findings + 1) return;
  // Constants and names of a filter may hold a line's end; a message is one line.
  std::replace_if(message.begin(), message.end(), is_control, ' ');
  if (count == max_findings + 1) message = "too many problems; the rest is not listed";
  found_.push_back({severity, static_cast<std::int64_t>(offset), 0, 0, std::move(message)});
}

bool Findings::full() const noexcept { return errors_ > max_findings; }

bool Findings::full_of_warnings() const noexcept { return warnings_ > max_findings; }

void Findings::error(std::size_t offset, std::string message) {
  add(Severity::error, offset, std::move(message));
}

void Findings::warning(std::size_t offset, std::string message) {
  add(Severity::warning, offset, std::move(message));
}

std::vector<Diagnostic> Findings::finish() {
  std::stable_sort(found_.begin(), found_.end(),
                   [](const Diagnostic& a, const Diagnostic& b) { return a.offset < b.offset; });
  for (Diagnostic& diagnostic : found_) {
    const Position at = source_.locate(static_cast<std::size_t>(diagnostic.offset));
    diagnostic.line = at.line;
    diagnostic.column = at.column;
  }
  return std::move(found_);
}

std::string quote(std::string_view text) {
  const std::string_view shown = first_code_points(text, max_quoted);
  std::string out = "'";
  for (const char c : shown) out += is_control(c) ? ' ' : c;
  if (shown.size() < text.size()) out += "…";
  out += '\'';
  return out;
}

std::string describe(const Node& node) {
  switch (node.kind) {
    case Node::Kind::map:
      return "a map";
    case Node::Kind::sequence:
      return "a list";
    case Node::Kind::broken:
      return "this";
    case Node::Kind::scalar:
      break;
  }
  if (node.is_null()) return "nothing";
  return node.quoted ? "the text " + quote(node.text) : quote(node.text);
}

std::string suggest(std::string_view word, const std::vector<std::string_view>& candidates) {
  if (word.size() > max_suggested || candidates.size() > max_candidates) return {};
  return did_you_mean(word, candidates);
}

std::string diagnostics_json(const std::vector<Diagnostic>& diagnostics) {
  std::string out = "[";
  for (const Diagnostic& found : diagnostics) {
    if (out.size() > 1) out += ',';
    out += fmt::format("{{\"severity\":\"{}\",\"line\":{},\"column\":{},\"message\":",
                       found.severity == Severity::error ? "error" : "warning", found.line,
                       found.column);
    append_json_string(out, found.message);
    out += '}';
  }
  return out + "]";
}

}  // namespace weir::rule
