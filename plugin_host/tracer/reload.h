// Reads files again when they change, and puts the new rows in the place of the old ones between
// two look-ups. What cannot be read leaves the old rows in force. Reading is done by a thread of
// libuv's, so that look-ups go on.
//
// A change is told by inotify of the file's folder, also where the file is replaced, or is a
// symbolic link; and every five seconds by a look at the file, for folders that tell nothing.
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <vector>

#include "input/directory_watch.h"
#include "tracer/journal.h"
#include "tracer/loop.h"
#include "tracer/source.h"

namespace weir::host::tracer {

class Reload {
 public:
  // sources: opened; what they hold is replaced, nothing else.
  Reload(uv_loop_t* loop, std::vector<Source>& sources, const Limits& limits,
         const Journal& journal);
  ~Reload();
  Reload(const Reload&) = delete;
  Reload& operator=(const Reload&) = delete;

  // Reads all files again.
  void all();

 private:
  struct Work;  // one reading
  struct Watched {
    std::size_t source;
    FileState tried;       // when it was last read, or not found
    bool named = false;    // by an event
    bool again = false;    // it changed while it was read
    Work* work = nullptr;  // that reads it
  };

  void watch(const std::string& path);
  void on_events();
  void look(bool every);
  void read(Watched& file);
  void read_feed(Watched& file);
  void reopen_database(Source& source);
  void finish(Work& work);

  uv_loop_t* const loop_;
  std::vector<Source>& sources_;
  const Limits limits_;
  const Journal& journal_;
  DirectoryWatch folders_;
  std::vector<Watched> files_;
  Handle<uv_poll_t> poll_;
  Handle<uv_timer_t> settle_timer_;
  Handle<uv_timer_t> look_timer_;
  std::uint64_t first_event_ = 0;  // that has not been looked after; uv_now()
};

}  // namespace weir::host::tracer
