// The event that `weir explain` is asked about: text of any format of lines, as a question for the
// library.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "input/format.h"
#include "input/message_reader.h"
#include "input/records.h"
#include "library.h"

namespace weir::host {

class EventText {
 public:
  // text: one event; JSON may take several lines, and lines of a log may have their header before
  // them. format: none is by content. arrived: as in Message. Throws Failure: usage for a format
  // without lines, bad_input when there is no event in it, or several.
  EventText(const Library& library, std::string text, std::optional<Format> format,
            std::int64_t arrived);
  EventText(const EventText&) = delete;
  EventText& operator=(const EventText&) = delete;

  Format format() const noexcept { return format_; }
  // Valid while this lives; its clock is left to be filled in.
  weir_question question();

 private:
  void make_one_line();

  std::string text_;
  Format format_;
  PresetIds presets_;
  Records records_;
};

}  // namespace weir::host
