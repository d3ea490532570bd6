// YAML by yaml-cpp's event handler: the events carry marks, and aliases are seen before they
// multiply. The only translation unit that includes yaml-cpp.

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <array>
#include <sstream>
#include <utility>

#include "rule/reader.h"
#include "rule/scalar_map.h"

namespace weir::rule {

namespace {

constexpr std::string_view block_map_unfinished = "end of map not found";
constexpr std::string_view block_sequence_unfinished = "end of sequence not found";

// yaml-cpp's words for the mistakes that people make, and ours for them.
constexpr std::array<std::pair<std::string_view, std::string_view>, 11> known_errors{{
    {"illegal map value",
     "'key: value' cannot stand here; check the indentation, and quote a text "
     "that holds ': '"},
    {"illegal map key", "a key cannot stand here; check the indentation"},
    {"illegal block entry", "a list item cannot stand here; check the indentation"},
    {"illegal tab when looking for indentation", "a tab cannot indent; use spaces"},
    {block_map_unfinished,
     "the indentation fits no map that is open; align the key with those "
     "above it"},
    {block_sequence_unfinished,
     "the indentation fits no list that is open; align the item with "
     "those above it"},
    {"end of map flow not found", "a '{' has no '}', or a ',' is missing"},
    {"end of sequence flow not found", "a '[' has no ']', or a ',' is missing"},
    {"illegal EOF in scalar", "the text ends inside quotes; close them"},
    {"the referenced anchor is not defined", "aliases (*name) are not read; write the value out"},
    {"unknown token", "this character cannot begin a value; put the text in quotes"},
}};

std::string explain(const std::string& message) {
  if (message.starts_with("unknown escape character"))
    return "invalid YAML: \\ begins an escape in double quotes; write the text in single quotes";
  for (const auto& [theirs, ours] : known_errors)
    if (message == theirs) return fmt::format("invalid YAML: {}", ours);
  return fmt::format("invalid YAML: {}", message);
}

// True if the null that an event reports is written out at the offset, and not just left blank.
bool null_is_written(std::string_view text, std::size_t offset) {
  const std::string_view rest = text.substr(std::min(offset, text.size()));
  for (const std::string_view word : {"~", "null", "Null", "NULL"})
    if (rest.starts_with(word) &&
        (rest.size() == word.size() ||
         std::string_view(" \t\r\n,]}#").find(rest[word.size()]) != std::string_view::npos))
      return true;
  return false;
}

// The first tab in the indentation of the line that holds the offset, or npos.
std::size_t find_indenting_tab(std::string_view text, std::size_t offset) {
  const std::size_t newline = offset == 0 ? std::string_view::npos : text.rfind('\n', offset - 1);
  const std::size_t from = newline == std::string_view::npos ? 0 : newline + 1;
  const std::size_t tab = text.find_first_not_of(' ', from);
  return tab != std::string_view::npos && text[tab] == '\t' ? tab : std::string_view::npos;
}

// True if a list, a map or quotes close on the line of the offset, right before it. yaml-cpp has a
// value then, so it looks for the next key or item and complains of the indentation.
bool follows_closed_value(std::string_view text, std::size_t offset) {
  const std::size_t last = text.substr(0, offset).find_last_not_of(" \t");
  return last != std::string_view::npos && last < offset && offset < text.size() &&
         text[offset] != '\n' &&
         std::string_view("]}'\"").find(text[last]) != std::string_view::npos;
}

class TreeBuilder final : public YAML::EventHandler {
 public:
  TreeBuilder(const Source& source, Findings& findings) : source_(source), findings_(findings) {}

  Node take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (documents_++ == 0) return;
    fail_at(offset(mark), "a second YAML document begins here; put them in files of their own");
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    Node node = make(mark, "", anchor);
    // What is left blank has the mark of whatever comes next: its key or its dash is the place.
    if (!open_.empty() && !null_is_written(source_.text(), node.offset)) {
      const Node& parent = open_.back();
      if (parent.kind == Node::Kind::map && parent.children.size() % 2 == 1)
        node.offset = parent.children.back().offset;
      else if (parent.kind == Node::Kind::sequence && style_.back() == YAML::EmitterStyle::Block)
        node.offset = dash_before(node.offset, parent.offset);
    }
    add(std::move(node));
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    Node node = make(mark, "", YAML::NullAnchor);
    findings_.error(node, "aliases (*name) are not read; write the value out");
    node.kind = Node::Kind::broken;
    add(std::move(node));
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    Node node = make(mark, tag, anchor);
    const char first = source_.text()[std::min<std::size_t>(node.offset, last_byte())];
    // A block scalar or quotes: yaml-cpp tells them by the tag "!", plain ones by "?".
    node.quoted = first == '\'' || first == '"' || first == '|' || first == '>' || tag != "?";
    node.text = value;
    check_closed(node, first);
    add(std::move(node));
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override {
    push(make(mark, tag, anchor), Node::Kind::sequence, style);
  }
  void OnSequenceEnd() override { pop(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override {
    push(make(mark, tag, anchor), Node::Kind::map, style);
  }
  void OnMapEnd() override { pop(); }

 private:
  std::size_t last_byte() const { return source_.text().empty() ? 0 : source_.text().size() - 1; }

  // Marks count bytes from behind the byte order mark.
  std::size_t offset(const YAML::Mark& mark) const {
    return source_.begin() + static_cast<std::size_t>(std::max(0, mark.pos));
  }

  Node make(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    Node node;
    node.offset = static_cast<std::uint32_t>(offset(mark));
    if (++nodes_ > max_nodes)
      fail_at(node.offset,
              fmt::format("the document holds more than {} values; split it", max_nodes));
    if (anchor != YAML::NullAnchor)
      findings_.error(node, "anchors (&name) are not read; write the value where it is needed");
    else if (!tag.empty() && tag != "?" &&
             source_.text()[std::min<std::size_t>(node.offset, last_byte())] == '!')
      findings_.error(node, "tags (!name) are not read; remove it");
    return node;
  }

  // yaml-cpp takes the end of the text for a closing quote.
  void check_closed(const Node& node, char quote) {
    if (!node.quoted || (quote != '\'' && quote != '"')) return;
    const std::size_t end = map_to_source(source_.text(), node).back();
    const std::size_t next = source_.text().find_first_not_of(" \t\r\n", end);
    if (next == std::string_view::npos)
      fail_at(node.offset, "invalid YAML: the quotes that open here are not closed");
  }

  // The start of the nearest list item before an offset. Walks back over the lines between.
  std::uint32_t dash_before(std::uint32_t offset, std::uint32_t least) const {
    const std::string_view text = source_.text();
    for (std::size_t end = offset; end > least;) {
      const auto newline = text.rfind('\n', end - 1);
      const std::size_t from = newline == std::string_view::npos ? source_.begin() : newline + 1;
      const std::size_t first = text.find_first_not_of(' ', from);
      if (first < offset && text[first] == '-') return static_cast<std::uint32_t>(first);
      if (newline == std::string_view::npos) break;
      end = newline;
    }
    return offset;
  }

  void push(Node&& node, Node::Kind kind, YAML::EmitterStyle::value style) {
    if (open_.size() == max_depth)
      fail_at(node.offset, fmt::format("lists and maps nest more than {} deep", max_depth));
    node.kind = kind;
    open_.push_back(std::move(node));
    style_.push_back(style);
  }

  void pop() {
    Node node = std::move(open_.back());
    open_.pop_back();
    style_.pop_back();
    if (node.kind == Node::Kind::map) check_keys(node, findings_);
    add(std::move(node));
  }

  void add(Node&& node) {
    if (open_.empty())
      root_ = std::move(node);
    else
      open_.back().children.push_back(std::move(node));
  }

  const Source& source_;
  Findings& findings_;
  std::vector<Node> open_;
  std::vector<YAML::EmitterStyle::value> style_;  // of the open ones
  Node root_;
  std::size_t nodes_ = 0;
  int documents_ = 0;
};

}  // namespace

Node read_yaml(const Source& source, Findings& findings) {
  std::istringstream stream(std::string(source.text().substr(source.begin())));
  TreeBuilder builder(source, findings);
  try {
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const YAML::Exception& error) {
    const auto pos = static_cast<std::size_t>(std::max(0, error.mark.pos));
    const std::size_t offset = std::min(source.begin() + pos, source.text().size());
    // Whatever yaml-cpp makes of a tab in the indentation, the tab is what is wrong.
    const std::size_t tab = find_indenting_tab(source.text(), offset);
    if (tab != std::string_view::npos)
      fail_at(tab, "invalid YAML: a tab cannot indent; use spaces");
    if ((error.msg == block_map_unfinished || error.msg == block_sequence_unfinished) &&
        follows_closed_value(source.text(), offset))
      fail_at(offset,
              "invalid YAML: text follows a closed list or quote; put the whole text in quotes");
    fail_at(offset, explain(error.msg));
  }
  return builder.take();
}

}  // namespace weir::rule
