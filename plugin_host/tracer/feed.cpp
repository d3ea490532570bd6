#include "tracer/feed.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include "base/error.h"
#include "failure.h"
#include "file_descriptor.h"
#include "input/byte_source.h"
#include "lookup/record.h"
#include "tracer/feed_rows.h"
#include "tracer/json_rows.h"

namespace weir::host::tracer {
namespace {

constexpr std::size_t kLargestFeed = std::size_t{1} << 30;  // bytes, when it is expanded

FileState to_state(const struct stat& status) noexcept {
  return {status.st_dev, status.st_ino, status.st_size,
          status.st_mtim.tv_sec * std::int64_t{1'000'000'000} + status.st_mtim.tv_nsec};
}

[[noreturn]] void fail_file(const std::string& path, const std::string& reason) {
  throw Failure(Exit::bad_input, fmt::format("cannot read '{}': {}", path, reason));
}

// All of the file, expanded if it is compressed.
std::string read_text(const std::string& path, FileState& state) {
  FileDescriptor file(open_for_reading(path));
  struct stat status {};
  if (::fstat(file.number(), &status) != 0 || !S_ISREG(status.st_mode)) {
    fail_file(path, fmt::format("it is {}; name a file", kind_name(status.st_mode)));
  }
  state = to_state(status);
  ByteSource source(path, std::move(file));
  std::string text;
  text.reserve(static_cast<std::size_t>(status.st_size));
  std::vector<char> block(std::size_t{1} << 18);
  while (const std::size_t got = source.read(block)) {
    text.append(block.data(), got);
    if (text.size() > kLargestFeed) fail_file(path, "it is longer than 1 GiB; split it");
  }
  return text;
}

std::string described(const std::string& path, const weir::Failure& failure) {
  const Position& at = failure.position();
  if (at.line == 0) return fmt::format("{}: {}", path, failure.what());
  if (at.column == 0) return fmt::format("{}:{}: {}", path, at.line, failure.what());
  return fmt::format("{}:{}:{}: {}", path, at.line, at.column, failure.what());
}

// A file that somebody failed to write must not do away with the rows of the one before.
void check_not_empty(std::string_view text, std::string_view nothing) {
  text.remove_prefix(static_cast<std::size_t>(lookup::begin_of(text) - text.data()));
  if (text.find_first_not_of(" \t\r\n") != std::string_view::npos) return;
  throw weir::Failure(
      Status::invalid_document,
      fmt::format("there is nothing in it; to have no indicators, write {}", nothing));
}

// Returns what the feed calls itself.
std::string read_rows(const SourceSettings& settings, std::string_view text, FeedRows& rows) {
  switch (settings.type) {
    case SourceType::csv:
      read_csv(settings, text, rows);
      return {};
    case SourceType::jsonl:
      check_not_empty(text, "[]");
      read_json(settings.key, text, rows);
      return {};
    default:
      if (looks_like_misp(text)) return read_misp(text, rows);
      check_not_empty(text, "a line that begins with '#'");
      read_list(text, rows);
      return {};
  }
}

}  // namespace

FileState state_of(const std::string& path) noexcept {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 ? to_state(status) : FileState{};
}

std::string stem_of(const std::string& path) {
  const std::string name = path.substr(path.rfind('/') + 1);  // npos + 1 is 0
  return name.substr(0, name.find('.', 1));
}

std::string FeedRows::description(IndexBuilder::Added added, std::string_view indicator,
                                  std::size_t line) {
  std::string where = line == 0 ? std::string() : fmt::format("line {}: ", line);
  std::string shown(indicator.substr(0, 60));
  for (char& c : shown) {
    if (static_cast<unsigned char>(c) < 0x20) c = ' ';
  }
  switch (added) {
    case IndexBuilder::Added::no_address:
      return fmt::format("{}'{}' is no address or network", where, shown);
    case IndexBuilder::Added::too_long:
      return fmt::format("{}'{}' has a row of more than 256 KiB", where, shown);
    default:
      return where + "there is no indicator";
  }
}

std::shared_ptr<const Feed> read_feed(const SourceSettings& settings) {
  const auto feed = std::make_shared<Feed>();
  FeedRows rows(settings.serves);
  try {
    const std::string text = read_text(settings.place, feed->state);
    feed->category = read_rows(settings, text, rows);
  } catch (const weir::Failure& failure) {
    throw Failure(Exit::bad_input, described(settings.place, failure));
  }
  if (rows.taken() == 0 && rows.skipped() != 0) {
    throw Failure(Exit::bad_input,
                  fmt::format("{}: no row can be served as --kind {}: {}", settings.place,
                              name_of(settings.serves), rows.first_skipped()));
  }
  if (!settings.category.empty()) feed->category = settings.category;
  if (feed->category.empty()) feed->category = stem_of(settings.place);
  feed->start = detection_start(feed->category);
  feed->skipped = rows.skipped();
  feed->first_skipped = rows.first_skipped();
  feed->index = rows.finish();
  return feed;
}

}  // namespace weir::host::tracer
