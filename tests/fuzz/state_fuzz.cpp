// Any bytes as the state of a run, behind a checksum that fits: it is read whole or not at all,
// what was read is written as the same bytes, and the templates in it decode what comes. The input
// is what a run remembers; or, with another first byte, what its decoder remembers, and datagrams.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "byte_fields.h"
#include "choices.h"
#include "input/netflow/decoder.h"
#include "run/state_file.h"

namespace {

using namespace weir::host;

constexpr std::string_view engine_part = "what the library wrote";

void require(bool truth) {
  if (!truth) std::abort();
}

std::string file_of(std::string_view head) {
  ByteWriter end;
  end.number(state_checksum(head, engine_part));
  return std::string(head).append(engine_part).append(end.bytes());
}

// As state_head() has it, around any bytes.
std::string head_of(std::string_view run) {
  const std::string empty = state_head({}, engine_part);
  ByteWriter sizes;
  sizes.number(1);
  sizes.number(run.size());
  sizes.number(engine_part.size());
  return empty.substr(0, 8).append(sizes.bytes()).append(run);
}

void decode(std::string_view memory, fuzz::Choices& choices) {
  std::uint64_t delivered = 0;
  FlowBatch batch({0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12},
                  [&](std::span<const weir_event> events) { delivered += events.size(); });
  Decoder decoder(batch, {.max_domains = 4, .max_templates = 8, .max_bytes = 65536});
  if (!decoder.load(memory)) return;
  const std::string saved = decoder.save();
  Decoder again(batch, {.max_domains = 4, .max_templates = 8, .max_bytes = 65536});
  require(again.load(saved) && again.save() == saved);
  const std::uint64_t before = decoder.stats().flows;
  while (!choices.empty()) {
    const std::string_view text = choices.bytes(choices.byte() * 2U);
    const std::vector<std::uint8_t> datagram(text.begin(), text.end());
    decoder.decode(datagram, Address{});
  }
  batch.deliver();
  require(decoder.stats().flows - before == delivered);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Choices choices(data, size);
  if (choices.one_in(2)) {
    const std::string_view memory = choices.bytes(choices.byte() * 256U + choices.byte());
    decode(std::string(memory), choices);
    return 0;
  }
  const std::string_view run = choices.rest();
  StoredState state;
  if (!read_state(file_of(head_of(run)), state).empty()) return 0;
  require(state.engine == engine_part);
  const std::string again = state_head(state.run, state.engine);
  StoredState other;
  require(read_state(file_of(again), other).empty());
  require(state_head(other.run, other.engine) == again);
  decode(state.run.decoder, choices);
  return 0;
}
