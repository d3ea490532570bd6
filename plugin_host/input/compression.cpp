#include "input/compression.h"

#include <fmt/format.h>
#include <isa-l/igzip_lib.h>
#include <zstd.h>
#include <zstd_errors.h>

#include <algorithm>
#include <array>
#include <climits>
#include <new>
#include <utility>

#include "failure.h"

namespace weir::host {
namespace {

constexpr std::size_t kReadBuffer = std::size_t{256} << 10;  // a larger one gains nothing
constexpr std::size_t kBehind = 16;  // bytes that gzip may look at behind broken data
constexpr int kMaxWindow = 27;       // 2^27 bytes, as zstd has without --long
constexpr std::string_view kGzip = "\x1f\x8b";
constexpr std::string_view kZstd = "\x28\xb5\x2f\xfd";
constexpr std::string_view kCopyAgain = "copy or compress the file again";

// Of a frame to be skipped, in which pzstd and others keep notes: 0x50 to 0x5f and these.
constexpr std::string_view kSkipped = "\x2a\x4d\x18";

bool may_be_skipped(std::string_view bytes) noexcept {
  if (bytes.empty() || (static_cast<unsigned char>(bytes[0]) & 0xF0U) != 0x50U) return false;
  return kSkipped.starts_with(bytes.substr(1, kSkipped.size()));
}

std::string_view fault_text(int fault) noexcept {
  switch (fault) {
    case ISAL_INVALID_BLOCK:
      return "a block has an invalid type or length";
    case ISAL_INVALID_SYMBOL:
      return "a block has an invalid code";
    case ISAL_INVALID_LOOKBACK:
      return "a block refers to what lies before its beginning";
    case ISAL_INVALID_WRAPPER:
      return "what follows is no gzip header";
    case ISAL_UNSUPPORTED_METHOD:
      return "it is compressed in an unknown way";
    case ISAL_INCORRECT_CHECKSUM:
      return "its checksum is wrong";
    default:
      return "it needs a dictionary";
  }
}

const char* kind_of(bool gzip) noexcept { return gzip ? "gzip" : "zstd"; }

}  // namespace

std::optional<Compression> find_compression(std::string_view beginning, bool last) noexcept {
  const auto short_of = [&](std::string_view mark) {
    return !last && beginning.size() < mark.size() && mark.starts_with(beginning);
  };
  if (beginning.starts_with(kGzip)) return Compression::gzip;
  if (beginning.starts_with(kZstd)) return Compression::zstd;
  if (may_be_skipped(beginning)) {
    if (beginning.size() > kSkipped.size()) return Compression::zstd;
    if (!last) return std::nullopt;
  }
  if (short_of(kGzip) || short_of(kZstd)) return std::nullopt;
  return Compression::none;
}

// What broken data refer to before their beginning the decoder copies before it says so: that is
// in front of its state then. The header of a member is read for itself: isal_inflate (ISA-L 2.30)
// forgets which parts one has when it goes on after a cut.
struct Decompression::GzipStream {
  GzipStream() noexcept {
    ::isal_inflate_init(&state);
    state.crc_flag = ISAL_GZIP_NO_HDR_VER;
    ::isal_gzip_header_init(&header);
  }
  void begin_member() noexcept {
    ::isal_inflate_reset(&state);
    header = {};
    ::isal_gzip_header_init(&header);
    in_header = true;
  }
  // REQUIRES: the state's input and output.
  int step() noexcept {
    if (!in_header) return ::isal_inflate(&state);
    const int status = ::isal_read_gzip_header(&state, &header);
    in_header = status == ISAL_END_INPUT;
    return in_header ? ISAL_DECOMP_OK : status;
  }

  std::array<char, ISAL_DEF_HIST_SIZE> before{};
  inflate_state state{};
  isal_gzip_header header{};
  bool in_header = true;
};

void Decompression::EndGzip::operator()(GzipStream* stream) const noexcept { delete stream; }

void Decompression::EndZstd::operator()(ZSTD_DCtx_s* stream) const noexcept {
  ::ZSTD_freeDCtx(stream);
}

Decompression::Decompression(Compression kind, std::string name, std::string_view beginning)
    : name_(std::move(name)), buffer_(std::max(kReadBuffer, beginning.size()) + kBehind) {
  std::copy(beginning.begin(), beginning.end(), buffer_.begin());
  rest_ = {buffer_.data(), beginning.size()};
  if (kind == Compression::gzip) {
    stream_ = Gzip(new GzipStream);
  } else {
    Zstd zstd(::ZSTD_createDCtx());
    if (zstd == nullptr) throw std::bad_alloc();
    ::ZSTD_DCtx_setParameter(zstd.get(), ZSTD_d_windowLogMax, kMaxWindow);
    stream_ = std::move(zstd);
  }
}

std::size_t Decompression::read(std::span<char> out, const Read& read) {
  while (!out.empty()) {
    if (holds_more()) {
      const std::size_t made = step(out);
      filled_ = made == out.size();
      if (made != 0) return made;
      if (!rest_.empty()) continue;  // that was a header, say
    }
    const std::size_t got = read(std::span(buffer_).first(buffer_.size() - kBehind));
    if (got == 0) break;
    rest_ = {buffer_.data(), got};
  }
  return 0;
}

void Decompression::finish() const {
  if (!between_) fail("it ends in the middle", kCopyAgain);
}

std::size_t Decompression::step(std::span<char> out) {
  return std::visit([&](auto& stream) { return step(stream, out); }, stream_);
}

void Decompression::consume(std::size_t size) noexcept {
  rest_ = rest_.subspan(size);
  position_ += size;
}

std::size_t Decompression::step(Gzip& gzip, std::span<char> out) {
  inflate_state& state = gzip->state;
  if (fault_ != 0) fail(fault_text(fault_), kCopyAgain);
  if (between_) {  // padding, as tapes have it, is no member
    while (!rest_.empty() && rest_.front() == 0) consume(1);
    if (rest_.empty()) return 0;
    gzip->begin_member();
    between_ = false;
  }
  const auto count = [](std::size_t size) {
    return static_cast<std::uint32_t>(std::min<std::size_t>(size, UINT32_MAX));
  };
  state.next_in = reinterpret_cast<std::uint8_t*>(const_cast<char*>(rest_.data()));
  state.avail_in = count(rest_.size());
  state.next_out = reinterpret_cast<std::uint8_t*>(out.data());
  state.avail_out = count(out.size());
  const int status = gzip->step();
  // Where data are broken it may have read on behind them, and counts below zero.
  consume(state.avail_in > rest_.size() ? rest_.size() : rest_.size() - state.avail_in);
  std::size_t made = out.size() - state.avail_out;
  if (status < 0 || status == ISAL_NEED_DICT) fault_ = status;
  // Some of it is what was in memory then.
  if (fault_ == ISAL_INVALID_LOOKBACK || fault_ == ISAL_INVALID_SYMBOL) made = 0;
  between_ = fault_ == 0 && state.block_state == ISAL_BLOCK_FINISH;
  if (fault_ != 0 && made == 0) fail(fault_text(fault_), kCopyAgain);
  return made;
}

std::size_t Decompression::step(Zstd& zstd, std::span<char> out) {
  ZSTD_inBuffer from{rest_.data(), rest_.size(), 0};
  ZSTD_outBuffer to{out.data(), out.size(), 0};
  if (between_ && rest_.empty()) return 0;
  const std::size_t status = ::ZSTD_decompressStream(zstd.get(), &to, &from);
  consume(from.pos);
  if (!::ZSTD_isError(status)) {
    between_ = status == 0;
    return to.pos;
  }
  switch (::ZSTD_getErrorCode(status)) {
    case ZSTD_error_memory_allocation:
      throw std::bad_alloc();
    case ZSTD_error_frameParameter_windowTooLarge:
      fail("it needs a window of more than 128 MiB", "use zstdcat --long=31 FILE | weir run …");
    case ZSTD_error_dictionary_wrong:
      fail("it needs a dictionary", "use zstdcat -D DICTIONARY FILE | weir run …");
    default:
      fail(::ZSTD_getErrorName(status), kCopyAgain);
  }
}

void Decompression::fail(std::string_view reason, std::string_view remedy) const {
  const std::string source = name_ == "-" ? "standard input" : "'" + name_ + "'";
  throw Failure(Exit::bad_input,
                fmt::format("cannot read {}: its {} data are broken at byte {} ({}); what came "
                            "before was read; {}",
                            source, kind_of(stream_.index() == 0), position_, reason, remedy));
}

}  // namespace weir::host
