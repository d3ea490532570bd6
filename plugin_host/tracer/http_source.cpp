#include "tracer/http_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <new>
#include <utility>

#include "failure.h"
#include "file_descriptor.h"
#include "lookup/cybertrace_wire.h"
#include "tracer/json_rows.h"

namespace weir::host::tracer {
namespace {

constexpr std::string_view kValue = "{value}";
constexpr std::string_view kKind = "{kind}";

void check_template(const std::string& text) {
  if (!text.starts_with("http://") && !text.starts_with("https://")) {
    throw Failure(Exit::usage,
                  fmt::format("--http '{}' is no URL; write http://… or https://…", text));
  }
  const std::size_t host = text.find("://") + 3;
  const std::size_t value = text.find(kValue);
  if (value == std::string::npos || value < text.find_first_of("/?", host)) {
    throw Failure(Exit::usage, fmt::format("--http '{}' does not say where the indicator belongs; "
                                           "write {{value}} in the path or the query",
                                           text));
  }
}

std::string host_of(const std::string& url) {
  const std::size_t begin = url.find("://") + 3;
  return url.substr(begin, url.find_first_of(":/?#", begin) - begin);
}

// `Name: value` lines. A secret in a file is not seen by who lists processes.
std::shared_ptr<curl_slist> read_headers(const std::string& path) {
  curl_slist* list = nullptr;
  std::string_view rest;
  const std::string text = path.empty() ? std::string() : read_file(path);
  for (rest = text; !rest.empty();) {
    std::string line(rest.substr(0, rest.find('\n')));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    if (line.ends_with('\r')) line.pop_back();
    if (line.empty()) continue;
    const std::size_t colon = line.find(':');
    if (colon == std::string::npos || colon == 0) {
      curl().slist_free_all(list);
      throw Failure(Exit::bad_input,
                    fmt::format("'{}' has a line that is no header; write `Name: value`", path));
    }
    curl_slist* const longer = curl().slist_append(list, line.c_str());
    if (longer == nullptr) throw std::bad_alloc();
    list = longer;
  }
  return {list, curl().slist_free_all};
}

void replace_all(std::string& text, std::string_view what, std::string_view by) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at)) {
    text.replace(at, what.size(), by);
    at += by.size();
  }
}

}  // namespace

HttpSource::HttpSource(const SourceSettings& settings, const Limits& limits, HttpClient& client)
    : client_(client),
      template_(settings.place),
      category_(settings.category),
      most_(limits.http_requests) {
  check_template(template_);
  if (category_.empty()) category_ = host_of(template_);
  service_.time = limits.source_time;
  service_.authorities = settings.authorities;
  if (!service_.authorities.empty()) open_for_reading(service_.authorities);
  service_.headers = read_headers(settings.header_file);
}

bool HttpSource::ask(std::string_view indicator, std::string_view kind, Done done) {
  if (waiting_.size() >= kMostWaiting) return false;
  Question question;
  question.indicator = indicator;
  question.url = template_;
  // The kind first: an encoded indicator has no braces.
  replace_all(question.url, kKind, kind);
  std::string encoded;
  append_percent_encoded(encoded, indicator);
  replace_all(question.url, kValue, encoded);
  question.since = std::chrono::steady_clock::now();
  question.done = std::move(done);
  if (in_flight_ >= most_) {
    waiting_.push_back(std::move(question));
  } else {
    send(std::move(question));
  }
  return true;
}

void HttpSource::send(Question question) {
  const std::string url = std::move(question.url);
  client_.get(url, service_,
              [this, indicator = std::move(question.indicator),
               done = std::move(question.done)](const HttpAnswer& answer) {
                --in_flight_;
                Found found = read(indicator, answer);
                next();
                done(std::move(found));
              });
  ++in_flight_;
}

// What has waited too long fails instead of being asked: whoever asked has given up.
void HttpSource::next() {
  const auto oldest = std::chrono::steady_clock::now() - service_.time;
  while (!waiting_.empty() && in_flight_ < most_) {
    Question question = std::move(waiting_.front());
    waiting_.pop_front();
    if (question.since >= oldest) {
      send(std::move(question));
    } else {
      question.done({{}, "too many requests waited for it"});
    }
  }
}

HttpSource::Found HttpSource::read(const std::string& indicator, const HttpAnswer& answer) const {
  Found found;
  found.problem = answer.problem;
  if (!found.problem.empty() || answer.status == 404 || answer.status == 204) return found;
  if (answer.status != 200) {
    found.problem = fmt::format("it answered with status {}", answer.status);
    return found;
  }
  lookup::cybertrace::Detection detection;
  std::deque<std::string> names;  // of members; stay in place as more come
  const bool good = read_answer(answer.body, [&](const Context& context) {
    detection.category = category_;
    detection.indicator = indicator;
    detection.context.clear();
    for (const auto& [name, value] : context) {
      if (value.empty()) continue;
      std::string& clean = names.emplace_back(name);
      std::replace(clean.begin(), clean.end(), '=', '_');
      detection.context.emplace_back(clean, value);
    }
    lookup::cybertrace::write_detection(found.detections, detection);
  });
  if (!good) {
    found.detections.clear();
    found.problem = "its answer is no JSON object or list of objects";
  }
  return found;
}

}  // namespace weir::host::tracer
