// What gzip (RFC 1952) and zstd (RFC 8878) have compressed, made into bytes again as it comes. A
// compressed source is told by its magic number, whatever its name. Members and frames may follow
// one another; frames to be skipped are. Costs: those of ISA-L and libzstd. Memory: 256 KiB of
// compressed bytes, and the window, of zstd up to 128 MiB. One thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

struct ZSTD_DCtx_s;

namespace weir::host {

enum class Compression : std::uint8_t { none, gzip, zstd };

// By the first bytes of a source. None when more of them are needed, which `last` says do not come.
std::optional<Compression> find_compression(std::string_view beginning, bool last) noexcept;

class Decompression {
 public:
  // Gives compressed bytes: 0 at their end, or when there are none yet.
  using Read = std::function<std::size_t(std::span<char>)>;

  // name: of the source, for errors; beginning: its first bytes. REQUIRES: not Compression::none.
  Decompression(Compression kind, std::string name, std::string_view beginning);

  // Bytes of what was compressed, at least one; 0 when `read` gives nothing. Throws
  // Failure(bad_input) where the source is broken, when what came before has been given.
  std::size_t read(std::span<char> out, const Read& read);
  // The source has ended. Throws Failure(bad_input) when it may not end here.
  void finish() const;

  // Whether read() may give something that `read` need not be called for.
  bool holds_more() const noexcept { return !rest_.empty() || filled_ || fault_ != 0; }
  std::uint64_t position() const noexcept { return position_; }  // compressed bytes, so far

 private:
  struct GzipStream;
  struct EndGzip {
    void operator()(GzipStream* stream) const noexcept;
  };
  struct EndZstd {
    void operator()(ZSTD_DCtx_s* stream) const noexcept;
  };
  using Gzip = std::unique_ptr<GzipStream, EndGzip>;
  using Zstd = std::unique_ptr<ZSTD_DCtx_s, EndZstd>;

  std::size_t step(std::span<char> out);
  std::size_t step(Gzip& gzip, std::span<char> out);
  std::size_t step(Zstd& zstd, std::span<char> out);
  void consume(std::size_t size) noexcept;
  [[noreturn]] void fail(std::string_view reason, std::string_view remedy) const;

  std::variant<Gzip, Zstd> stream_;
  std::string name_;
  std::vector<char> buffer_;
  std::span<const char> rest_;  // of the buffer: to be decompressed
  std::uint64_t position_ = 0;
  int fault_ = 0;         // of gzip, told when what came before it has been given
  bool between_ = false;  // members or frames: the source may end here
  bool filled_ = false;   // the last call filled its room, so there may be more
};

}  // namespace weir::host
