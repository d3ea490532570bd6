// Text in the exposition format of Prometheus, version 0.0.4: families of samples, each family with
// what it is and of which type before its first sample.
#pragma once

#include <fmt/format.h>

#include <initializer_list>
#include <string>
#include <string_view>

#include "base/moment.h"
#include "enrich/latencies.h"

namespace weir::engine {

struct Label {
  std::string_view name;
  std::string_view value;  // any bytes: what is no UTF-8 becomes U+FFFD
};

// `name="value",…`, escaped: as add() takes them, so that many samples share them.
std::string labels_text(std::initializer_list<Label> labels);

// "1.5": without a fraction where there is none.
std::string seconds_text(Duration duration);

class MetricsText {
 public:
  // The samples behind it are its. A family is begun once; without samples it leaves no trace. A
  // name that ends in _total is a counter's, any other a gauge's. help: one line, no backslash.
  // Both must stay until the next.
  void begin(std::string_view name, std::string_view help);
  // more: one label besides, unless its name is empty; its value needs no escapes.
  template <class Number>
  void add(std::string_view labels, Label more, Number value) {
    line({}, labels, more, fmt::format("{}", value));
  }
  void add(std::string_view labels, Label more, Duration value) {
    line({}, labels, more, seconds_text(value));
  }
  // Makes its family a histogram, in seconds.
  void add(std::string_view labels, const enrich::Latencies& latencies);

  std::string take() noexcept { return std::move(text_); }

 private:
  void head(std::string_view type);
  void line(std::string_view suffix, std::string_view labels, Label more, std::string_view value);

  std::string text_;
  std::string_view name_, help_;
  bool begun_ = false;  // its head is written
};

}  // namespace weir::engine
