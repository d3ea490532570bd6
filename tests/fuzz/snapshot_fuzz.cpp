// Any bytes as a snapshot: an engine takes it whole or refuses it and stays as it was; what it took
// obeys the law of conservation, can be fed to, flushed and taken again. Most bytes are a real
// snapshot, altered by the input, with a checksum that fits.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "altered_snapshot.h"
#include "weir/weir.h"

namespace {

constexpr std::int64_t start = 1'000'000'000'000'000;

// With every option of a rule.
constexpr std::string_view document =
    "event_time: {allowed_lateness: 1h, late_events: pass}\n"
    "aggregation:\n"
    "  - {name: one, identical_fields: [SourceAddress, SA.Tags], unique_fields: [Name, NA.Codes],\n"
    "     sum_fields: [BytesIn, F.x], other_fields: last, threshold: 9, single: pass,\n"
    "     filter: \"SourceAddress startsWith '1'\"}\n"
    "  - {name: two, identical_fields: [SourceAddress], unique_fields: [Name],\n"
    "     unique_mode: dedup, sum_fields: [Message], sum_strings: join, other_fields: common,\n"
    "     lifetime: 1h, missing: pass, filter: not DeviceAction = 'three',\n"
    "     statistics: [{field: BytesIn, function: avg, into: F.mean},\n"
    "       {field: Name, function: distinct, into: N.names},\n"
    "       {field: Message, function: max, into: S.most}]}\n"
    "  - {name: three, tenant: T, id: 11111111-1111-4111-8111-111111111111, callback: named,\n"
    "     identical_fields: [DeviceAction], unique_fields: [DestinationPort, Name],\n"
    "     unique_limit: 2, unique_as: text, sum_fields: [BytesIn, DeviceCustomString1],\n"
    "     other_fields: first, output_reason: true, max_groups: 3, max_bytes: 1MB,\n"
    "     statistics: [{field: BytesOut, function: min, into: N.least},\n"
    "       {field: BytesOut, function: first, into: N.first},\n"
    "       {field: Name, function: last, into: Reason}]}\n"
    "enrichment:\n"
    "  - {name: constant, type: constant, value: x, target: DeviceAction}\n";
constexpr std::string_view waiting_document =
    "aggregation:\n"
    "  - {name: four, identical_fields: [SourceAddress], threshold: 2, single: pass, missing: "
    "pass}\n"
    "enrichment:\n"
    "  - {name: constant, type: constant, value: x, target: Reason}\n";
constexpr std::string_view lines =
    "{\"SourceAddress\":\"1\",\"Name\":\"a\",\"BytesIn\":4,\"Message\":\"5\"}\n"
    "{\"SourceAddress\":\"1\",\"Name\":\"b\",\"SA.Tags\":[\"x\",\"y\"],\"NA.Codes\":[1,2]}\n"
    "{\"SourceAddress\":\"2\",\"Name\":\"a\",\"BytesIn\":4,\"Message\":\"5\",\"Extra\":{\"k\":"
    "\"v\"}}\n"
    "{\"SourceAddress\":\"2\",\"Name\":\"b\",\"BytesIn\":-4,\"Message\":\"text\"}\n"
    "{\"DeviceAction\":\"three\",\"Name\":\"c\",\"BytesIn\":7,\"BytesOut\":-9,"
    "\"DestinationPort\":53,\"DeviceCustomString1\":\"1e300\",\"F.x\":0.5}\n"
    "{\"DeviceAction\":\"three\",\"BytesIn\":9223372036854775807,\"BytesOut\":3}\n"
    "{\"Name\":\"passes\",\"DestinationAddress\":\"10.0.0.1\"}\nnot json\n";
constexpr std::uint64_t lines_fed = 8;

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

void refuse(void*, const weir_output*, std::int32_t* answer) { *answer = WEIR_STOP; }

void take_all(void*, const weir_event*, std::uint64_t count, std::int32_t* answers) {
  for (std::uint64_t i = 0; i < count; ++i) answers[i] = WEIR_TAKE;
}

class Engine {
 public:
  explicit Engine(std::string_view rules) {
    require(weir_create_engine(nullptr, &engine_, nullptr) == WEIR_OK, "an engine is made");
    // Only what is needed: each of these builds all that reads lines, which takes most of the time.
    if (rules == document) {
      weir_callbacks functions{};
      functions.struct_size = sizeof functions;
      functions.filter = take_all;
      require(weir_set_callback(engine_, "named", 5, &functions, nullptr) == WEIR_OK, "bound");
    }
    if (rules.empty()) return;
    require(weir_load(engine_, rules.data(), rules.size(), nullptr) == WEIR_OK, "loaded");
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
  std::string snapshot() const {
    std::string bytes;
    require(weir_snapshot(engine_, append, &bytes, nullptr) == WEIR_OK, "a snapshot is taken");
    return bytes;
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

// Of an engine with open buckets and outputs that no sink took.
std::string full_snapshot() {
  Engine engine(document);
  engine.feed(touch);
  require(engine.feed(refuse) == WEIR_STOPPED, "the sink takes nothing");
  return engine.snapshot();
}

// Of one whose events wait for a server that never answers.
std::string waiting_snapshot() {
  const int deaf = socket(AF_INET, SOCK_DGRAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* any = reinterpret_cast<sockaddr*>(&address);
  require(bind(deaf, any, size) == 0 && getsockname(deaf, any, &size) == 0, "there is a server");
  std::string asking(waiting_document);
  asking +=
      "  - {name: asks, type: dns, source: DestinationAddress, target: DestinationHostName,\n"
      "     timeout: 365d, servers: ['127.0.0.1:" +
      std::to_string(ntohs(address.sin_port)) +
      "']}\n"
      "  - {name: behind, type: constant, value: x, target: DeviceAction}\n";
  std::string bytes;
  {
    Engine engine(asking);
    engine.feed(touch);
    require(engine.stats().held_events > 0, "events wait");
    bytes = engine.snapshot();
  }
  close(deaf);
  return bytes;
}

void restore(const std::string& bytes, std::string_view rules, bool unaltered) {
  Engine engine(rules);
  const std::int32_t status = weir_restore(engine, bytes.data(), bytes.size(), nullptr);
  require(status == WEIR_OK || !unaltered, "what a snapshot says is restored");
  const weir_stats before = engine.stats();
  if (status != WEIR_OK) {
    require(status == WEIR_INVALID_SNAPSHOT, "bytes that are no snapshot are refused as such");
    require(before.events_in == 0 && before.open_groups == 0 && before.waiting_outputs == 0 &&
                before.clock == 0,
            "what is refused changes nothing");
  }
  require(engine.feed(touch) == WEIR_OK, "the engine goes on");
  require(!engine.snapshot().empty(), "a snapshot is taken again");
  const weir_sink sink{sizeof sink, WEIR_FORM_NDJSON, touch, nullptr};
  require(weir_flush(engine, 0, &sink, nullptr) == WEIR_OK, "a flush ends");
  const weir_stats all = engine.stats();
  require(all.events_in - before.events_in == lines_fed, "events are counted");
  require(all.events_in == all.rejected + all.filtered + all.passed + all.taken, "conserved");
  require(all.open_groups == 0 && all.open_events == 0 && all.waiting_outputs == 0,
          "nothing is open after a flush");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::string real[] = {full_snapshot(), waiting_snapshot()};
  static constexpr std::string_view rules[] = {document, waiting_document, {}};
  fuzz::Choices choices(data, size);
  const std::string_view mine = choices.one_of(rules);
  std::string bytes = choices.one_of(real);
  const bool unaltered = choices.empty();
  if (choices.one_in(8))
    bytes = choices.rest();
  else
    fuzz::alter_snapshot(choices, bytes);
  fuzz::fix_checksum(bytes);
  restore(bytes, mine, unaltered);
  return 0;
}
