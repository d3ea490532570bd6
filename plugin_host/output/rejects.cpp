#include "output/rejects.h"

#include <fmt/format.h>

#include <utility>

#include "json_text.h"
#include "weir/weir.h"

namespace weir::host {
namespace {

constexpr std::uint64_t kShown = 5;  // enough to see what is wrong, without filling the screen

}  // namespace

Rejects::Rejects(const std::string& path, Show show) : show_(std::move(show)) {
  if (!path.empty()) writer_ = std::make_unique<Writer>(path);
}

bool Rejects::add(std::string_view source, std::uint64_t line, std::string_view reason,
                  std::string_view text) noexcept {
  try {
    ++count_;
    if (count_ <= kShown) show_(fmt::format("{}:{}: rejected: {}", source, line, reason));
    if (count_ == kShown + 1) show_("more lines were rejected; the summary counts them");
    if (writer_ == nullptr) return true;
    text = text.substr(0, WEIR_MAX_EVENT_BYTES);
    while (!text.empty() && text.back() == '\n') text.remove_suffix(1);
    std::string record = "{\"source\":";
    append_json(record, source);
    record += fmt::format(",\"line\":{},\"reason\":", line);
    append_json(record, reason);
    record += ",\"text\":";
    append_json(record, text);
    record += "}\n";
    return writer_->append(record);
  } catch (...) {  // out of memory: the library counts the line all the same
    return false;
  }
}

}  // namespace weir::host
