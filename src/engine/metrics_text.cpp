#include "engine/metrics_text.h"

#include <cstdint>
#include <cstdlib>

#include "base/utf8.h"

namespace weir::engine {

namespace {

void append_label(std::string& out, Label label) {
  if (!out.empty()) out += ',';
  out.append(label.name).append("=\"");
  while (!label.value.empty()) {
    const std::string_view one = take_character(label.value);
    if (one == "\n")
      out += "\\n";
    else if (one == "\\" || one == "\"")
      out.append("\\").append(one);
    else if (one.size() == 1 && (one[0] & 0x80) != 0)
      out += "\xEF\xBF\xBD";
    else
      out += one;
  }
  out += '"';
}

}  // namespace

std::string labels_text(std::initializer_list<Label> labels) {
  std::string text;
  for (const Label& label : labels) append_label(text, label);
  return text;
}

std::string seconds_text(Duration duration) {
  constexpr std::int64_t second = 1'000'000'000;
  std::string text =
      fmt::format("{}{}", duration.nanos < 0 ? "-" : "", std::abs(duration.nanos / second));
  if (const std::int64_t rest = std::abs(duration.nanos % second); rest != 0) {
    text += fmt::format(".{:09}", rest);
    text.erase(text.find_last_not_of('0') + 1);
  }
  return text;
}

void MetricsText::begin(std::string_view name, std::string_view help) {
  name_ = name;
  help_ = help;
  begun_ = false;
}

void MetricsText::head(std::string_view type) {
  if (begun_) return;
  begun_ = true;
  text_ += fmt::format("# HELP {0} {1}\n# TYPE {0} {2}\n", name_, help_, type);
}

void MetricsText::line(std::string_view suffix, std::string_view labels, Label more,
                       std::string_view value) {
  head(name_.ends_with("_total") ? "counter" : "gauge");
  text_.append(name_).append(suffix);
  if (!labels.empty() || !more.name.empty()) {
    text_.append("{").append(labels);
    if (!more.name.empty())
      text_ += fmt::format("{}{}=\"{}\"", labels.empty() ? "" : ",", more.name, more.value);
    text_ += '}';
  }
  text_.append(" ").append(value).append("\n");
}

void MetricsText::add(std::string_view labels, const enrich::Latencies& latencies) {
  head("histogram");
  for (std::size_t i = 0; i < enrich::latency_bounds.size(); ++i)
    line("_bucket", labels, {"le", seconds_text({enrich::latency_bounds[i]})},
         fmt::format("{}", latencies.up_to(i)));
  const std::string count = fmt::format("{}", latencies.count());
  line("_bucket", labels, {"le", "+Inf"}, count);
  line("_sum", labels, {}, seconds_text(latencies.sum()));
  line("_count", labels, {}, count);
}

}  // namespace weir::engine
