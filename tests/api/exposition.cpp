#include "exposition.h"

#include <algorithm>
#include <cstdlib>
#include <stdexcept>

namespace host {

namespace {

void require(bool truth, const std::string& sentence) {
  if (!truth) throw std::invalid_argument(sentence);
}

// Takes a name off the front.
std::string take_name(std::string_view& rest, bool colons) {
  std::size_t size = 0;
  const auto good = [&](unsigned char c) {
    return std::isalpha(c) || c == '_' || (colons && c == ':') || (size != 0 && std::isdigit(c));
  };
  while (size < rest.size() && good(static_cast<unsigned char>(rest[size]))) ++size;
  require(size != 0, "a name is missing");
  const std::string name(rest.substr(0, size));
  rest.remove_prefix(size);
  return name;
}

void take(std::string_view& rest, std::string_view what) {
  require(rest.substr(0, what.size()) == what, std::string(what).append(" is missing"));
  rest.remove_prefix(what.size());
}

// A label's value, up to its quote.
std::string take_value(std::string_view& rest) {
  std::string value;
  for (;;) {
    require(!rest.empty(), "a quote is missing");
    char c = rest[0];
    rest.remove_prefix(1);
    if (c == '"') return value;
    if (c == '\\') {
      require(!rest.empty() && std::string_view("\\\"n").find(rest[0]) != std::string_view::npos,
              "an escape is not known");
      c = rest[0] == 'n' ? '\n' : rest[0];
      rest.remove_prefix(1);
    }
    value += c;
  }
}

class Reader {
 public:
  explicit Reader(Exposition& read) : read_(read) {}

  void line(std::string_view line) {
    if (line.starts_with("# HELP ")) return help(line.substr(7));
    if (line.starts_with("# TYPE ")) return type(line.substr(7));
    sample(line);
  }
  void end() const { require(typed_ && sampled_, "the last family has no samples"); }

 private:
  void help(std::string_view rest) {
    require(name_.empty() || (typed_ && sampled_), "the family before has no samples");
    name_ = take_name(rest, true);
    require(rest.size() > 1 && rest[0] == ' ' && rest.find('\\') == std::string_view::npos,
            "there is no help");
    typed_ = sampled_ = false;
  }

  void type(std::string_view rest) {
    require(!typed_ && take_name(rest, true) == name_, "it follows no HELP of its own");
    type_ = rest.substr(1);
    require(type_ == "counter" || type_ == "gauge" || type_ == "histogram", "an unknown type");
    require((type_ == "counter") == name_.ends_with("_total"), "counters end in _total");
    for (const std::string& family : read_.families)
      require(family.substr(0, family.find(' ')) != name_, "the family comes twice");
    read_.families.push_back(name_ + ' ' + type_);
    typed_ = true;
    last_bucket_ = -1;
  }

  void sample(std::string_view rest) {
    std::string series = take_name(rest, true);
    const std::string suffix =
        series.starts_with(name_) ? series.substr(name_.size()) : std::string("of another family");
    const bool histogram = type_ == "histogram";
    require(typed_ && (histogram ? suffix == "_bucket" || suffix == "_sum" || suffix == "_count"
                                 : suffix.empty()),
            "the sample is of no family or of another");
    if (rest.starts_with("{")) series += labels(rest);
    take(rest, " ");
    const std::string value(rest);
    char* end = nullptr;
    const double number = std::strtod(value.c_str(), &end);
    require(!value.empty() && *end == '\0' && value[0] != ' ', "the value is no number");
    if (histogram) check_bucket(suffix, number);
    require(read_.value.emplace(series, value).second, "the series comes twice");
    read_.series.push_back(series);
    sampled_ = true;
  }

  void check_bucket(const std::string& suffix, double number) {
    if (suffix == "_bucket") require(number >= last_bucket_, "the buckets fall");
    if (suffix == "_count") require(number == last_bucket_, "the count is not the last bucket's");
    if (suffix != "_sum") last_bucket_ = suffix == "_count" ? -1 : number;
  }

  static std::string labels(std::string_view& rest) {
    std::string all = "{";
    std::vector<std::string> names;
    take(rest, "{");
    for (;;) {
      const std::string name = take_name(rest, false);
      require(std::find(names.begin(), names.end(), name) == names.end(), "a label comes twice");
      names.push_back(name);
      take(rest, "=\"");
      all.append(names.size() > 1 ? "," : "").append(name).append("=").append(take_value(rest));
      if (!rest.starts_with(",")) break;
      rest.remove_prefix(1);
    }
    take(rest, "}");
    return all + '}';
  }

  Exposition& read_;
  std::string name_, type_;
  bool typed_ = false, sampled_ = false;
  double last_bucket_ = -1;
};

}  // namespace

Exposition read_exposition(std::string_view text) {
  Exposition read;
  Reader reader(read);
  std::string_view line;
  try {
    while (!text.empty()) {
      const std::size_t end = text.find('\n');
      line = text.substr(0, end);
      require(end != std::string_view::npos, "the last line has no end");
      reader.line(line);
      text.remove_prefix(end + 1);
    }
    line = "the end";
    reader.end();
  } catch (const std::invalid_argument& wrong) {
    read.problem = std::string(line) + ": " + wrong.what();
  }
  return read;
}

}  // namespace host
