// Any bytes as a template, and as an event: no crash, no hang, places in the text, bounded results.
// The first line is the template; what is behind it is the event's text.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "enrich/template.h"

namespace {

using weir::Schema;
using weir::Value;
using namespace weir::enrich;

void check_place(const weir::Failure& failure, std::size_t size) {
  const auto offset = failure.position().offset;
  if (offset < 0 || offset > static_cast<std::int64_t>(size)) std::abort();
}

void apply(std::string_view text, std::string_view event, Schema schema) {
  TemplateSettings settings;
  try {
    settings.text = std::make_shared<const TemplateText>(TemplateText::parse(text, schema));
  } catch (const weir::Failure& failure) {
    check_place(failure, text.size());
    return;
  }
  settings.target = weir::field_id("Message");
  weir::SlotMap slots(schema);
  const weir::lookup::Tables tables;
  Wiring wiring{slots, tables};
  const Template rule(settings, wiring);
  // Every field has a value of its type, as far as that is easily made of bytes.
  const std::vector<double> numbers(event.begin(), event.end());
  const weir::TextRef words[] = {{event.data(), event.size()}, {"b", 1}};
  std::vector<Value> row(slots.size());
  for (std::size_t i = 0; i < row.size(); ++i) switch (slots.type(static_cast<weir::Slot>(i))) {
      case weir::FieldType::number:
      case weir::FieldType::timestamp:
        row[i] = Value::of(static_cast<std::int64_t>(event.size()));
        break;
      case weir::FieldType::floating:
        if (!numbers.empty()) row[i] = Value::of(numbers[0] / 3);
        break;
      case weir::FieldType::text_array:
        row[i] = Value::array(weir::Kind::text_array, words, 2);
        break;
      case weir::FieldType::float_array:
        row[i] = Value::array(weir::Kind::float_array, numbers.data(),
                              static_cast<std::uint32_t>(numbers.size()));
        break;
      case weir::FieldType::number_array:
      case weir::FieldType::structured:
        break;
      default:
        row[i] = Value::of(event);
    }
  std::vector<weir_field> changes;
  weir::Bump memory;
  const weir::lookup::Clock clock;
  Subject subject(row.data(), changes, memory, clock, slots);
  const Effect effect = rule.apply(subject);
  if (effect == Effect::failed || (effect == Effect::applied) != (changes.size() == 1))
    std::abort();
  if (effect == Effect::applied && changes[0].size > 4 * 1023) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string_view event = text.substr(std::min(end + 1, text.size()));
  apply(text.substr(0, end), event, Schema::kuma);
  apply(text, event, Schema::kuma);
  // A text as a template is that text.
  apply(template_of(text.substr(0, 4096)), event, Schema::kuma);
  return 0;
}
