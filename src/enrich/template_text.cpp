#include "enrich/template_text.h"

#include <fmt/format.h>

#include <utility>

#include "base/ascii.h"
#include "base/text.h"
#include "enrich/template_action.h"
#include "enrich/template_body.h"

namespace weir::enrich {

namespace {

// Why reading of pieces stopped: at the end of the text, or at an action that belongs to an `if`.
enum class Stop : std::uint8_t { text, end, otherwise, otherwise_if };

class TemplateReader {
 public:
  TemplateReader(std::string_view text, Schema schema, TemplateText::Body& body,
                 std::vector<Failure>& unknown)
      : text_(text), body_(body), action_(text, schema, body.fields, unknown) {}

  void read() {
    const Stop stop = pieces(body_.pieces, 0);
    if (stop == Stop::text) return;
    refuse(begin_, fmt::format("'{}' without an 'if' in front of it; remove it",
                               stop == Stop::end ? "end" : "else"));
  }

 private:
  Stop pieces(std::vector<Piece>& to, std::size_t deep);
  void literal(std::vector<Piece>& to, std::size_t open);
  bool comment();
  Piece condition(std::size_t deep);
  Stop otherwise(std::size_t deep);

  const std::string_view text_;
  TemplateText::Body& body_;
  ActionReader action_;
  std::size_t begin_ = 0;                   // of the latest action
  std::optional<Expression> otherwise_if_;  // what it asked for, if that is `else if`
};

// The text up to an action, which may take the blanks in front of it away, and the braces.
void TemplateReader::literal(std::vector<Piece>& to, std::size_t open) {
  std::string_view text = text_.substr(action_.at(), open - action_.at());
  std::size_t inside = open;
  if (open < text_.size()) {
    const std::string_view behind = text_.substr(open + 2, 2);
    const bool trims = behind.size() == 2 && behind[0] == '-' && is_white_space(behind[1]);
    while (trims && !text.empty() && is_white_space(text.back())) text.remove_suffix(1);
    inside += trims ? 4 : 2;
  }
  if (!text.empty()) to.emplace_back().text = text;
  begin_ = open;
  action_.begin(open);
  action_.move_to(inside);
}

// A comment fills its braces.
bool TemplateReader::comment() {
  if (!text_.substr(action_.at()).starts_with("/*")) return false;
  const std::size_t end = text_.find("*/", action_.at() + 2);
  if (end == std::string_view::npos) refuse(begin_, "the comment does not end; end it with '*/}}'");
  action_.move_to(end + 2);
  if (!action_.at_close()) refuse(end, "behind the '*/' of a comment '}}' must follow at once");
  action_.close();
  return true;
}

Stop TemplateReader::pieces(std::vector<Piece>& to, std::size_t deep) {
  for (;;) {
    const std::size_t open = std::min(text_.find("{{", action_.at()), text_.size());
    literal(to, open);
    if (open == text_.size()) return Stop::text;
    if (comment()) continue;
    action_.skip_blanks();
    const std::string_view word = action_.word();
    if (word == "end") {
      action_.move_to(action_.at() + word.size());
      action_.close();
      return Stop::end;
    }
    if (word == "else") {
      action_.move_to(action_.at() + word.size());
      return otherwise(deep);
    }
    if (word == "if") {
      action_.move_to(action_.at() + word.size());
      to.push_back(condition(deep + 1));
      continue;
    }
    Piece piece;
    piece.kind = Piece::Kind::print;
    piece.value = action_.expression(deep);
    action_.close();
    to.push_back(std::move(piece));
  }
}

// The rest of an action that began with `else`.
Stop TemplateReader::otherwise(std::size_t deep) {
  action_.skip_blanks();
  if (action_.word() != "if") {
    action_.close();
    return Stop::otherwise;
  }
  action_.move_to(action_.at() + 2);
  otherwise_if_ = action_.expression(deep);
  action_.close();
  return Stop::otherwise_if;
}

// From behind the word `if` to the braces that end it.
Piece TemplateReader::condition(std::size_t deep) {
  const std::size_t begin = begin_;
  Piece piece;
  piece.kind = Piece::Kind::condition;
  piece.branches.push_back({action_.expression(deep), {}});
  action_.close();
  for (;;) {
    const bool last = !piece.branches.back().condition;
    const Stop stop = pieces(piece.branches.back().pieces, deep);
    if (stop == Stop::end) return piece;
    if (stop == Stop::text) refuse(begin, "the 'if' has no end; write {{end}} behind it");
    if (last) refuse(begin_, "an 'if' has one 'else', which is the last; remove this one");
    piece.branches.emplace_back();
    if (stop == Stop::otherwise_if) piece.branches.back().condition = std::move(*otherwise_if_);
  }
}

}  // namespace

TemplateText TemplateText::parse(std::string_view text, Schema schema) {
  std::vector<Failure> unknown;
  TemplateText whole = parse(text, schema, unknown);
  if (!unknown.empty()) throw unknown.front();
  return whole;
}

TemplateText TemplateText::parse(std::string_view text, Schema schema,
                                 std::vector<Failure>& unknown) {
  if (const std::size_t size = count_code_points(text); size > max_template)
    refuse(0, fmt::format("the template has {} characters; at most {} fit", size, max_template));
  auto body = std::make_unique<Body>();
  TemplateReader(text, schema, *body, unknown).read();
  return TemplateText(std::move(body));
}

TemplateText::TemplateText(std::unique_ptr<Body> body) : body_(std::move(body)) {}
TemplateText::~TemplateText() = default;
TemplateText::TemplateText(TemplateText&&) noexcept = default;
TemplateText& TemplateText::operator=(TemplateText&&) noexcept = default;

std::string template_of(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.substr(i).starts_with("{{")) {
      out += "{{\"{{\"}}";
      ++i;
    } else {
      out += text[i];
    }
  }
  return out;
}

}  // namespace weir::enrich
