#include "rule/mapping_time.h"

#include <fmt/format.h>

#include <algorithm>

#include "event/time_form.h"
#include "event/time_pattern.h"
#include "rule/mapping_key.h"

namespace weir::rule {

namespace {

constexpr std::size_t max_pattern = 128;  // bytes
constexpr std::size_t max_steps = 16;

class TimeReader {
 public:
  explicit TimeReader(const SettingsMap& settings)
      : settings_(settings), findings_(settings.findings()) {}

  void read(MappedSource& source) {
    const Node* time = settings_.find("time");
    if (time == nullptr) {
      for (const char* key : {"zone", "zone_key", "pattern_key"})
        if (const Node* node = settings_.find(key))
          findings_.error(
              *node,
              fmt::format("{} means nothing without 'time'; add it, or remove {}", key, key));
      return;
    }
    read_steps(*time);
    const auto zone = settings_.zone("zone");
    source.zone = read_key("zone_key");
    source.pattern = read_key("pattern_key");
    check_pattern_key(*time);
    source.time = std::make_shared<const TimeForm>(std::move(steps_), zone);
  }

 private:
  void read_steps(const Node& time) {
    if (time.kind == Node::Kind::sequence) {
      if (time.children.empty() || time.children.size() > max_steps)
        findings_.error(time, fmt::format("time must have 1 to {} forms, not {}", max_steps,
                                          time.children.size()));
      else
        for (const Node& item : time.children) read_step(item);
    } else {
      read_step(time);
    }
  }

  void read_step(const Node& node) {
    if (node.kind == Node::Kind::broken) return;
    if (node.kind != Node::Kind::scalar || node.is_null()) {
      findings_.error(node,
                      fmt::format("time must be a form or a list of them, not {}", describe(node)));
      return;
    }
    const auto names = time_form_names();
    const auto known = std::find(names.begin(), names.end(), node.text);
    if (known != names.end())
      steps_.push_back({static_cast<TimeForm::Form>(known - names.begin()), {}});
    else if (node.text.find('%') != std::string::npos)
      read_pattern(node);
    else
      report_form(node);
  }

  void read_pattern(const Node& node) {
    std::string fault = node.text.size() > max_pattern
                            ? fmt::format("is longer than {} bytes; correct it", max_pattern)
                            : strftime_fault(node.text);
    if (fault.empty())
      steps_.push_back({TimeForm::Form::strftime, node.text});
    else
      findings_.error(node, fmt::format("the time pattern {} {}", quote(node.text), fault));
  }

  void report_form(const Node& node) {
    const auto names = time_form_names();
    std::string hint = suggest(node.text, {names.begin(), names.end()});
    if (hint.empty())
      hint = fmt::format("; known are {}, and patterns such as '%d/%b/%Y %H:%M:%S'",
                         fmt::join(names, ", "));
    findings_.error(node, fmt::format("unknown form of time {}{}", quote(node.text), hint));
  }

  KeyPath read_key(std::string_view setting) {
    const Node* node = settings_.find(setting);
    if (node == nullptr || node->kind == Node::Kind::broken) return {};
    if (node->kind == Node::Kind::scalar && !node->is_null())
      return read_key_path(*node, fmt::format("the {}", setting), findings_).value_or(KeyPath{});
    findings_.error(*node,
                    fmt::format("{} must be a source key, not {}", setting, describe(*node)));
    return {};
  }

  void check_pattern_key(const Node& time) {
    const Node* key = settings_.find("pattern_key");
    const bool java = std::any_of(steps_.begin(), steps_.end(), [](const auto& step) {
      return step.form == TimeForm::Form::java;
    });
    if (java && key == nullptr)
      findings_.error(time,
                      "the form 'java' needs 'pattern_key', the source key of its pattern; "
                      "add it, or write a pattern such as '%Y-%m-%d %H:%M:%S'");
    else if (!java && key != nullptr)
      findings_.error(*key,
                      "pattern_key is for the form 'java'; add that to 'time', or remove "
                      "pattern_key");
  }

  const SettingsMap& settings_;
  Findings& findings_;
  std::vector<TimeForm::Step> steps_;
};

}  // namespace

void read_mapping_time(const SettingsMap& settings, MappedSource& source) {
  TimeReader(settings).read(source);
}

}  // namespace weir::rule
