// weir_explain's answer, read.
#pragma once

#include <gtest/gtest.h>
#include <simdjson.h>

#include <string>
#include <string_view>

#include "host.h"

namespace host {

inline weir_question question_of(const weir_event& event, std::int64_t now) {
  weir_question question{};
  question.struct_size = sizeof question;
  question.now = now;
  question.event = &event;
  return question;
}

inline weir_question question_of(std::string_view line, std::int64_t now) {
  weir_question question{};
  question.struct_size = sizeof question;
  question.now = now;
  question.line = {line.data(), line.size()};
  return question;
}

inline void append_text(void* user, const char* bytes, std::uint64_t size) {
  static_cast<std::string*>(user)->append(bytes, size);
}

inline std::string explain(const Engine& engine, const weir_question& question) {
  std::string answer;
  weir_error error = no_error();
  EXPECT_EQ(weir_explain(engine, &question, append_text, &answer, &error), WEIR_OK)
      << error.message;
  return answer;
}

// An answer, and its members by JSON pointers: "" for one that is not there, a text without its
// quotes, anything else as JSON.
class Answer {
 public:
  explicit Answer(std::string json) : json_(std::move(json)), root_(parser_.parse(json_)) {}
  Answer(const Engine& engine, const weir_question& question) : Answer(explain(engine, question)) {}

  std::string at(const std::string& pointer) const {
    simdjson::dom::element found;
    if (root_.at_pointer(pointer).get(found) != simdjson::SUCCESS) return {};
    std::string_view text;
    if (found.get(text) == simdjson::SUCCESS) return std::string(text);
    return simdjson::minify(found);
  }
  // Of the index'th rule.
  std::string rule(std::size_t index, const std::string& member) const {
    return at("/rules/" + std::to_string(index) + "/" + member);
  }
  std::size_t rules() const { return simdjson::dom::array(root_["rules"]).size(); }
  std::string outcome() const { return at("/outcome"); }
  const std::string& json() const { return json_; }

 private:
  std::string json_;
  simdjson::dom::parser parser_;
  simdjson::dom::element root_;
};

}  // namespace host
