#include "event/line_patch.h"

#if defined(__AVX2__)
#include <immintrin.h>
#endif

#include <algorithm>
#include <bit>
#include <cstring>

#include "event/field_value.h"
#include "event/json_writer.h"
#include "event/schema.h"
#include "event/value_json.h"

namespace weir {

namespace {

constexpr std::string_view blanks = " \t\r\n";

// `"name":` as field_member has it, without the colon: what a member's key looks like if it has no
// escapes.
std::string_view quoted_key(FieldId id) noexcept {
  const std::string_view member = field_member(id);
  return member.substr(0, member.size() - 1);
}

}  // namespace

#if defined(__AVX2__)

namespace {

// Calls match(offset) for 32 places at a time, the last ones twice: a bit for each place that may
// be right. true if check(place) says that one is; `found` is that place. REQUIRES: 32 places
template <class Match, class Check>
bool search(std::size_t places, std::size_t& found, Match match, Check check) noexcept {
  for (std::size_t at = 0;; at = std::min(at + 32, places - 32)) {
    for (std::uint32_t bits = match(at); bits != 0; bits &= bits - 1) {
      found = at + static_cast<std::size_t>(std::countr_zero(bits));
      if (check(found)) return true;
    }
    if (at + 32 == places) return false;
  }
}

__m256i load(const char* from) noexcept {
  return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
}

}  // namespace

// By two bytes behind the first and before the last, which are quotes where it matters: of those a
// line is full.
std::size_t find_text(std::string_view text, std::string_view needle) noexcept {
  if (text.size() < needle.size() + 31) return text.find(needle);
  const std::size_t ahead = needle.size() - 2;
  const __m256i second = _mm256_set1_epi8(needle[1]);
  const __m256i last = _mm256_set1_epi8(needle[ahead]);
  std::size_t found = 0;
  const bool any = search(
      text.size() - needle.size() + 1, found,
      [&](std::size_t at) {
        const char* const from = text.data() + at;
        return static_cast<std::uint32_t>(
            _mm256_movemask_epi8(_mm256_and_si256(_mm256_cmpeq_epi8(load(from + 1), second),
                                                  _mm256_cmpeq_epi8(load(from + ahead), last))));
      },
      [&](std::size_t place) {
        return std::memcmp(text.data() + place, needle.data(), needle.size()) == 0;
      });
  return any ? found : std::string_view::npos;
}

bool has_optional_escape(std::string_view text) noexcept {
  if (text.size() < 33)
    return text.find("\\u") != std::string_view::npos || text.find("\\/") != std::string_view::npos;
  const __m256i backslash = _mm256_set1_epi8('\\');
  std::size_t found = 0;
  return search(
      text.size() - 1, found,
      [&](std::size_t at) {
        return static_cast<std::uint32_t>(
            _mm256_movemask_epi8(_mm256_cmpeq_epi8(load(text.data() + at), backslash)));
      },
      [&](std::size_t place) { return text[place + 1] == 'u' || text[place + 1] == '/'; });
}

#else

std::size_t find_text(std::string_view text, std::string_view needle) noexcept {
  return text.find(needle);
}

bool has_optional_escape(std::string_view text) noexcept {
  return text.find("\\u") != std::string_view::npos || text.find("\\/") != std::string_view::npos;
}

#endif

bool LinePatch::are_all_new(std::string_view line) const noexcept {
  for (const Change& change : changes_)
    if (change.in_extra || find_text(line, quoted_key(change.field->id)) != std::string_view::npos)
      return false;
  return !has_optional_escape(line);
}

void LinePatch::note(std::string_view key, JsonCursor& cursor, std::string_view line,
                     bool in_extra) {
  const std::uint32_t begin = cursor.offset();
  cursor.skip_value(WEIR_MAX_NESTING);
  std::uint32_t end = cursor.offset();
  while (end > begin && blanks.find(line[end - 1]) != std::string_view::npos) --end;
  for (Change& change : changes_)
    if (change.in_extra == in_extra && change.key == key) change.place = {begin, end};
}

// One object: the line, or its Extra.
void LinePatch::walk(JsonCursor& cursor, std::string_view line, bool in_extra) {
  cursor.advance();
  std::string_view key;
  bool escaped = false;
  for (bool more = cursor.first('}'); more; more = cursor.next('}')) {
    if (!cursor.take_key(key, escaped)) return;
    if (escaped) {
      key_.assign(key);
      key = std::string_view(key_).substr(0, unescape(key, key_.data()).size());
    }
    if (!in_extra && key == "Extra") {
      extra_ = 0;  // of two, the last counts whole
      for (Change& change : changes_)
        if (change.in_extra) change.place = {};
      if (cursor.peek() == '{') {
        extra_ = cursor.offset();
        walk(cursor, line, true);
        continue;
      }
    }
    // A key of Extra may also stand by itself, as `Extra.key`.
    if (!in_extra && key.starts_with(extra_prefix))
      note(key.substr(extra_prefix.size()), cursor, line, true);
    else
      note(key, cursor, line, in_extra);
  }
}

std::uint32_t LinePatch::append_edits(std::string& out, std::string_view line) {
  std::sort(edits_.begin(), edits_.end(),
            [](const Change* a, const Change* b) { return a->place.begin < b->place.begin; });
  std::uint32_t from = 0;
  for (std::size_t i = 0; i < edits_.size(); ++i) {
    const Place place = edits_[i]->place;
    const weir_field& field = *edits_[i]->field;
    out += line.substr(from, place.begin - from);
    from = place.end;
    if (place.begin != place.end) {
      append_value(out, is_written(field) ? value_of(field) : Value{});
      continue;
    }
    append_member(out, field);
    const bool another = i + 1 < edits_.size() && edits_[i + 1]->place.begin == from;
    if (another || line[line.find_first_not_of(blanks, from)] != '}') out += ',';
  }
  return from;
}

void LinePatch::append_added(std::string& out, std::string_view line, std::uint32_t from) {
  const std::size_t brace = line.rfind('}');
  out += line.substr(from, brace - from);
  if (!added_.empty()) {
    members_.clear();
    append_event(members_, added_);
    const std::size_t last = line.find_last_not_of(blanks, brace - 1);
    if (line[last] != '{') out += ',';
    out.append(members_, 1, members_.size() - 2);
  }
  out += line.substr(brace);
}

void LinePatch::append(std::string& out, std::string_view line,
                       std::span<const weir_field> changes) {
  changes_.clear();
  for (const weir_field& field : changes) {
    const std::string_view name = field_name(field.id);
    const bool in_extra = name.starts_with(extra_prefix);
    changes_.push_back({&field, in_extra ? name.substr(extra_prefix.size()) : name, in_extra, {}});
  }
  extra_ = 0;
  if (!are_all_new(line)) {
    index_.build(line);
    JsonCursor cursor(line, index_);
    walk(cursor, line, false);
  }
  edits_.clear();
  added_.clear();
  for (Change& change : changes_) {
    const bool written = is_written(*change.field);
    if (change.place.begin != 0) {
      edits_.push_back(&change);
    } else if (change.in_extra && extra_ != 0 && written) {
      change.place = {extra_ + 1, extra_ + 1};
      edits_.push_back(&change);
    } else if (written) {
      added_.push_back(*change.field);
    }
  }
  append_added(out, line, append_edits(out, line));
}

}  // namespace weir
