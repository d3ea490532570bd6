// A batch of lines as tests use it: read, then fed, and what the last call filled.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "host.h"

namespace host {

// Whether the loaded library has batches.
inline bool has_batches() {
  Engine engine;
  weir_batch* batch = nullptr;
  const std::int32_t status = weir_create_batch(engine, &batch, nullptr);
  weir_destroy_batch(batch, nullptr);
  return status != WEIR_NOT_SUPPORTED;
}

class Batch {
 public:
  explicit Batch(const Engine& engine) {
    EXPECT_EQ(weir_create_batch(engine, &batch_, &error), WEIR_OK) << error.message;
  }
  ~Batch() { EXPECT_EQ(weir_destroy_batch(batch_, nullptr), WEIR_OK); }
  Batch(const Batch&) = delete;
  Batch& operator=(const Batch&) = delete;

  operator weir_batch*() const { return batch_; }

  // The bytes must stay until they are fed.
  std::int32_t read(std::string_view bytes, std::uint32_t flags = 0) {
    return weir_read_ndjson(batch_, bytes.data(), bytes.size(), flags, &cursor, &error);
  }
  std::int32_t feed(std::int64_t now, const Sink& sink, std::uint64_t lines_before = 0) {
    return weir_feed_batch(batch_, now, lines_before, sink, &error);
  }

  weir_error error = no_error();
  weir_cursor cursor{sizeof(weir_cursor), 0, 0, 0, 0, 0, 0};

 private:
  weir_batch* batch_ = nullptr;
};

// Lines of all kinds: they aggregate, pass, are filtered, blank, or cannot be read; the times of
// the events go up, mostly.
inline std::string mixed_lines(std::uint64_t seed, std::size_t count) {
  std::string all;
  std::uint64_t state = seed;
  const auto pick = [&](std::uint64_t below) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    return (state >> 33U) % below;
  };
  for (std::size_t i = 0; i < count; ++i) {
    const std::string time =
        std::to_string(start / 1'000'000 + static_cast<std::int64_t>(i * 40 + pick(2000)));
    switch (pick(12)) {
      case 0:
        all += "not json " + std::to_string(i);
        break;
      case 1:
        all += pick(2) != 0 ? "" : " \t";
        break;
      case 2:
        all +=
            "{\"Name\" : \"passes\", \"n\":" + std::to_string(i) + ", \"Timestamp\":" + time + "}";
        break;
      case 3:
        all += "{\"Name\":\"noise\"}";
        break;
      default:
        all += "{\"SourceAddress\":\"" + std::to_string(pick(40)) +
               "\",\"BytesIn\":" + std::to_string(pick(1000)) + ",\"Timestamp\":" + time + "}";
    }
    all += '\n';
  }
  return all;
}

inline const std::string batch_document =
    "filter: not Name = 'noise'\n" + rule(5, 3, "sum_fields: [BytesIn]");

// What came of lines, however it was cut into outputs.
struct Taken {
  std::string bytes;
  std::vector<Seen> rejected;
  bool operator==(const Taken&) const = default;
};
inline Taken taken(const Sink& sink) { return {sink.bytes(), sink.of_kind(WEIR_OUTPUT_REJECTED)}; }

// By weir_feed_ndjson, in one call, and flushed.
inline Taken fed_whole(const std::string& document, const std::string& lines, std::uint32_t clock) {
  Engine engine(document, clock);
  Sink sink(WEIR_FORM_NDJSON);
  EXPECT_EQ(engine.feed_lines(lines, start, sink, WEIR_LAST), WEIR_OK) << engine.message();
  EXPECT_EQ(engine.flush(sink), WEIR_OK);
  return taken(sink);
}

}  // namespace host
