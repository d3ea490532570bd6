// Any bytes as a snapshot: an engine takes it whole or refuses it and stays as it was; what it took
// obeys the law of conservation, can be fed to, flushed and taken again. Most bytes are a real
// snapshot, altered by the input, with a checksum that fits: docs/snapshot-format.md says where it
// stands.

#include <xxhash.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

#include "choices.h"
#include "weir/weir.h"

namespace {

constexpr std::int64_t start = 1'000'000'000'000'000;

constexpr std::string_view document =
    "aggregation:\n"
    "  - {name: one, identical_fields: [SourceAddress, SA.Tags], unique_fields: [Name, NA.Codes],\n"
    "     sum_fields: [BytesIn, FA.x], other_fields: last, threshold: 9, single: pass,\n"
    "     filter: \"SourceAddress startsWith '1'\"}\n"
    "  - {name: two, identical_fields: [SourceAddress], unique_fields: [Name], unique_mode: "
    "dedup,\n"
    "     sum_fields: [Message], sum_strings: join, other_fields: common, lifetime: 1h,\n"
    "     statistics: [{field: BytesIn, function: avg, into: F.mean},\n"
    "       {field: Name, function: distinct, into: N.names},\n"
    "       {field: Message, function: max, into: S.most}]}\n";
constexpr std::string_view lines =
    "{\"SourceAddress\":\"1\",\"Name\":\"a\",\"BytesIn\":4,\"Message\":\"5\"}\n"
    "{\"SourceAddress\":\"1\",\"Name\":\"b\",\"SA.Tags\":[\"x\",\"y\"],\"NA.Codes\":[1,2]}\n"
    "{\"SourceAddress\":\"2\",\"Name\":\"a\",\"BytesIn\":4,\"Message\":\"5\",\"Extra\":{\"k\":"
    "\"v\"}}\n"
    "{\"SourceAddress\":\"2\",\"Name\":\"b\",\"BytesIn\":-4,\"Message\":\"text\"}\n"
    "{\"Name\":\"passes\",\"DeviceVendor\":\"v\"}\nnot json\n";

void require(bool truth, const char* sentence) {
  if (truth) return;
  std::fprintf(stderr, "what must be true is not: %s\n", sentence);
  std::abort();
}

void append(void* user, const char* bytes, std::uint64_t size) {
  static_cast<std::string*>(user)->append(bytes, size);
}

void touch(void*, const weir_output* output, std::int32_t* answer) {
  static volatile std::uint64_t seen;
  for (std::uint64_t i = 0; i < output->bytes.size; ++i)
    seen = seen + static_cast<unsigned char>(output->bytes.data[i]);
  *answer = WEIR_ACCEPT;
}

void refuse(void*, const weir_output*, std::int32_t*) {}

class Engine {
 public:
  explicit Engine(bool with_rules) {
    require(weir_create_engine(nullptr, &engine_, nullptr) == WEIR_OK, "an engine is made");
    if (with_rules)
      require(weir_load(engine_, document.data(), document.size(), nullptr) == WEIR_OK, "loaded");
  }
  ~Engine() { weir_destroy_engine(engine_, nullptr); }
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  operator weir_engine*() const { return engine_; }
  std::int32_t feed(weir_sink_fn accept) {
    const weir_sink sink{sizeof sink, WEIR_FORM_NDJSON, accept, nullptr};
    weir_cursor cursor{sizeof cursor, 0, 0, 0, 0, 0, 0};
    return weir_feed_ndjson(engine_, lines.data(), lines.size(), start, 0, &sink, &cursor, nullptr);
  }
  weir_stats stats() const {
    weir_stats all{};
    all.struct_size = sizeof all;
    require(weir_get_stats(engine_, &all, nullptr) == WEIR_OK, "there are counters");
    return all;
  }

 private:
  weir_engine* engine_ = nullptr;
};

// Of an engine with open buckets and outputs that no sink took; empty: this version has none.
std::string real_snapshot() {
  Engine engine(true);
  engine.feed(touch);
  engine.feed(refuse);
  std::string bytes;
  const std::int32_t status = weir_snapshot(engine, append, &bytes, nullptr);
  require(status == WEIR_OK || status == WEIR_NOT_SUPPORTED, "a snapshot is taken");
  return bytes;
}

// The last sixteen bytes are the XXH3 of those before.
void fix_checksum(std::string& bytes) {
  XXH128_canonical_t sum;
  if (bytes.size() < sizeof sum) return;
  const std::size_t size = bytes.size() - sizeof sum;
  XXH128_canonicalFromHash(&sum, XXH3_128bits(bytes.data(), size));
  std::memcpy(bytes.data() + size, &sum, sizeof sum);
}

void alter(fuzz::Choices& choices, std::string& bytes) {
  while (!choices.empty() && !bytes.empty()) {
    const std::size_t at = (choices.byte() * 256U + choices.byte()) % bytes.size();
    switch (choices.below(4)) {
      case 0:
        bytes[at] = static_cast<char>(choices.byte());
        break;
      case 1:
        bytes[at] = static_cast<char>(bytes[at] ^ (1 << choices.below(8)));
        break;
      case 2:
        bytes.erase(at, 1 + choices.below(16));
        break;
      default:
        bytes.insert(at, choices.bytes(1 + choices.below(16)));
    }
  }
}

void restore(const std::string& bytes, bool with_rules) {
  Engine engine(with_rules);
  const std::int32_t status = weir_restore(engine, bytes.data(), bytes.size(), nullptr);
  if (status != WEIR_OK) {
    require(status == WEIR_INVALID_SNAPSHOT, "bytes that are no snapshot are refused as such");
    const weir_stats all = engine.stats();
    require(
        all.events_in == 0 && all.open_groups == 0 && all.waiting_outputs == 0 && all.clock == 0,
        "what is refused changes nothing");
  }
  const weir_stats before = engine.stats();
  require(engine.feed(touch) == WEIR_OK, "the engine goes on");
  std::string again;
  require(weir_snapshot(engine, append, &again, nullptr) == WEIR_OK, "a snapshot is taken again");
  const weir_sink sink{sizeof sink, WEIR_FORM_NDJSON, touch, nullptr};
  require(weir_flush(engine, 0, &sink, nullptr) == WEIR_OK, "a flush ends");
  const weir_stats all = engine.stats();
  require(all.events_in - before.events_in == 6, "events are counted");
  require(all.events_in == all.rejected + all.filtered + all.passed + all.taken, "conserved");
  require(all.open_groups == 0 && all.open_events == 0 && all.waiting_outputs == 0,
          "nothing is open after a flush");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::string real = real_snapshot();
  if (real.empty()) return 0;
  fuzz::Choices choices(data, size);
  const bool with_rules = choices.one_in(2);
  std::string bytes = real;
  if (choices.one_in(8))
    bytes = choices.rest();
  else
    alter(choices, bytes);
  fix_checksum(bytes);
  restore(bytes, with_rules);
  return 0;
}
