#include "library.h"

#include <gtest/gtest.h>

#include <bit>
#include <deque>

namespace model {

namespace {

// Fields of the ABI, and the arrays that they point to.
class Made {
 public:
  std::vector<weir_field> fields;

  void add(const std::string& name, const Value& value) {
    std::uint32_t id = 0;
    EXPECT_EQ(weir_field_id(name.data(), name.size(), &id, nullptr), WEIR_OK) << name;
    fields.push_back(std::visit([&](const auto& one) { return field(id, one); }, value));
  }

 private:
  static std::uint64_t address(const void* data) { return reinterpret_cast<std::uintptr_t>(data); }
  weir_field field(std::uint32_t id, std::int64_t number) {
    return {id, WEIR_INTEGER, 0, static_cast<std::uint64_t>(number)};
  }
  weir_field field(std::uint32_t id, double number) {
    return {id, WEIR_FLOAT, 0, std::bit_cast<std::uint64_t>(number)};
  }
  weir_field field(std::uint32_t id, bool truth) { return {id, WEIR_BOOL, 0, truth ? 1U : 0U}; }
  weir_field field(std::uint32_t id, const std::string& text) {
    return {id, WEIR_TEXT, text.size(), address(text.data())};
  }
  weir_field field(std::uint32_t id, const Integers& array) {
    return {id, WEIR_INTEGER_ARRAY, array.size(), address(array.data())};
  }
  weir_field field(std::uint32_t id, const Floats& array) {
    return {id, WEIR_FLOAT_ARRAY, array.size(), address(array.data())};
  }
  weir_field field(std::uint32_t id, const Texts& array) {
    auto& texts = texts_.emplace_back();
    for (const std::string& text : array) texts.push_back({text.data(), text.size()});
    return {id, WEIR_TEXT_ARRAY, texts.size(), address(texts.data())};
  }

  std::deque<std::vector<weir_text>> texts_;
};

Value value_of(const weir_field& field) {
  const auto* at = reinterpret_cast<const void*>(static_cast<std::uintptr_t>(field.word));
  switch (field.kind) {
    case WEIR_INTEGER:
      return static_cast<std::int64_t>(field.word);
    case WEIR_FLOAT:
      return std::bit_cast<double>(field.word);
    case WEIR_BOOL:
      return field.word != 0;
    case WEIR_INTEGER_ARRAY:
      return Integers(static_cast<const std::int64_t*>(at),
                      static_cast<const std::int64_t*>(at) + field.size);
    case WEIR_FLOAT_ARRAY:
      return Floats(static_cast<const double*>(at), static_cast<const double*>(at) + field.size);
    case WEIR_TEXT_ARRAY: {
      Texts texts;
      for (std::uint64_t i = 0; i < field.size; ++i) {
        const weir_text& text = static_cast<const weir_text*>(at)[i];
        texts.emplace_back(text.data, text.size);
      }
      return texts;
    }
    default:
      return std::string(static_cast<const char*>(at), field.size);
  }
}

std::string json_of(const weir_event& event) {
  Fields fields;
  for (std::uint64_t i = 0; i < event.field_count; ++i) {
    weir_text name{};
    EXPECT_EQ(weir_field_name(event.fields[i].id, &name, nullptr), WEIR_OK);
    fields.emplace_back(std::string(name.data, name.size), value_of(event.fields[i]));
  }
  return json(fields);
}

// Of lines, an aggregated event is known by its type, which no test feeds.
Output of_line(const std::string& line) {
  const bool made = line.find("\"Type\":2,\"ID\":") != std::string::npos;
  Output output = normalised({made ? "made" : "base", line});
  output.reason.clear();
  return output;
}

}  // namespace

Library::Library(const std::string& document, const Options& given, Form form)
    : document_(document), options_(given), form_(form) {
  if (form == Form::lines_to_lines) sink_.form = WEIR_FORM_NDJSON;
  create();
}

void Library::create() {
  weir_engine_options options{};
  options.struct_size = sizeof options;
  options.clock = options_.event_clock ? WEIR_CLOCK_EVENT : WEIR_CLOCK_HOST;
  options.instance = {options_.instance.data(), options_.instance.size()};
  EXPECT_EQ(weir_create_engine(&options, &engine_, &error_), WEIR_OK) << error_.message;
  EXPECT_EQ(weir_load(engine_, document_.data(), document_.size(), &error_), WEIR_OK)
      << error_.message << "\n"
      << document_;
}

void Library::restore() {
  std::string snapshot;
  const weir_write_fn append = [](void* user, const char* data, std::uint64_t size) {
    static_cast<std::string*>(user)->append(data, size);
  };
  EXPECT_EQ(weir_snapshot(engine_, append, &snapshot, &error_), WEIR_OK) << error_.message;
  weir_destroy_engine(engine_, nullptr);
  create();
  EXPECT_EQ(weir_restore(engine_, snapshot.data(), snapshot.size(), &error_), WEIR_OK)
      << error_.message;
}

Library::~Library() { weir_destroy_engine(engine_, nullptr); }

void Library::feed(std::span<const Fields> events, std::int64_t now) {
  if (form_ == Form::fields)
    feed_fields(events, now);
  else
    feed_lines(events, now);
}

void Library::feed_fields(std::span<const Fields> events, std::int64_t now) {
  std::vector<weir_event> batch;
  std::deque<Made> made;
  for (const Fields& event : events) {
    Made& one = made.emplace_back();
    for (const auto& [name, value] : event) one.add(name, value);
    batch.push_back({one.fields.data(), one.fields.size(), 0});
  }
  std::uint64_t consumed = 0;
  EXPECT_EQ(weir_feed(engine_, batch.data(), batch.size(), now, &sink_, &consumed, &error_),
            WEIR_OK)
      << error_.message;
  EXPECT_EQ(consumed, events.size());
}

void Library::feed_lines(std::span<const Fields> events, std::int64_t now) {
  std::string text;
  for (const Fields& event : events) text += line_of(event) + "\n";
  weir_cursor cursor{sizeof(weir_cursor), 0, 0, 0, 0, 0, 0};
  EXPECT_EQ(weir_feed_ndjson(engine_, text.data(), text.size(), now, 0, &sink_, &cursor, &error_),
            WEIR_OK)
      << error_.message;
  EXPECT_EQ(cursor.consumed, text.size());
}

void Library::advance(std::int64_t now) {
  EXPECT_EQ(weir_advance(engine_, now, &sink_, &error_), WEIR_OK) << error_.message;
}

void Library::flush() {
  EXPECT_EQ(weir_flush(engine_, 0, &sink_, &error_), WEIR_OK) << error_.message;
}

weir_stats Library::stats() const {
  weir_stats stats{};
  stats.struct_size = sizeof stats;
  EXPECT_EQ(weir_get_stats(engine_, &stats, nullptr), WEIR_OK);
  return stats;
}

weir_rule_stats Library::rule_stats(std::uint64_t index) const {
  weir_rule_stats stats{};
  stats.struct_size = sizeof stats;
  EXPECT_EQ(weir_get_rule_stats(engine_, index, &stats, nullptr), WEIR_OK);
  return stats;
}

void Library::accept(void* user, const weir_output* output, std::int32_t* answer) {
  constexpr const char* reasons[] = {"base", "count", "lifetime", "flush", "evicted", "reload"};
  auto& outputs = static_cast<Library*>(user)->outputs;
  const std::string bytes(output->bytes.data == nullptr ? "" : output->bytes.data,
                          output->bytes.size);
  *answer = WEIR_ACCEPT;
  if (output->kind == WEIR_OUTPUT_LINES) {
    for (std::size_t from = 0; from < bytes.size();) {
      const std::size_t end = bytes.find('\n', from);
      outputs.push_back(of_line(bytes.substr(from, end - from)));
      from = end + 1;
    }
    return;
  }
  EXPECT_NE(output->kind, std::uint32_t{WEIR_OUTPUT_REJECTED}) << bytes;
  EXPECT_EQ(output->kind == WEIR_OUTPUT_BASE, output->reason == WEIR_REASON_NONE);
  const bool base_line = output->kind == WEIR_OUTPUT_BASE && !bytes.empty();
  outputs.push_back(
      normalised({reasons[output->reason], base_line ? bytes : json_of(output->event)}));
}

}  // namespace model
