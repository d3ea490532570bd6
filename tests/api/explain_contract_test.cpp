// Questions that the contract forbids, and when it forbids to ask.

#include <gtest/gtest.h>

#include "explained.h"

namespace {

using namespace host;

TEST(ExplainContract, RefusesWhatItForbids) {
  Engine engine;
  std::string answer;
  const std::string_view line = "{}";
  const weir_event event{};
  weir_record record{};
  weir_question good = question_of(line, start);
  const auto status = [&](const weir_question* question) {
    return weir_explain(engine, question, append_text, &answer, nullptr);
  };
  EXPECT_EQ(status(nullptr), WEIR_INVALID_ARGUMENT);
  EXPECT_EQ(weir_explain(nullptr, &good, append_text, &answer, nullptr), WEIR_INVALID_ARGUMENT);
  EXPECT_EQ(weir_explain(engine, &good, nullptr, nullptr, nullptr), WEIR_INVALID_ARGUMENT);
  const auto changed = [&](auto&& change) {
    weir_question question = good;
    change(question);
    return status(&question);
  };
  EXPECT_EQ(changed([](auto& q) { q.line = {nullptr, 0}; }), WEIR_INVALID_ARGUMENT);
  EXPECT_EQ(changed([](auto& q) { q.line = {nullptr, 3}; }), WEIR_INVALID_ARGUMENT);
  EXPECT_EQ(changed([](auto& q) { q.line = {" \n", 2}; }), WEIR_INVALID_ARGUMENT);
  EXPECT_EQ(changed([](auto& q) { q.line = {"{}\n{}", 5}; }), WEIR_INVALID_ARGUMENT);
  EXPECT_EQ(changed([&](auto& q) { q.event = &event; }), WEIR_INVALID_ARGUMENT);
  EXPECT_EQ(changed([&](auto& q) { q.record = &record; }), WEIR_INVALID_ARGUMENT);
  EXPECT_EQ(changed([](auto& q) { q.now = -1; }), WEIR_INVALID_ARGUMENT);
  EXPECT_EQ(changed([](auto& q) { q.preset = 999; }), WEIR_INVALID_ARGUMENT);
  EXPECT_EQ(changed([](auto& q) { q.struct_size = 0; }), WEIR_INVALID_ARGUMENT);
  EXPECT_EQ(answer, "");
  struct {
    weir_question question;
    std::uint64_t newer = 1;
  } newer{good};
  newer.question.struct_size = sizeof newer;
  EXPECT_EQ(status(&newer.question), WEIR_NOT_SUPPORTED);
  EXPECT_EQ(status(&good), WEIR_OK);
  EXPECT_EQ(Answer(answer).outcome(), "passed");
}

TEST(ExplainContract, IsBusyInsideACallback) {
  struct Asker {
    weir_engine* engine;
    std::vector<std::int32_t> statuses;
    void ask() {
      const weir_question question = question_of("{}", start);
      std::string answer;
      statuses.push_back(weir_explain(engine, &question, append_text, &answer, nullptr));
    }
  };
  Engine engine;
  Asker asker{engine, {}};
  weir_callbacks callbacks{};
  callbacks.struct_size = sizeof callbacks;
  callbacks.user = &asker;
  callbacks.filter = [](void* user, const weir_event*, std::uint64_t, std::int32_t* answers) {
    static_cast<Asker*>(user)->ask();
    answers[0] = WEIR_LEAVE;
  };
  weir_rule* made = nullptr;
  ASSERT_EQ(engine.create_rule("name: mine\nidentical_fields: [Name]\n", &callbacks, &made),
            WEIR_OK);
  explain(engine, question_of(R"({"Name":"a"})", start));
  const weir_question question = question_of("{}", start);
  const auto write = [](void* user, const char*, std::uint64_t) {
    static_cast<Asker*>(user)->ask();
  };
  EXPECT_EQ(weir_explain(engine, &question, write, &asker, nullptr), WEIR_OK);
  EXPECT_EQ(asker.statuses, (std::vector<std::int32_t>{WEIR_BUSY, WEIR_BUSY}));
}

}  // namespace
