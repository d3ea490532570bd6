// weir_set_field: what it refuses, and that it copies what it is given.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "callbacks.h"

namespace {

using namespace host;

TEST(SetField, RefusesWhatDoesNotConvert) {
  Engine engine;
  Enricher enricher;
  std::vector<std::int32_t> statuses;
  enricher.enrich = [&](const weir_event&, weir_additions* additions) {
    const auto attempt = [&](const weir_field& made) {
      statuses.push_back(weir_set_field(additions, &made, &engine.error));
    };
    attempt(field("DestinationPort", text("http")));
    attempt(field("DestinationPort", 1.5));
    attempt({UINT32_MAX, WEIR_INTEGER, 0, 1});
    attempt({id("Name"), 99, 0, 1});
    attempt({id("Name"), WEIR_TEXT, 5, 0});
    attempt({id("SA.list"), WEIR_TEXT_ARRAY, 2, 0});
    attempt({id("NA.list"), WEIR_INTEGER_ARRAY, 2, 0});
    attempt({id("Name"), WEIR_TEXT, WEIR_MAX_EVENT_BYTES + 1ULL, 8});
    statuses.push_back(weir_set_field(additions, nullptr, nullptr));
    return WEIR_OK;
  };
  weir_rule* made = nullptr;
  const auto callbacks = enricher.callbacks();
  ASSERT_EQ(engine.create_rule(host_enrichment, &callbacks, &made), WEIR_OK);
  Events events{{{"Name", text("n")}}};
  Sink sink;
  engine.feed(events, start, sink);
  EXPECT_EQ(statuses, std::vector<std::int32_t>(9, WEIR_INVALID_ARGUMENT));
  EXPECT_EQ(sink.seen.at(0).fields, (std::map<std::string, std::string>{{"Name", "n"}}));
  EXPECT_EQ(weir_set_field(nullptr, nullptr, nullptr), WEIR_INVALID_ARGUMENT);
}

TEST(SetField, CopiesWhatItIsGiven) {
  Engine engine;
  Enricher enricher;
  enricher.enrich = [](const weir_event&, weir_additions* additions) {
    std::string one = "one", two(40, '2');
    weir_text items[] = {{one.data(), one.size()}, {two.data(), two.size()}};
    const weir_field list{id("SA.list"), WEIR_TEXT_ARRAY, 2, address_of(items)};
    const std::int32_t status = weir_set_field(additions, &list, nullptr);
    std::fill(one.begin(), one.end(), 'x');
    std::fill(two.begin(), two.end(), 'x');
    items[0] = items[1] = {};
    return status;
  };
  weir_rule* made = nullptr;
  const auto callbacks = enricher.callbacks();
  ASSERT_EQ(engine.create_rule(host_enrichment, &callbacks, &made), WEIR_OK);
  Events events{{{"Name", text("n")}}};
  Sink sink;
  engine.feed(events, start, sink);
  EXPECT_EQ(sink.seen.at(0).fields.at("SA.list"), "[one," + std::string(40, '2') + "]");
}

}  // namespace
