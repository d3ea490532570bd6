// Any bytes as a feed of indicators or a service's answer: rows, or a failure with a place in the
// text. The first byte says which form.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/error.h"
#include "failure.h"
#include "tracer/feed_rows.h"
#include "tracer/json_rows.h"

namespace {

using namespace weir::host::tracer;

void read(std::uint8_t choice, std::string_view text) {
  static constexpr Serves served[] = {Serves::any, Serves::ip, Serves::url, Serves::hash};
  FeedRows rows(served[choice / 8U % std::size(served)]);
  SourceSettings settings;
  if (choice / 64U % 2 != 0) settings.key = "indicator";
  switch (choice % 5) {
    case 0:
      read_csv(settings, text, rows);
      break;
    case 1:
      read_list(text, rows);
      break;
    case 2:
      read_json("indicator", text, rows);
      break;
    case 3:
      if (looks_like_misp(text)) read_misp(text, rows);
      break;
    default:
      read_answer(text, [](const Context&) {});
  }
  rows.finish();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string text(reinterpret_cast<const char*>(data + 1), size - 1);
  try {
    read(data[0], text);
  } catch (const weir::Failure& failure) {
    const weir::Position& at = failure.position();
    if (at.offset > static_cast<std::int64_t>(text.size())) std::abort();
    if (std::string_view(failure.what()).empty()) std::abort();
  } catch (const weir::host::Failure& failure) {
    if (std::string_view(failure.what()).empty()) std::abort();
  }
  return 0;
}
