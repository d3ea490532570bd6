#include "engine/output_state.h"

#include <utility>

#include "event/ndjson_reader.h"

namespace weir::engine {

namespace {

enum Flag : std::uint32_t { enriched = 1, again = 2, fields = 4, known_flags = 7 };

// Whether a line can be patched and read as those can that were fed.
class LineCheck {
 public:
  explicit LineCheck(const Ruleset& set) : keys_(set.keys.front()), row_(keys_.width()) {}
  bool good(std::string_view line) {
    memory_.reset();
    std::uint64_t errors = 0;
    reader_.start(line);
    return line.find('\n') == std::string_view::npos &&
           reader_.read(line, keys_, row_.data(), memory_, errors).error == JsonError::none;
  }

 private:
  const KeyTree& keys_;
  std::vector<Value> row_;
  NdjsonReader reader_;
  Bump memory_;
};

Output read_output(StateReader& in, const std::vector<const aggregate::Rule*>& rules,
                   LineCheck& lines, std::size_t order, Bump& memory) {
  Output output;
  output.kind = in.number<std::uint32_t>();
  if (output.kind != WEIR_OUTPUT_BASE && output.kind != WEIR_OUTPUT_AGGREGATED &&
      output.kind != WEIR_OUTPUT_REJECTED)
    StateReader::refuse("an output has a kind that there is not");
  const auto reason = in.number<std::uint32_t>();
  if (reason >= aggregate::reasons) StateReader::refuse("an output has a reason that there is not");
  output.reason = static_cast<aggregate::Reason>(reason);
  const auto flags = in.number<std::uint32_t>();
  if (flags > known_flags) StateReader::refuse("an output has marks that there are not");
  output.enriched = (flags & enriched) != 0;
  output.again = (flags & again) != 0;
  output.place = in.number<std::uint32_t>();
  if (output.again ? output.place == 0 || output.place > order : output.place != 0)
    StateReader::refuse("an output has waited for a rule that it does not name");
  const auto rule = in.number<std::uint32_t>();
  if (rule != no_rule && rule >= rules.size())
    StateReader::refuse("an output is of a rule that it does not hold");
  if (rule != no_rule) output.rule = rules[rule];
  output.number = in.number<std::uint64_t>();
  output.event = in.event(memory);
  const weir_event additions = in.event(memory);
  output.additions = {additions.fields, additions.field_count};
  output.line = memory.copy(in.text());
  output.message = memory.copy(in.text());
  if ((flags & fields) == 0) {
    if (output.event.field_count != 0) StateReader::refuse("a line has fields");
    output.event.fields = nullptr;
    if (output.kind != WEIR_OUTPUT_REJECTED && !lines.good(output.line))
      StateReader::refuse("an output is not a line of JSON");
  } else if (output.event.fields == nullptr) {
    // An event that has none; without an address it would be a line.
    output.event.fields = reinterpret_cast<weir_field*>(memory.take(sizeof(weir_field)));
  }
  return output;
}

}  // namespace

void write_order(StateWriter& out, const Order& order) {
  out.number(static_cast<std::uint64_t>(order == nullptr ? 0 : order->size()));
  if (order != nullptr)
    for (const std::string& name : *order) out.text(name);
}

void write_output(StateWriter& out, const Output& output, const NumberOfRule& number_of) {
  const bool asked = !output.enriched && (output.asked != 0 || output.again);
  const bool rejected = output.kind == WEIR_OUTPUT_REJECTED;
  const bool has_fields = !rejected && (output.event.fields != nullptr || output.line.empty());
  out.number(output.kind);
  out.number(static_cast<std::uint32_t>(output.reason));
  out.number((output.enriched ? std::uint32_t{enriched} : 0) | (asked ? std::uint32_t{again} : 0) |
             (has_fields ? std::uint32_t{fields} : 0));
  out.number(asked ? output.place : 0);
  out.number(output.rule == nullptr ? no_rule : number_of(output.rule));
  out.number(output.number);
  out.event(rejected ? weir_event{nullptr, 0, output.event.cookie} : output.event);
  out.event({output.additions.data(), output.additions.size(), 0});
  out.text(output.line);
  out.text(output.message);
}

void read_outputs(StateReader& in, const std::vector<const aggregate::Rule*>& rules,
                  const Ruleset& set, OutputQueue& queue) {
  std::vector<std::string> order(in.count(sizeof(std::uint64_t)));
  for (std::string& name : order) name = in.text();
  const std::size_t size = order.size();
  queue.order = std::make_shared<const std::vector<std::string>>(std::move(order));
  queue.made_under(set);
  queue.owned = true;
  LineCheck lines(set);
  while (!in.empty()) queue.items.push_back(read_output(in, rules, lines, size, queue.memory));
}

}  // namespace weir::engine
