// Lookups that the host fills: what filters see of them, when entries end, what stays over a
// reload.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <string>
#include <thread>

#include "host.h"

namespace host {
namespace {

// Events whose SourceUserName the lookup has are kept, the others filtered.
std::string filtering_by(std::string_view lookups, std::string_view filter) {
  return std::string(lookups) + "\nfilter: \"" + std::string(filter) + "\"\n";
}

const std::string users = filtering_by("dictionaries: {Users: {entries: {ann: admin}}}",
                                       "inDictionary('Users', SourceUserName)");
const std::string empty_users =
    filtering_by("dictionaries: {Users: {}}", "inDictionary('Users', SourceUserName)");

std::uint64_t kept(Engine& engine, std::string_view user, std::int64_t now = start) {
  const Events events{{{"SourceUserName", text(user)}}};
  const Sink sink;
  EXPECT_EQ(engine.feed(events, now, sink), WEIR_OK) << engine.message();
  return sink.of_kind(WEIR_OUTPUT_BASE).size();
}

TEST(Lookups, FilterBySetUpdatedAndErasedRows) {
  Engine engine(users);
  EXPECT_EQ(kept(engine, "ann"), 1U);
  EXPECT_EQ(kept(engine, "bob"), 0U);
  ASSERT_EQ(engine.update_table(WEIR_DICTIONARY, "Users", "bob,user\n"), WEIR_OK);
  EXPECT_EQ(kept(engine, "ann"), 1U);
  EXPECT_EQ(kept(engine, "bob"), 1U);
  ASSERT_EQ(engine.erase_from_table(WEIR_DICTIONARY, "Users", "ann\nnobody\n"), WEIR_OK);
  EXPECT_EQ(kept(engine, "ann"), 0U);
  ASSERT_EQ(engine.set_table(WEIR_DICTIONARY, "Users", "key,value\ncid,guest\n"), WEIR_OK);
  EXPECT_EQ(kept(engine, "bob"), 0U);
  EXPECT_EQ(kept(engine, "cid"), 1U);
  EXPECT_TRUE(conserves(engine));
}

TEST(Lookups, HoldOldRowsWhenNewOnesAreBad) {
  Engine engine(users);
  ASSERT_EQ(engine.set_table(WEIR_DICTIONARY, "Users", "bob,user\n,nobody\n"),
            WEIR_INVALID_DOCUMENT);
  EXPECT_EQ(engine.error.line, 2U) << engine.message();
  ASSERT_EQ(engine.update_table(WEIR_DICTIONARY, "Users", "bob,user\n,nobody\n"),
            WEIR_INVALID_DOCUMENT);
  EXPECT_EQ(kept(engine, "bob"), 0U);
  EXPECT_EQ(kept(engine, "ann"), 1U);
}

TEST(Lookups, AreFoundByIdToo) {
  const std::string id = "7efa44dd-ccf9-4f7d-b5bc-9d56c1790bc2";
  Engine engine(filtering_by("dictionaries: {Users: {id: " + id + "}}",
                             "inDictionary('" + id + "', SourceUserName)"));
  ASSERT_EQ(engine.set_table(WEIR_DICTIONARY, "7EFA44DD-ccf9-4f7d-b5bc-9d56c1790bc2", "ann,1\n"),
            WEIR_OK)
      << engine.message();
  EXPECT_EQ(kept(engine, "ann"), 1U);
}

TEST(Lookups, AnUnknownOneIsNotUpdatedAndSaysSo) {
  Engine engine(users);
  EXPECT_EQ(engine.update_table(WEIR_DICTIONARY, "User", "bob,user\n"), WEIR_NOT_FOUND);
  EXPECT_NE(engine.message().find("did you mean 'Users'"), std::string::npos) << engine.message();
  EXPECT_EQ(engine.erase_from_table(WEIR_TABLE, "Users", "bob\n"), WEIR_NOT_FOUND);
}

TEST(Lookups, RowsOfTheHostStayOverAReloadUnlessTheDocumentHasItsOwn) {
  Engine engine(empty_users);
  ASSERT_EQ(engine.set_table(WEIR_DICTIONARY, "Users", "bob,user\n"), WEIR_OK);
  ASSERT_EQ(engine.load(empty_users), WEIR_OK);
  EXPECT_EQ(kept(engine, "bob"), 1U);
  ASSERT_EQ(engine.load(users), WEIR_OK);
  EXPECT_EQ(kept(engine, "bob"), 0U);
  EXPECT_EQ(kept(engine, "ann"), 1U);
}

TEST(Lookups, TheDocumentsRowsComeBackWithIt) {
  Engine engine(users);
  ASSERT_EQ(engine.update_table(WEIR_DICTIONARY, "Users", "bob,user\n"), WEIR_OK);
  ASSERT_EQ(engine.load(users), WEIR_OK);
  EXPECT_EQ(kept(engine, "bob"), 0U);
}

TEST(Lookups, ThatTheHostMadeBeforeTheDocumentAreTakenUp) {
  Engine engine;
  ASSERT_EQ(engine.set_table(WEIR_DICTIONARY, "Users", "bob,user\n"), WEIR_OK);
  ASSERT_EQ(engine.load(empty_users), WEIR_OK);
  EXPECT_EQ(kept(engine, "bob"), 1U);
}

TEST(Lookups, ACreatedRuleNamesOneThatTheHostMade) {
  Engine engine;
  ASSERT_EQ(engine.set_table(WEIR_TABLE, "Hosts", "name,owner\nsrv,ann\n"), WEIR_OK);
  weir_rule* made = nullptr;
  ASSERT_EQ(engine.create_rule("name: r\nidentical_fields: [DeviceHostName]\nthreshold: 1\n"
                               "filter: table('Hosts', 'owner', DeviceHostName) = 'ann'\n",
                               nullptr, &made),
            WEIR_OK)
      << engine.message();
  const Events events{{{"DeviceHostName", text("srv")}}, {{"DeviceHostName", text("other")}}};
  const Sink sink;
  ASSERT_EQ(engine.feed(events, start, sink), WEIR_OK);
  EXPECT_EQ(sink.of_kind(WEIR_OUTPUT_AGGREGATED).size(), 1U);
  // The column that the rule names cannot go.
  EXPECT_NE(engine.set_table(WEIR_TABLE, "Hosts", "name,site\nsrv,Riga\n"), WEIR_OK);
  EXPECT_EQ(weir_destroy_rule(made, nullptr), WEIR_OK);
  EXPECT_EQ(engine.set_table(WEIR_TABLE, "Hosts", "name,site\nsrv,Riga\n"), WEIR_OK);
}

const std::string seen_lately = filtering_by("active_lists: {Seen: {ttl: 10s, columns: [by]}}",
                                             "inActiveList('Seen', SourceUserName)");

TEST(Lookups, EntriesEndByTheHostsClock) {
  Engine engine(seen_lately);
  EXPECT_EQ(kept(engine, "ann", start), 0U);
  ASSERT_EQ(engine.update_table(WEIR_ACTIVE_LIST, "Seen", "key,by\nann,x\n"), WEIR_OK)
      << engine.message();
  EXPECT_EQ(kept(engine, "ann", start + 10 * second - 1), 1U);
  EXPECT_EQ(kept(engine, "ann", start + 10 * second), 0U);
}

TEST(Lookups, EntriesThatCameBeforeTheClockLiveFromItsFirstMoment) {
  Engine engine(seen_lately);
  ASSERT_EQ(engine.update_table(WEIR_ACTIVE_LIST, "Seen", "key,by\nann,x\n"), WEIR_OK);
  EXPECT_EQ(kept(engine, "ann", start), 1U);
  EXPECT_EQ(kept(engine, "ann", start + 9 * second), 1U);
  EXPECT_EQ(kept(engine, "ann", start + 10 * second), 0U);
}

TEST(Lookups, EntriesOfADocumentThatIsLoadedLaterLiveFromThen) {
  Engine engine;
  EXPECT_EQ(kept(engine, "bob"), 1U);  // no filter yet, and the clock runs
  const Sink sink;
  ASSERT_EQ(engine.advance(start + 60 * second, sink), WEIR_OK);
  ASSERT_EQ(engine.load(filtering_by("active_lists: {Seen: {ttl: 10s, columns: [by], "
                                     "entries: {ann: {by: x}}}}",
                                     "inActiveList('Seen', SourceUserName)")),
            WEIR_OK)
      << engine.message();
  EXPECT_EQ(kept(engine, "ann", start + 69 * second), 1U);
  EXPECT_EQ(kept(engine, "ann", start + 70 * second), 0U);
}

// One call or many, read ahead or not: each event sees the entries of its own time.
TEST(Lookups, EntriesEndByTheTimeOfEachEvent) {
  std::string lines;
  for (int i = 0; i < 2'000; ++i)
    lines +=
        "{\"SourceUserName\":\"ann\",\"Timestamp\":" + std::to_string(1'000'000 + i * 10) + "}\n";
  const auto count = [&](auto&& feed) {
    Engine engine(seen_lately, WEIR_CLOCK_EVENT);
    EXPECT_EQ(engine.update_table(WEIR_ACTIVE_LIST, "Seen", "key,by\nann,x\n"), WEIR_OK);
    const Sink sink(WEIR_FORM_NDJSON);
    feed(engine, sink);
    EXPECT_TRUE(conserves(engine));
    return engine.stats().passed;
  };
  EXPECT_EQ(count([&](Engine& engine, const Sink& sink) {
              ASSERT_EQ(engine.feed_lines(lines, 0, sink), WEIR_OK);
            }),
            1'000U);
  EXPECT_EQ(count([&](Engine& engine, const Sink& sink) {
              for (std::size_t at = 0; at < lines.size();) {
                const std::size_t end = lines.find('\n', at) + 1;
                ASSERT_EQ(engine.feed_lines(lines.substr(at, end - at), 0, sink), WEIR_OK);
                at = end;
              }
            }),
            1'000U);
  EXPECT_EQ(count([&](Engine& engine, const Sink& sink) {
              weir_batch* batch = nullptr;
              ASSERT_EQ(weir_create_batch(engine, &batch, nullptr), WEIR_OK);
              weir_cursor cursor{sizeof(weir_cursor), 0, 0, 0, 0, 0, 0};
              ASSERT_EQ(
                  weir_read_ndjson(batch, lines.data(), lines.size(), WEIR_LAST, &cursor, nullptr),
                  WEIR_OK);
              EXPECT_EQ(cursor.consumed, lines.size());
              EXPECT_EQ(cursor.events, 2'000U);
              ASSERT_EQ(weir_feed_batch(batch, 0, 0, sink, nullptr), WEIR_OK);
              EXPECT_EQ(weir_destroy_batch(batch, nullptr), WEIR_OK);
            }),
            1'000U);
}

TEST(Lookups, WhatWasReadAheadSeesAnUpdateThatCameBeforeItWasFed) {
  Engine engine(users);
  weir_batch* batch = nullptr;
  ASSERT_EQ(weir_create_batch(engine, &batch, nullptr), WEIR_OK);
  const std::string line = "{\"SourceUserName\":\"bob\"}\n";
  weir_cursor cursor{sizeof(weir_cursor), 0, 0, 0, 0, 0, 0};
  ASSERT_EQ(weir_read_ndjson(batch, line.data(), line.size(), 0, &cursor, nullptr), WEIR_OK);
  ASSERT_EQ(engine.update_table(WEIR_DICTIONARY, "Users", "bob,user\n"), WEIR_OK);
  const Sink sink;
  ASSERT_EQ(weir_feed_batch(batch, start, 0, sink, nullptr), WEIR_OK);
  EXPECT_EQ(sink.of_kind(WEIR_OUTPUT_BASE).size(), 1U);
  EXPECT_EQ(weir_destroy_batch(batch, nullptr), WEIR_OK);
}

// Two conditions of one filter look into the same rows: never one into the old and one into the
// new.
TEST(Lookups, AreReplacedWhole) {
  Engine engine(filtering_by("tables: {T: {columns: [a, b]}}",
                             "table('T', 'a', SourceUserName) = table('T', 'b', SourceUserName)"));
  ASSERT_EQ(engine.set_table(WEIR_TABLE, "T", "key,a,b\nann,0,0\n"), WEIR_OK) << engine.message();
  std::atomic<int> fed = 0;
  std::atomic<bool> done = false;
  std::thread feeder([&] {
    Events events;
    add(events, 2'000, {{"SourceUserName", text("ann")}});
    for (; !done; ++fed) {
      const Sink sink(WEIR_FORM_NDJSON);
      ASSERT_EQ(engine.feed(events, start, sink), WEIR_OK);
    }
  });
  for (int i = 0; i < 300 || fed < 20; ++i) {
    const std::string value = std::to_string(i);
    const std::string rows = "key,a,b\nann," + value + "," + value + "\n";
    weir_error error = no_error();
    const weir_table table{sizeof(weir_table), WEIR_TABLE, {"T", 1},
                           WEIR_CSV,           0,          {rows.data(), rows.size()}};
    ASSERT_EQ(i % 2 == 0 ? weir_set_table(engine, &table, &error)
                         : weir_update_table(engine, &table, &error),
              WEIR_OK)
        << error.message;
  }
  done = true;
  feeder.join();
  EXPECT_EQ(engine.stats().filtered, 0U);
  EXPECT_GE(engine.stats().passed, 40'000U);
}

TEST(Lookups, HaveTheirTimeToLiveWhicheverWayTheIdIsWritten) {
  Engine engine(filtering_by(
      "active_lists: {Seen: {id: 7efa44dd-ccf9-4f7d-b5bc-9d56c1790bc2, ttl: 10s, columns: [by]}}",
      "inActiveList('Seen', SourceUserName)"));
  EXPECT_EQ(kept(engine, "ann", start), 0U);
  ASSERT_EQ(
      engine.set_table(WEIR_ACTIVE_LIST, "7EFA44DD-ccf9-4f7d-b5bc-9d56c1790bc2", "key,by\nann,x\n"),
      WEIR_OK)
      << engine.message();
  EXPECT_EQ(kept(engine, "ann", start + 9 * second), 1U);
  EXPECT_EQ(kept(engine, "ann", start + 10 * second), 0U);
}

TEST(Lookups, DoNotKeepADocumentWithOtherKeysOut) {
  const std::string one = filtering_by("context_tables: {C: {keys: {u: string}}}",
                                       "inContextTable('C', SourceUserName)");
  const std::string two = filtering_by("context_tables: {C: {keys: {u: string, h: string}}}",
                                       "inContextTable('C', SourceUserName, Name)");
  Engine engine(one);
  ASSERT_EQ(engine.set_table(WEIR_CONTEXT_TABLE, "C", "u,seen\nann,1\n"), WEIR_OK)
      << engine.message();
  EXPECT_EQ(kept(engine, "ann"), 1U);
  ASSERT_EQ(engine.load(two), WEIR_OK) << engine.message();
  EXPECT_EQ(kept(engine, "ann"), 0U);
}

TEST(Lookups, AreNotTheHostsBecauseAnUpdateFailed) {
  Engine engine(empty_users);
  ASSERT_NE(engine.update_table(WEIR_DICTIONARY, "Users", "bob,user\n,nobody\n"), WEIR_OK);
  ASSERT_EQ(engine.load("aggregation: [{name: r, identical_fields: [Name]}]"), WEIR_OK);
  EXPECT_EQ(engine.update_table(WEIR_DICTIONARY, "Users", "bob,user\n"), WEIR_NOT_FOUND);
}

// The rows are read without holding anybody up, so a document may be loaded meanwhile.
TEST(Lookups, HaveTheShapeThatTheLastDocumentGaveThem) {
  std::string rows = "key,by\n";
  for (int i = 0; i < 200'000; ++i) rows += std::to_string(i) + ",x\n";
  const auto seen_for = [](std::string_view ttl) {
    return filtering_by("active_lists: {Seen: {ttl: " + std::string(ttl) + ", columns: [by]}}",
                        "inActiveList('Seen', SourceUserName)");
  };
  Engine engine(seen_for("10s"));
  EXPECT_EQ(kept(engine, "ann", start), 0U);
  std::thread setter([&] { EXPECT_EQ(engine.set_table(WEIR_ACTIVE_LIST, "Seen", rows), WEIR_OK); });
  std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_EQ(engine.load(seen_for("1000s")), WEIR_OK);
  setter.join();
  ASSERT_EQ(engine.update_table(WEIR_ACTIVE_LIST, "Seen", "key,by\nann,x\n"), WEIR_OK);
  EXPECT_EQ(kept(engine, "ann", start + 100 * second), 1U);
}

TEST(Lookups, RefuseWhatTheContractForbids) {
  Engine engine(users);
  EXPECT_EQ(weir_set_table(engine, nullptr, &engine.error), WEIR_INVALID_ARGUMENT);
  EXPECT_EQ(engine.set_table(0, "Users", ""), WEIR_INVALID_ARGUMENT);
  EXPECT_EQ(engine.set_table(7, "Users", ""), WEIR_INVALID_ARGUMENT);
  EXPECT_EQ(engine.set_table(WEIR_DICTIONARY, "", ""), WEIR_INVALID_ARGUMENT);
  EXPECT_EQ(engine.set_table(WEIR_ASSETS, "Users", ""), WEIR_INVALID_ARGUMENT);
  weir_table table{sizeof(weir_table), WEIR_DICTIONARY, {"Users", 5}, 4, 0, {"a,b", 3}};
  EXPECT_EQ(weir_set_table(engine, &table, &engine.error), WEIR_INVALID_ARGUMENT);
}

}  // namespace
}  // namespace host
