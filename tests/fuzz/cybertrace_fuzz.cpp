// Any bytes as what a CyberTrace client or server sends: requests and detections are cut within
// their line, an answer is the same however it is split, and what is written reads back.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "lookup/cybertrace_wire.h"

namespace {

namespace wire = weir::lookup::cybertrace;
using State = wire::AnswerReader::State;

bool lies_in(std::string_view part, std::string_view whole) {
  return part.empty() ||
         (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

void check_request(std::string_view line) {
  std::vector<wire::Indicator> indicators;
  wire::read_request(line, indicators);
  std::string written;
  wire::RequestWriter writer(written);
  std::vector<wire::Indicator> kept;
  for (const wire::Indicator& one : indicators) {
    if (one.value.empty() || !lies_in(one.value, line)) std::abort();
    if (writer.add(one.kind, one.value)) kept.push_back(one);
  }
  writer.end();
  if (written.find('\n') != written.size() - 1) std::abort();  // nothing has been smuggled in
  std::vector<wire::Indicator> again;
  wire::read_request(std::string_view(written).substr(0, written.size() - 1), again);
  if (again.size() != kept.size()) std::abort();
  for (std::size_t i = 0; i < kept.size(); ++i)
    if (again[i].any || again[i].kind != kept[i].kind || again[i].value != kept[i].value)
      std::abort();
}

void check_detection(std::string_view line) {
  wire::Detection detection;
  if (!wire::read_detection(line, detection)) return;
  if (!lies_in(detection.category, line) || !lies_in(detection.indicator, line)) std::abort();
  for (const auto& [key, value] : detection.context)
    if (!lies_in(key, line) || !lies_in(value, line)) std::abort();
  std::string written;
  wire::write_detection(written, detection);
  if (written.find('\n') != written.size() - 1) std::abort();
  wire::Detection again;
  if (!wire::read_detection(std::string_view(written).substr(0, written.size() - 1), again) ||
      again.context.size() != detection.context.size())
    std::abort();
}

struct Read {
  State state = State::open;
  std::string detections;
  std::size_t taken = 0;
  friend bool operator==(const Read&, const Read&) = default;
};

// step: bytes that come at once; 0: all
Read read(std::string_view bytes, std::size_t step) {
  wire::AnswerReader reader;
  Read result;
  while (result.state == State::open && result.taken < bytes.size()) {
    std::string_view piece = bytes.substr(result.taken, step == 0 ? bytes.size() : step);
    const std::size_t size = piece.size();
    result.state = reader.feed(piece);
    if (result.state == State::open && !piece.empty()) std::abort();
    result.taken += size - piece.size();
  }
  if (result.state == State::open) result.state = reader.end();
  result.detections = reader.detections();
  return result;
}

void check_answer(std::string_view bytes) {
  const Read whole = read(bytes, 0);
  for (const std::size_t step : {1U, 2U, 7U})
    if (read(bytes, step) != whole) std::abort();
  std::string_view lines = whole.detections;
  while (!lines.empty()) {
    const std::size_t end = lines.find('\n');
    if (end == std::string_view::npos) std::abort();
    check_detection(lines.substr(0, end));
    if (!lines.starts_with(wire::detection)) std::abort();
    lines.remove_prefix(end + 1);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::string_view line = text.substr(0, text.find('\n'));
  check_request(line);
  check_detection(line);
  check_answer(text);
  return 0;
}
