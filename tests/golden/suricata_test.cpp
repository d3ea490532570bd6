// What the preset of Suricata counts on, in events that it wrote.

#include <gtest/gtest.h>
#include <simdjson.h>

#include <cstdlib>
#include <filesystem>

#include "input/format.h"

namespace weir::host {
namespace {

namespace fs = std::filesystem;
using simdjson::dom::element;

fs::path events() {
  const char* root = std::getenv("WEIR_DATA");
  return fs::path(root == nullptr ? "../shared/data" : root) / "suricata";
}

bool has(element event, std::initializer_list<const char*> pointers) {
  for (const char* pointer : pointers) {
    if (event.at_pointer(pointer).error() != simdjson::SUCCESS) {
      ADD_FAILURE() << "no " << pointer << " in " << simdjson::minify(event);
      return false;
    }
  }
  return true;
}

// How many there are.
std::size_t check(const fs::path& path) {
  SCOPED_TRACE(path.filename());
  simdjson::dom::parser parser;
  const auto lines = simdjson::padded_string::load(path.string());
  EXPECT_EQ(lines.error(), simdjson::SUCCESS);
  EXPECT_EQ(detect_format(lines.value_unsafe()), Format::suricata);
  std::size_t count = 0;
  for (const element event : parser.parse_many(lines.value_unsafe())) {
    ++count;
    EXPECT_TRUE(event.is_object());
    has(event, {"/timestamp", "/event_type", "/flow_id", "/src_ip", "/src_port", "/dest_ip",
                "/dest_port", "/proto"});
    const std::string_view type = event["event_type"].get_string();
    if (type == "alert") {
      has(event, {"/alert/signature", "/alert/signature_id", "/alert/category", "/alert/severity",
                  "/alert/action"});
    } else {
      EXPECT_EQ(type, "fileinfo");
      has(event, {"/fileinfo/filename", "/fileinfo/size", "/http/hostname", "/http/url",
                  "/http/http_method", "/http/http_user_agent", "/app_proto"});
    }
  }
  return count;
}

TEST(SuricataEvents, HaveTheMembersThatThePresetMaps) {
  if (!fs::exists(events())) {
    GTEST_SKIP() << "no events of Suricata in " << events() << "; set WEIR_DATA";
  }
  std::size_t count = 0;
  for (const auto& entry : fs::directory_iterator(events())) count += check(entry.path());
  EXPECT_GE(count, 250u);
}

}  // namespace
}  // namespace weir::host
