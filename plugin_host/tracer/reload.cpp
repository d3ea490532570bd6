#include "tracer/reload.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <exception>
#include <filesystem>
#include <new>
#include <system_error>

#include "failure.h"

namespace weir::host::tracer {
namespace {

constexpr std::uint64_t kSettle = 100;  // ms without an event: a file may be written in pieces
constexpr std::uint64_t kLongestSettle = 2000;  // ms; a file that never rests is read all the same
constexpr std::uint64_t kLook = 5000;           // ms

}  // namespace

struct Reload::Work {
  uv_work_t request{};
  Reload* owner = nullptr;  // null: gone
  std::size_t file = 0;
  SourceSettings settings;
  std::shared_ptr<const Feed> feed;
  std::string problem;
  double seconds = 0;
};

Reload::Reload(uv_loop_t* loop, std::vector<Source>& sources, const Limits& limits,
               const Journal& journal)
    : loop_(loop),
      sources_(sources),
      limits_(limits),
      journal_(journal),
      settle_timer_(make_timer(loop, this)),
      look_timer_(make_timer(loop, this)) {
  for (std::size_t i = 0; i < sources.size(); ++i) {
    const Source& source = sources[i];
    if (source.settings.type == SourceType::http) continue;
    const FileState state =
        source.in_memory() ? source.feed().state : state_of(source.settings.place);
    files_.push_back({i, state});
    watch(source.settings.place);
  }
  if (files_.empty()) return;
  uv_timer_start(
      look_timer_.get(), [](uv_timer_t* timer) { static_cast<Reload*>(timer->data)->look(false); },
      kLook, kLook);
  if (folders_.descriptor() < 0) return;
  auto poll = std::make_unique<uv_poll_t>();
  if (uv_poll_init(loop, poll.get(), folders_.descriptor()) != 0) return;
  poll->data = this;
  poll_.reset(poll.release());
  uv_poll_start(poll_.get(), UV_READABLE,
                [](uv_poll_t* ready, int, int) { static_cast<Reload*>(ready->data)->on_events(); });
}

Reload::~Reload() {
  for (Watched& file : files_) {
    if (file.work != nullptr) file.work->owner = nullptr;
  }
}

void Reload::watch(const std::string& path) {
  folders_.add(folder_prefix(path));
  std::error_code error;
  const std::filesystem::path target = std::filesystem::canonical(path, error);
  if (!error) folders_.add(folder_prefix(target.string()));
}

void Reload::on_events() {
  for (const NameEvent& event : folders_.events()) {
    for (Watched& file : files_) {
      if (sources_[file.source].settings.place == event.path) file.named = true;
    }
  }
  const std::uint64_t now = uv_now(loop_);
  if (uv_is_active(reinterpret_cast<uv_handle_t*>(settle_timer_.get())) == 0) first_event_ = now;
  const std::uint64_t latest = first_event_ + kLongestSettle;
  uv_timer_start(
      settle_timer_.get(),
      [](uv_timer_t* timer) { static_cast<Reload*>(timer->data)->look(false); },
      std::min(kSettle, latest > now ? latest - now : 0), 0);
}

void Reload::all() { look(true); }

void Reload::look(bool every) {
  for (Watched& file : files_) {
    Source& source = sources_[file.source];
    const FileState state = state_of(source.settings.place);
    // What a database holds is read when it is asked; only another file is opened anew.
    const bool same = source.is_database()
                          ? state.device == file.tried.device && state.inode == file.tried.inode
                          : state == file.tried && !file.named;
    file.named = false;
    if (same && !every) continue;
    file.tried = state;
    if (state == FileState{}) {
      journal_.warning(fmt::format("{}: it has gone; what was read of it stays in force",
                                   source.settings.place));
      continue;
    }
    watch(source.settings.place);  // a symbolic link may lead elsewhere now
    read(file);
  }
}

void Reload::read(Watched& file) {
  try {
    if (sources_[file.source].is_database()) {
      reopen_database(sources_[file.source]);
    } else {
      read_feed(file);
    }
  } catch (const std::bad_alloc&) {
    journal_.warning("out of memory while files were read again");
  }
}

void Reload::reopen_database(Source& source) {
  try {
    source.data = open_source(source.settings, limits_, nullptr);
    ++source.counters.reloads;
    journal_.news(fmt::format("reopened {}", source.settings.place));
  } catch (const Failure& failure) {
    ++source.counters.failed_reloads;
    journal_.warning(fmt::format("{}; the file that was open stays so", failure.what()));
  }
}

void Reload::read_feed(Watched& file) {
  if (file.work != nullptr) {
    file.again = true;
    return;
  }
  auto work = std::make_unique<Work>();
  work->request.data = work.get();
  work->owner = this;
  work->file = static_cast<std::size_t>(&file - files_.data());
  work->settings = sources_[file.source].settings;
  const auto load = [](uv_work_t* request) {
    auto& self = *static_cast<Work*>(request->data);
    const auto begin = std::chrono::steady_clock::now();
    try {
      self.feed = tracer::read_feed(self.settings);
    } catch (const std::exception& error) {
      self.problem = error.what();
    }
    self.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  };
  const auto loaded = [](uv_work_t* request, int) {
    const std::unique_ptr<Work> self(static_cast<Work*>(request->data));
    if (self->owner != nullptr) self->owner->finish(*self);
  };
  if (uv_queue_work(loop_, &work->request, load, loaded) != 0) return;
  file.work = work.release();
}

void Reload::finish(Work& work) {
  Watched& file = files_[work.file];
  file.work = nullptr;
  Source& source = sources_[file.source];
  if (!work.feed) {
    ++source.counters.failed_reloads;
    journal_.warning(fmt::format("{}; the {} indicators that were read before stay in force",
                                 work.problem, grouped(source.feed().index.size())));
  } else {
    ++source.counters.reloads;
    file.tried = work.feed->state;
    source.data = std::move(work.feed);
    journal_.news(fmt::format("reloaded {} in {:.0f} ms", description(source), work.seconds * 1e3));
    const std::string wrong = shortcomings(source);
    if (!wrong.empty()) journal_.warning(wrong);
  }
  if (file.again) {
    file.again = false;
    read(file);
  }
}

}  // namespace weir::host::tracer
