// User data of callbacks is destroyed once, whatever becomes of them.

#include "user_data.h"

#include <gtest/gtest.h>

#include <cstring>

namespace {

using namespace host;

TEST(UserData, IsDestroyedOnceWithItsRule) {
  destroyed = 0;
  Engine engine;
  const auto callbacks = with_destructor();
  weir_rule* rule = nullptr;
  ASSERT_EQ(engine.create_rule(mine, &callbacks, &rule), WEIR_OK);
  Events events{{{"SourceAddress", text("a")}}};
  Sink sink;
  engine.feed(events, start, sink);
  EXPECT_EQ(destroyed, 0);
  EXPECT_EQ(weir_destroy_rule(rule, nullptr), WEIR_OK);
  EXPECT_EQ(destroyed, 1);
}

TEST(UserData, IsDestroyedOnceWithTheEngine) {
  destroyed = 0;
  {
    Engine engine;
    const auto callbacks = with_destructor();
    weir_rule* rule = nullptr;
    ASSERT_EQ(engine.create_rule(mine, &callbacks, &rule), WEIR_OK);
    ASSERT_EQ(engine.set_callback("named", &callbacks), WEIR_OK);
    EXPECT_EQ(destroyed, 0);
  }
  EXPECT_EQ(destroyed, 2);
}

TEST(UserData, IsDestroyedOnceWhenItIsReplaced) {
  destroyed = 0;
  Engine engine;
  const auto callbacks = with_destructor();
  ASSERT_EQ(engine.set_callback("named", &callbacks), WEIR_OK);
  ASSERT_EQ(engine.set_callback("named", &callbacks), WEIR_OK);
  EXPECT_EQ(destroyed, 1);
}

TEST(UserData, IsDestroyedOnceWhenCreateFails) {
  destroyed = 0;
  Engine engine;
  auto callbacks = with_destructor();
  weir_rule* rule = nullptr;
  EXPECT_EQ(engine.create_rule("name: mine\n", &callbacks, &rule), WEIR_INVALID_DOCUMENT);
  EXPECT_EQ(destroyed, 1);
  EXPECT_EQ(rule, nullptr);
  EXPECT_EQ(weir_create_rule(nullptr, mine, std::strlen(mine), &callbacks, &rule, nullptr),
            WEIR_INVALID_ARGUMENT);
  EXPECT_EQ(destroyed, 2);
  EXPECT_EQ(engine.create_rule(mine, &callbacks, nullptr), WEIR_INVALID_ARGUMENT);
  EXPECT_EQ(destroyed, 3);
  EXPECT_EQ(weir_create_rule(engine, nullptr, std::strlen(mine), &callbacks, &rule, nullptr),
            WEIR_INVALID_ARGUMENT);
  EXPECT_EQ(destroyed, 4);
  const std::uint32_t unknown[] = {UINT32_MAX};
  callbacks.fields = unknown;
  callbacks.field_count = 1;
  EXPECT_EQ(engine.create_rule(mine, &callbacks, &rule), WEIR_INVALID_ARGUMENT);
  EXPECT_EQ(destroyed, 5);
  callbacks = with_destructor();
  EXPECT_EQ(engine.create_rule("name: adds\ntype: host\n", &callbacks, &rule),
            WEIR_INVALID_ARGUMENT)
      << "there is no enrich function";
  EXPECT_EQ(destroyed, 6);
  ASSERT_EQ(engine.create_rule(mine, nullptr, &rule), WEIR_OK);
  EXPECT_EQ(engine.create_rule(mine, &callbacks, &rule), WEIR_ALREADY_EXISTS);
  EXPECT_EQ(destroyed, 7);
}

TEST(UserData, IsDestroyedOnceWhenBindingFails) {
  destroyed = 0;
  Engine engine;
  auto callbacks = with_destructor();
  EXPECT_EQ(engine.set_callback("", &callbacks), WEIR_INVALID_ARGUMENT);
  EXPECT_EQ(weir_set_callback(nullptr, "n", 1, &callbacks, nullptr), WEIR_INVALID_ARGUMENT);
  callbacks.filter = nullptr;
  EXPECT_EQ(engine.set_callback("named", &callbacks), WEIR_INVALID_ARGUMENT);
  EXPECT_EQ(destroyed, 3);
  // A rule of the document needs a filter, which the new functions lack.
  callbacks = with_destructor();
  ASSERT_EQ(engine.set_callback("named", &callbacks), WEIR_OK);
  ASSERT_EQ(engine.load(rule(1, 10, "callback: named")), WEIR_OK);
  callbacks.filter = nullptr;
  callbacks.enrich = [](void*, const weir_event*, weir_additions*, std::int32_t*) {};
  EXPECT_EQ(engine.set_callback("named", &callbacks), WEIR_INVALID_ARGUMENT);
  EXPECT_EQ(destroyed, 4);
}

// Of a struct that is longer than this library's and has something there.
TEST(UserData, IsDestroyedOnceWhenTheStructIsNewer) {
  destroyed = 0;
  struct {
    weir_callbacks callbacks;
    std::uint64_t newer;
  } given{with_destructor(), 1};
  given.callbacks.struct_size = sizeof given;
  Engine engine;
  weir_rule* rule = nullptr;
  EXPECT_EQ(engine.create_rule(mine, &given.callbacks, &rule), WEIR_NOT_SUPPORTED);
  EXPECT_EQ(destroyed, 1);
}

// Its destructor may look at the engine, whichever way it came to run.
TEST(UserData, MayReadTheEngineWhileItIsDestroyed) {
  struct Reader {
    weir_engine* engine;
    std::vector<std::int32_t> statuses;
  };
  Reader reader{nullptr, {}};
  Engine engine;
  reader.engine = engine;
  weir_callbacks callbacks{};
  callbacks.struct_size = sizeof callbacks;
  callbacks.filter = leave_all;
  callbacks.user = &reader;
  callbacks.destroy = [](void* user) {
    Reader& self = *static_cast<Reader*>(user);
    weir_stats stats{};
    stats.struct_size = sizeof stats;
    self.statuses.push_back(weir_get_stats(self.engine, &stats, nullptr));
    weir_rule* rule = nullptr;
    self.statuses.push_back(weir_create_rule(self.engine, "{}", 2, nullptr, &rule, nullptr));
  };
  weir_rule* rule = nullptr;
  ASSERT_EQ(engine.create_rule(mine, &callbacks, &rule), WEIR_OK);
  EXPECT_EQ(weir_destroy_rule(rule, nullptr), WEIR_OK);
  EXPECT_EQ(engine.create_rule("{}", &callbacks, &rule), WEIR_INVALID_DOCUMENT);
  ASSERT_EQ(engine.set_callback("named", &callbacks), WEIR_OK);
  ASSERT_EQ(engine.load(host::rule(1, 10, "callback: named")), WEIR_OK);
  auto unfit = callbacks;
  unfit.filter = nullptr;
  unfit.enrich = [](void*, const weir_event*, weir_additions*, std::int32_t*) {};
  EXPECT_EQ(engine.set_callback("named", &unfit), WEIR_INVALID_ARGUMENT);
  EXPECT_EQ(engine.set_callback("named", &callbacks), WEIR_OK);
  const std::vector<std::int32_t> expected = {
      WEIR_OK, WEIR_INVALID_DOCUMENT, WEIR_OK, WEIR_INVALID_DOCUMENT,
      WEIR_OK, WEIR_INVALID_DOCUMENT, WEIR_OK, WEIR_INVALID_DOCUMENT};
  EXPECT_EQ(reader.statuses, expected);
  reader.engine = nullptr;  // what is bound still goes with the engine
}

}  // namespace
