#include "input/message_reader.h"

#include "failure.h"
#include "input/beginning.h"
#include "input/formats/cef.h"
#include "input/formats/leef.h"
#include "input/formats/syslog.h"
#include "input/formats/text_scan.h"
#include "library.h"

namespace weir::host {
namespace {

// At the beginning of a file.
std::uint32_t preset_id(const Library& library, std::string_view name) {
  std::uint32_t id = 0;
  weir_error error = new_error();
  if (library.preset_id(name.data(), name.size(), &id, &error) != WEIR_OK) {
    throw Failure(Exit::runtime, error.message);
  }
  return id;
}

}  // namespace

std::uint32_t PresetIds::of(Format format) const noexcept {
  switch (format) {
    case Format::cef:
      return cef;
    case Format::leef:
      return leef;
    case Format::syslog:
      return syslog;
    case Format::zeek:
    case Format::zeek_json:
      return zeek;
    case Format::suricata:
      return suricata;
    default:
      return 0;
  }
}

PresetIds preset_ids(const Library& library) {
  return {preset_id(library, "cef"), preset_id(library, "leef"), preset_id(library, "syslog"),
          preset_id(library, "zeek"), preset_id(library, "suricata")};
}

void MessageReader::read(const Message& message, Records& records) {
  if (format_ == Format::zeek) return zeek_.read(message, presets_.zeek, records);
  Message seen = message;
  if (seen.number == 1 && seen.text.starts_with(kByteOrderMark)) {
    seen.text.remove_prefix(kByteOrderMark.size());
  }
  if (seen.text.find_first_not_of(kWhiteSpace) == std::string_view::npos) return;
  records.begin(seen, presets_.of(format_));
  switch (format_) {
    case Format::cef:
      read_cef(seen.text, records);
      break;
    case Format::leef:
      read_leef(seen.text, records);
      break;
    case Format::syslog:
      read_syslog_message(seen.text, records);
      break;
    default:
      records.reject("the format is not supported yet");
  }
}

void MessageReader::read_syslog_message(std::string_view text, Records& records) {
  switch (read_syslog(text, records)) {
    case Body::cef:
      records.set_preset(presets_.cef);
      break;
    case Body::leef:
      records.set_preset(presets_.leef);
      break;
    case Body::text:
      break;
  }
}

void MessageReader::pass_over(std::string_view lines) {
  if (format_ == Format::zeek) zeek_.pass_over(lines);
}

}  // namespace weir::host
