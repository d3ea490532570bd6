#include "input/formats/zeek.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "byte_fields.h"
#include "input/beginning.h"
#include "input/formats/zeek_text.h"

namespace weir::host {
namespace {

constexpr std::string_view kPath = "_path";

// Some editors put the mark in front of a file.
std::string_view without_mark(std::string_view line) noexcept {
  if (line.starts_with(kByteOrderMark)) line.remove_prefix(kByteOrderMark.size());
  return line;
}

// Whether the `#` at `at` begins a line, as the readers of single lines see it.
bool begins_line(std::string_view lines, std::size_t at) noexcept {
  if (lines.substr(0, at).ends_with(kByteOrderMark)) at -= kByteOrderMark.size();
  return at == 0 || lines[at - 1] == '\n';
}

constexpr std::uint64_t kOnes = 0x0101010101010101;
constexpr std::uint64_t kLow7 = 0x7F7F7F7F7F7F7F7F;

constexpr std::uint64_t repeated(char c) noexcept { return kOnes * static_cast<unsigned char>(c); }

// The top bit of every byte that is zero, and no other bit.
constexpr std::uint64_t zero_bytes(std::uint64_t word) noexcept {
  return ~(((word & kLow7) + kLow7) | word | kLow7);
}

std::uint64_t load(const char* from, std::size_t size) noexcept {
  std::uint64_t word = 0;
  std::memcpy(&word, from, size);
  return word;
}

// Zeek writes a time beyond 2^31 seconds with an exponent, as 2.385616957e+09. Any other is digits,
// and stays text, for the mapping to read without an error of rounding.
bool is_far_time(const ZeekColumn& column, std::string_view value) noexcept {
  return column.type == ZeekType::time && value.size() > 1 &&
         (value[1] == '.' || value[0] == '-') && value.find('e') != std::string_view::npos;
}

// One line, by the header's columns, into the record that was begun.
class LineReading {
 public:
  LineReading(const ZeekHeader& header, std::string_view line, Records& records) noexcept
      : header_(header), line_(line), records_(records) {}

  void read();

 private:
  void scan(std::uint64_t word, std::size_t at, std::uint64_t mask);
  void end_field(std::size_t end);
  void add(const ZeekColumn& column, std::string_view value);
  void add_list(const ZeekColumn& column, std::string_view value);
  void add_texts(const ZeekColumn& column, std::string_view value, std::size_t most);
  template <typename Number, bool (*read_number)(std::string_view, Number&) noexcept>
  bool add_numbers(std::string_view key, std::uint32_t kind, std::string_view value,
                   std::size_t most);
  template <typename Element>
  void for_each_element(std::string_view value, Element element) const;
  std::string_view text_of(std::string_view value, ZeekType type = ZeekType::text);

  const ZeekHeader& header_;
  const std::string_view line_;
  Records& records_;
  std::size_t field_ = 0;    // its number, from 0
  std::size_t begin_ = 0;    // of the field, in the line
  std::size_t surplus_ = 0;  // where the first field begins that has no column
  bool escapes_ = false;     // a backslash stands before where the scan is
};

void LineReading::read() {
  if (!header_.path().empty()) records_.add(kPath, header_.path());
  const std::uint64_t all = ~std::uint64_t{0};
  std::size_t at = 0;
  for (; at + 8 <= line_.size(); at += 8) scan(load(line_.data() + at, 8), at, all);
  if (const std::size_t rest = line_.size() - at; rest > 0) {
    scan(load(line_.data() + at, rest), at, all >> (64 - 8 * rest));
  }
  end_field(line_.size());
  const std::size_t columns = header_.columns().size();
  if (field_ == columns) return;
  records_.reject(fmt::format("{} fields where the header has {}", field_, columns),
                  field_ < columns ? line_.size() : surplus_);
}

// The eight bytes at `at`, of which those in the mask belong to the line.
void LineReading::scan(std::uint64_t word, std::size_t at, std::uint64_t mask) {
  escapes_ = escapes_ || (zero_bytes(word ^ repeated('\\')) & mask) != 0;
  std::uint64_t found = zero_bytes(word ^ repeated(header_.separator())) & mask;
  for (; found != 0; found &= found - 1) {
    end_field(at + static_cast<std::size_t>(std::countr_zero(found)) / 8);
  }
}

void LineReading::end_field(std::size_t end) {
  const std::vector<ZeekColumn>& columns = header_.columns();
  if (field_ < columns.size()) {
    add(columns[field_], line_.substr(begin_, end - begin_));
  } else if (field_ == columns.size()) {
    surplus_ = begin_;
  }
  ++field_;
  begin_ = end + 1;
}

void LineReading::add(const ZeekColumn& column, std::string_view value) {
  if (header_.is_absent(value)) return;
  if (column.list) return add_list(column, value);
  if (column.type == ZeekType::integer) {
    std::int64_t number = 0;
    if (read_zeek_integer(value, number)) return records_.add_integer(column.key, number);
  } else if (column.type == ZeekType::real || is_far_time(column, value)) {
    double number = 0;
    if (read_zeek_real(value, number)) return records_.add_float(column.key, number);
  } else if (column.type == ZeekType::boolean && (value == "T" || value == "F")) {
    return records_.add_bool(column.key, value == "T");
  }
  records_.add(column.key, text_of(value));
}

void LineReading::add_list(const ZeekColumn& column, std::string_view value) {
  const std::size_t most =
      1 + static_cast<std::size_t>(std::count(value.begin(), value.end(), header_.set_separator()));
  const bool numbers =
      (column.type == ZeekType::integer &&
       add_numbers<std::int64_t, read_zeek_integer>(column.key, WEIR_INTEGER_ARRAY, value, most)) ||
      (column.type == ZeekType::real &&
       add_numbers<double, read_zeek_real>(column.key, WEIR_FLOAT_ARRAY, value, most));
  if (!numbers) add_texts(column, value, most);
}

// False, and nothing is added, when an element is no such number.
template <typename Number, bool (*read_number)(std::string_view, Number&) noexcept>
bool LineReading::add_numbers(std::string_view key, std::uint32_t kind, std::string_view value,
                              std::size_t most) {
  auto* const numbers = reinterpret_cast<Number*>(records_.take(most * sizeof(Number)));
  std::size_t count = 0;
  bool good = true;
  for_each_element(value, [&](std::string_view element) {
    good = good && read_number(element, numbers[count++]);
  });
  if (good && count > 0) records_.add_array(key, kind, numbers, count);
  return good;
}

void LineReading::add_texts(const ZeekColumn& column, std::string_view value, std::size_t most) {
  auto* const texts = reinterpret_cast<weir_text*>(records_.take(most * sizeof(weir_text)));
  std::size_t count = 0;
  for_each_element(value, [&](std::string_view element) {
    const std::string_view text = text_of(element, column.type);
    texts[count++] = {text.data(), text.size()};
  });
  if (count > 0) records_.add_array(column.key, WEIR_TEXT_ARRAY, texts, count);
}

template <typename Element>
void LineReading::for_each_element(std::string_view value, Element element) const {
  for (std::size_t begin = 0; begin <= value.size();) {
    const std::size_t end = std::min(value.find(header_.set_separator(), begin), value.size());
    const std::string_view one = value.substr(begin, end - begin);
    if (!header_.is_absent(one)) element(one);
    begin = end + 1;
  }
}

std::string_view LineReading::text_of(std::string_view value, ZeekType type) {
  if (type == ZeekType::boolean && value == "T") return "true";
  if (type == ZeekType::boolean && value == "F") return "false";
  if (!escapes_ || std::memchr(value.data(), '\\', value.size()) == nullptr) return value;
  char* const out = records_.take(value.size());
  return {out, unescape_zeek(value, out)};
}

}  // namespace

void ZeekReader::read(const Message& message, std::uint32_t preset, Records& records) {
  const std::string_view line = without_mark(message.text);
  if (line.empty()) return;
  if (line[0] == '#') return learn(line);
  if (draft_ || !header_) settle();
  records.begin(message, preset);
  if (!header_->problem().empty()) return records.reject(header_->problem());
  records.keep(header_);
  LineReading(*header_, line, records).read();
}

void ZeekReader::pass_over(std::string_view lines) {
  // Every # rather than every line feed: there are fewer.
  for (std::size_t at = 0; (at = lines.find('#', at)) != std::string_view::npos; ++at) {
    if (!begins_line(lines, at)) continue;
    std::string_view line = lines.substr(at, lines.substr(at).find('\n'));
    if (line.size() > WEIR_MAX_EVENT_BYTES) continue;  // who reads it rejects it
    if (line.ends_with('\r')) line.remove_suffix(1);
    learn(line);
  }
  if (draft_) settle();
}

std::string ZeekReader::header() const {
  if (!draft_ && !header_) return {};
  const ZeekDirectives& says = draft_ ? *draft_ : header_->directives();
  ByteWriter out;
  for (const std::string* one : {&says.separator, &says.set_separator, &says.empty_field,
                                 &says.unset_field, &says.path, &says.fields, &says.types}) {
    out.text(*one);
  }
  return out.take();
}

void ZeekReader::resume(std::string_view header) {
  if (header.empty()) return;
  ByteReader in(header);
  ZeekDirectives& says = draft_.emplace();
  for (std::string* one : {&says.separator, &says.set_separator, &says.empty_field,
                           &says.unset_field, &says.path, &says.fields, &says.types}) {
    *one = in.text();
  }
}

void ZeekReader::learn(std::string_view line) {
  if (!draft_) draft_ = header_ ? header_->directives() : ZeekDirectives{};
  draft_->take(line);
}

// A header that says the same again stays the one it was, so that its keys do.
void ZeekReader::settle() {
  ZeekDirectives directives = draft_ ? *std::move(draft_) : ZeekDirectives{};
  draft_.reset();
  if (header_ && header_->directives() == directives) return;
  header_ = std::make_shared<const ZeekHeader>(std::move(directives));
}

}  // namespace weir::host
