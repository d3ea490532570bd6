#include "input/message_reader.h"

#include "failure.h"
#include "library.h"

namespace weir::host {
namespace {

std::uint32_t preset_id(const Library& library, std::string_view name) {
  std::uint32_t id = 0;
  weir_error error{};
  error.struct_size = sizeof error;
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
  records.begin(message, presets_.of(format_));
  records.reject("the format is not supported yet");
}

void MessageReader::pass_over(std::string_view lines) {
  if (format_ == Format::zeek) zeek_.pass_over(lines);
}

}  // namespace weir::host
