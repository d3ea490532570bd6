// Any bytes as a log of Zeek's: no crash, no read beyond a line, nothing but what a record may
// hold; and the same records when the log is cut in two and the reader of its second part has only
// passed over the first. The first byte says where it is cut.

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "input/format.h"
#include "input/formats/zeek.h"

namespace {

using weir::host::Records;
using weir::host::ZeekReader;

// The end of each line's memory is known to a sanitizer.
using Lines = std::vector<std::vector<char>>;

Lines lines_of(std::string_view log) {
  Lines lines;
  while (!log.empty()) {
    const std::size_t end = log.find('\n');
    std::string_view line = log.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.emplace_back(line.begin(), line.end());
    log = end == std::string_view::npos ? std::string_view{} : log.substr(end + 1);
  }
  return lines;
}

void read(ZeekReader& reader, const Lines& lines, Records& records) {
  std::uint64_t number = 0;
  for (const std::vector<char>& line : lines) {
    reader.read({{line.data(), line.size()}, ++number, 0}, 1, records);
  }
}

void write_text(const char* text, std::size_t size, std::string& out) {
  out += std::to_string(size);
  out += ':';
  out.append(text, size);
}

void write_member(const weir_member& member, std::string& out) {
  if (member.key_size == 0) std::abort();
  write_text(member.key, member.key_size, out);
  out += static_cast<char>('0' + member.kind);
  const auto* words = reinterpret_cast<const std::uint64_t*>(member.word);
  switch (member.kind) {
    case WEIR_TEXT:
      if (member.size == 0) std::abort();
      write_text(reinterpret_cast<const char*>(member.word), member.size, out);
      break;
    case WEIR_TEXT_ARRAY:
      if (member.size == 0) std::abort();
      for (std::uint64_t i = 0; i < member.size; ++i) {
        const weir_text text = reinterpret_cast<const weir_text*>(member.word)[i];
        if (text.size == 0) std::abort();
        write_text(text.data, text.size, out);
      }
      break;
    case WEIR_INTEGER_ARRAY:
    case WEIR_FLOAT_ARRAY:
      if (member.size == 0) std::abort();
      for (std::uint64_t i = 0; i < member.size; ++i) out += std::to_string(words[i]) + ",";
      break;
    case WEIR_FLOAT: {
      double number = 0;
      std::memcpy(&number, &member.word, sizeof number);
      if (!std::isfinite(number)) std::abort();
      out += std::to_string(member.word);
      break;
    }
    case WEIR_INTEGER:
    case WEIR_BOOL:
      out += std::to_string(member.word);
      break;
    default:
      std::abort();
  }
}

std::string written(Records& records) {
  std::string out;
  for (const weir_record& record : records.all()) {
    if (record.member_count > WEIR_MAX_FIELDS) std::abort();
    if (record.problem.size > 0 && record.member_count > 0) std::abort();
    write_text(record.problem.data, record.problem.size, out);
    for (std::uint64_t i = 0; i < record.member_count; ++i) write_member(record.members[i], out);
    out += '\n';
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view log(reinterpret_cast<const char*>(data + 1), size - 1);
  weir::host::detect_format(log);
  weir::host::detection_wants_more(log);

  const Lines lines = lines_of(log);
  Records whole;
  ZeekReader one;
  read(one, lines, whole);

  const std::size_t near = log.find('\n', log.size() * data[0] / 256);
  const std::size_t cut = near == std::string_view::npos ? log.size() : near + 1;
  const Lines before = lines_of(log.substr(0, cut));
  const Lines behind = lines_of(log.substr(cut));
  Records parts;
  ZeekReader second;
  ZeekReader first = second;
  second.pass_over(log.substr(0, cut));
  read(first, before, parts);
  read(second, behind, parts);
  if (written(whole) != written(parts)) std::abort();
  return 0;
}
