// The lookup protocol of CyberTrace, as bytes (docs/cybertrace.md): plain TCP, UTF-8, lines that
// end in LF; CR is ignored.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weir::lookup::cybertrace {

// What a client sends first, once a connection, without LF.
inline constexpr std::string_view handshake = "X-KF-SendFinishedEventX-KF-ReplyBack";
// The health check, and its answer.
inline constexpr std::string_view ping = "X-KF-ReplyBackPING";
inline constexpr std::string_view pong = "PONG";
// Ends an answer.
inline constexpr std::string_view finished = "LookupFinished";
inline constexpr std::string_view detection = "Category=";

enum class Kind : std::uint8_t { url, ip, hash };
std::string_view kind_name(Kind kind) noexcept;

// ---- Requests

// A server may take a longer line for an attack.
inline constexpr std::size_t longest_request = std::size_t{64} << 10;

// Appends `KUMA|kind=value|kind=value|` LF, pair by pair.
class RequestWriter {
 public:
  explicit RequestWriter(std::string& out);
  // False, with nothing appended, for a value that cannot be sent: one that is empty, holds '|',
  // CR, LF or NUL, is not UTF-8, or makes the line longer than longest_request.
  bool add(Kind kind, std::string_view value);
  void end() { out_ += '\n'; }

 private:
  std::string& out_;
  std::size_t begin_;
};

// Without the flags of the handshake before it: they are a prefix of what a client sends, not a
// line of their own.
std::string_view without_flags(std::string_view line) noexcept;

struct Indicator {
  Kind kind = Kind::url;
  bool any = false;  // the line of another client, a bare value or `name=value`: of any kind
  std::string_view value;
};

// Cuts a line, without its LF, into what it asks about: every `url=`, `ip=` and `hash=` piece
// between bars, wherever it stands; if there is none and the line does not begin as KUMA's, what
// other clients send: the value of `name=value`, or the whole line. Flags before it are passed
// over, and so are CRs at the ends of pieces. Empties `indicators` first; the values are borrowed.
void read_request(std::string_view line, std::vector<Indicator>& indicators);

// ---- Answers

// One detection: `Category=C|MatchedIndicator=I|key=value|…`.
struct Detection {
  std::string_view category;
  std::string_view indicator;
  std::vector<std::pair<std::string_view, std::string_view>> context;  // in order, without the two
};

// A line without its LF. False if it is no detection. A piece without '=' is a key without a value.
bool read_detection(std::string_view line, Detection& read);

// Appends a detection line with its LF. What would break the line ('|', CR, LF, NUL) in a text
// becomes a space.
void write_detection(std::string& out, const Detection& written);

// Gathers the answer to one request from the bytes of a connection, split wherever.
class AnswerReader {
 public:
  static constexpr std::size_t longest_line = std::size_t{1} << 20;
  static constexpr std::size_t longest_answer = std::size_t{4} << 20;

  enum class State : std::uint8_t {
    open,      // more has to come
    complete,  // by its finish line
    garbage,   // a line that belongs to no answer, or one that is too long
  };
  // Takes bytes up to the end of the answer; what is left of `bytes` came behind it.
  State feed(std::string_view& bytes);
  // The connection has ended: complete, if the line that has no LF yet is a finish line; else open.
  State end();
  // Whether anything of an answer has come, if only a part of a line.
  bool begun() const noexcept { return !rest_.empty() || !detections_.empty(); }
  // The detection lines, each with its LF. Valid until clear().
  std::string_view detections() const noexcept { return detections_; }
  // For the next answer.
  void clear() noexcept;

 private:
  State line(std::string_view text);
  std::string rest_;  // of a line
  std::string detections_;
};

}  // namespace weir::lookup::cybertrace
