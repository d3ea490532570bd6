// JSON by simdjson. Documents in JSON do not go to yaml-cpp because it fails on escapes of
// surrogates. simdjson on demand checks only what is visited, so every value is. The only
// translation unit of the folder that includes simdjson.

#include <fmt/format.h>
#include <simdjson.h>

#include "base/text.h"
#include "rule/reader.h"

namespace weir::rule {

namespace {

namespace ondemand = simdjson::ondemand;

constexpr std::string_view more_text = "something follows the document; take it out";

[[noreturn]] void fail_json(std::size_t offset, std::string_view what) {
  fail_at(offset, fmt::format("invalid JSON: {}", what));
}

std::string_view explain(simdjson::error_code code) {
  switch (code) {
    case simdjson::STRING_ERROR:
      return "a text holds an escape that JSON does not know";
    case simdjson::INCOMPLETE_ARRAY_OR_OBJECT:
      return "a '{' or '[' is not closed";
    case simdjson::UNCLOSED_STRING:
      return "the quotes that open here are not closed";
    case simdjson::TAPE_ERROR:
    case simdjson::INCORRECT_TYPE:
      return "a ',', ':', bracket or quote is missing or too many";
    default:
      return simdjson::error_message(code);
  }
}

// Where the quotes are that stage 1 of simdjson, which gives no position, could not accept: the
// first control character inside a text, or the start of the text that does not end.
std::size_t find_bad_text(std::string_view json, std::size_t begin, bool& control) {
  control = false;
  for (std::size_t i = begin; i < json.size(); ++i) {
    if (json[i] != '"') continue;
    const std::size_t open = i;
    for (++i; i < json.size() && json[i] != '"'; ++i) {
      if (static_cast<unsigned char>(json[i]) < 0x20) {
        control = true;
        return i;
      }
      if (json[i] == '\\') ++i;
    }
    if (i >= json.size()) return open;
  }
  return begin;
}

// The first byte behind the bracket that closes the root, white space aside; npos if nothing stands
// there, or no bracket closes it. simdjson takes any other last byte for a bracket that is missing.
std::size_t find_more_text(std::string_view json, std::size_t begin) {
  std::string open;  // the brackets that would close what is open
  for (std::size_t i = begin; i < json.size(); ++i) {
    const char c = json[i];
    if (c == '"') {
      for (++i; i < json.size() && json[i] != '"'; ++i)
        if (json[i] == '\\') ++i;
    } else if (c == '{' || c == '[') {
      open += c == '{' ? '}' : ']';
    } else if (c == '}' || c == ']') {
      if (open.empty() || open.back() != c) return std::string_view::npos;
      open.pop_back();
      if (open.empty()) return json.find_first_not_of(" \t\r\n", i + 1);
    }
  }
  return std::string_view::npos;
}

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

class JsonReader {
 public:
  JsonReader(const Source& source, Findings& findings)
      : source_(source), findings_(findings), json_(source.text().substr(source.begin())) {}

  Node read() {
    ondemand::document document;
    if (const auto error = parser_.iterate(json_).get(document)) fail_early(error);
    document_ = &document;
    Node root;
    // The root is an object or an array: that is how the text came here.
    root.offset = at(must(document.raw_json_token()));
    const auto type = must(document.type());
    if (type == ondemand::json_type::object)
      read_object(must(document.get_object()), root, 1);
    else
      read_array(must(document.get_array()), root, 1);
    // Past the last token simdjson has no location any more.
    if (document.current_location().error() == simdjson::SUCCESS) fail_json(here(), more_text);
    return root;
  }

 private:
  template <class T>
  T must(simdjson::simdjson_result<T> result) {
    T value;
    const auto error = std::move(result).get(value);
    if (error == simdjson::INCOMPLETE_ARRAY_OR_OBJECT) fail_open();
    if (error) fail_json(here(), explain(error));
    return value;
  }

  std::uint32_t at(std::string_view token) const { return at(token.data()); }
  std::uint32_t at(const char* place) const {
    const auto offset = place - static_cast<const char*>(json_.data());
    return static_cast<std::uint32_t>(source_.begin() + static_cast<std::size_t>(offset));
  }

  // Where simdjson stands; past the last token it does not say.
  std::size_t here() {
    const char* place = nullptr;
    if (document_ == nullptr) return source_.begin();
    if (document_->current_location().get(place) != simdjson::SUCCESS) return source_.text().size();
    return std::min<std::size_t>(at(place), source_.text().size());
  }

  [[noreturn]] void fail_open() {
    const std::size_t more = find_more_text(source_.text(), source_.begin());
    if (more != std::string_view::npos) fail_json(more, more_text);
    fail_json(here(), explain(simdjson::INCOMPLETE_ARRAY_OR_OBJECT));
  }

  [[noreturn]] void fail_early(simdjson::error_code error) {
    bool control = false;
    const std::size_t place = find_bad_text(source_.text(), source_.begin(), control);
    if (control) fail_json(place, "a control character cannot stand in a text; escape it, as \\n");
    fail_json(place, explain(error));
  }

  void count(const Node& node, std::size_t depth) {
    if (++nodes_ > max_nodes)
      fail_at(node.offset,
              fmt::format("the document holds more than {} values; split it", max_nodes));
    if (depth > max_depth)
      fail_at(node.offset, fmt::format("lists and maps nest more than {} deep", max_depth));
  }

  void read_object(ondemand::object object, Node& node, std::size_t depth) {
    node.kind = Node::Kind::map;
    count(node, depth);
    for (auto result : object) {
      ondemand::field field = must(std::move(result));
      Node key;
      key.offset = at(field.key().raw()) - 1;  // its quotes too
      key.quoted = true;
      key.text = must(field.unescaped_key());
      node.children.push_back(std::move(key));
      node.children.push_back(read_value(field.value(), depth));
    }
    check_keys(node, findings_);
  }

  void read_array(ondemand::array array, Node& node, std::size_t depth) {
    node.kind = Node::Kind::sequence;
    count(node, depth);
    for (auto result : array) node.children.push_back(read_value(must(result), depth));
  }

  Node read_value(ondemand::value value, std::size_t depth) {
    Node node;
    const std::string_view token = value.raw_json_token();
    node.offset = at(token);
    switch (must(value.type())) {
      case ondemand::json_type::object:
        read_object(must(value.get_object()), node, depth + 1);
        break;
      case ondemand::json_type::array:
        read_array(must(value.get_array()), node, depth + 1);
        break;
      case ondemand::json_type::string:
        count(node, depth);
        node.quoted = true;
        node.text = must(value.get_string());
        break;
      default:
        count(node, depth);
        read_plain(token, node);
    }
    return node;
  }

  // A number, true, false or null. The token runs up to the next one.
  void read_plain(std::string_view token, Node& node) {
    token = token.substr(0, token.find_last_not_of(" \t\r\n") + 1);
    if (token == "null") return;
    const std::string_view digits = token.substr(token.starts_with('-') ? 1 : 0);
    const bool leading_zero = digits.size() > 1 && digits[0] == '0' && is_digit(digits[1]);
    if (token != "true" && token != "false" && (leading_zero || !parse_number(token)))
      fail_json(node.offset,
                fmt::format("{} is neither a number nor true, false or null; put text in "
                            "double quotes",
                            quote(token)));
    node.text = token;
  }

  const Source& source_;
  Findings& findings_;
  simdjson::padded_string json_;
  ondemand::parser parser_;
  ondemand::document* document_ = nullptr;
  std::size_t nodes_ = 0;
};

}  // namespace

Node read_json(const Source& source, Findings& findings) {
  return JsonReader(source, findings).read();
}

}  // namespace weir::rule
