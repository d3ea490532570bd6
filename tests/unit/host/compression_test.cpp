#include "input/compression.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "failure.h"
#include "unit/host/compressed.h"
#include "unit/host/file_source.h"

namespace weir::host {
namespace {

struct Expanded {
  std::string text;
  std::string failure;  // or empty
  std::uint64_t position = 0;
};

// A decoder that keeps nothing over a cut would find this where it had what it knew.
[[gnu::noinline]] void fill_stack(char with) {
  std::array<volatile char, 4096> stack;
  for (volatile char& byte : stack) byte = with;
}

// The bytes as they come in these pieces, into rooms of that size.
Expanded expand(const std::vector<std::string_view>& pieces, std::size_t room_size = 1000) {
  Expanded all;
  const auto kind = find_compression(pieces.at(0), true);
  Decompression decompression(kind.value(), "in", pieces[0]);
  std::size_t next = 1;
  const auto read = [&](std::span<char> out) -> std::size_t {
    fill_stack('\xff');
    if (next == pieces.size()) return 0;
    const std::string_view piece = pieces[next++];
    EXPECT_LE(piece.size(), out.size());
    std::copy(piece.begin(), piece.end(), out.begin());
    return piece.size();
  };
  std::vector<char> room(room_size);
  try {
    while (const std::size_t made = decompression.read(room, read)) {
      all.text.append(room.data(), made);
    }
    decompression.finish();
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.exit(), Exit::bad_input);
    all.failure = failure.what();
  }
  all.position = decompression.position();
  return all;
}

std::string numbered_lines(int count) {
  std::string all;
  for (int i = 0; i < count; ++i) all += "line " + std::to_string(7919LL * i * i) + "\n";
  return all;
}

// The same of both formats.
class CompressionOf : public testing::TestWithParam<std::string (*)(std::string_view)> {
 protected:
  static std::string compress(std::string_view text) { return GetParam()(text); }
};

TEST_P(CompressionOf, IsUndoneHoweverItIsCut) {
  const std::string text = numbered_lines(200);
  const std::string bytes = compress(text);
  for (std::size_t cut = 4; cut < bytes.size(); ++cut) {
    const std::string_view all = bytes;
    EXPECT_EQ(expand({all.substr(0, cut), all.substr(cut)}).text, text) << cut;
  }
  for (const std::size_t room : {1U, 2U, 3U, 17U, 100'000U}) {
    const Expanded expanded = expand({bytes}, room);
    EXPECT_EQ(expanded.text, text) << room;
    EXPECT_EQ(expanded.failure, "");
    EXPECT_EQ(expanded.position, bytes.size());
  }
}

TEST_P(CompressionOf, IsUndoneByteForByte) {
  const std::string text = numbered_lines(100);
  const std::string bytes = compress(text) + compress("") + compress("more\n");
  std::vector<std::string_view> pieces = {std::string_view(bytes).substr(0, 4)};
  for (std::size_t i = 4; i < bytes.size(); ++i) {
    pieces.push_back(std::string_view(bytes).substr(i, 1));
  }
  EXPECT_EQ(expand(pieces).text, text + "more\n");
  EXPECT_EQ(expand(pieces).failure, "");
}

TEST_P(CompressionOf, OfNothingIsNothing) {
  EXPECT_EQ(expand({compress("")}).text, "");
  EXPECT_EQ(expand({compress("")}).failure, "");
}

TEST_P(CompressionOf, ThatEndsTooEarlyGivesWhatCameBeforeAndSaysWhere) {
  const std::string text = numbered_lines(100);
  const std::string bytes = compress(text);
  for (std::size_t size = 4; size < bytes.size(); ++size) {
    const Expanded expanded = expand({std::string_view(bytes).substr(0, size)});
    EXPECT_EQ(text.substr(0, expanded.text.size()), expanded.text);
    EXPECT_NE(expanded.failure.find("'in'"), std::string::npos) << size;
    EXPECT_NE(expanded.failure.find("byte " + std::to_string(size)), std::string::npos)
        << expanded.failure;
    EXPECT_NE(expanded.failure.find("again"), std::string::npos) << expanded.failure;
  }
}

TEST_P(CompressionOf, IsNeverSilentlyAnotherText) {
  const std::string text = numbered_lines(60);
  const std::string bytes = compress(text);
  for (std::size_t i = 4; i < bytes.size(); ++i) {
    for (const unsigned flip : {1U, 128U, 255U}) {
      std::string broken = bytes;
      broken[i] = static_cast<char>(static_cast<unsigned char>(broken[i]) ^ flip);
      const Expanded expanded = expand({broken});
      EXPECT_TRUE(expanded.text == text || !expanded.failure.empty()) << i << " ^ " << flip;
    }
  }
}

TEST_P(CompressionOf, BehindWhichIsSomethingElseFails) {
  const Expanded expanded = expand({compress("text\n") + "no such thing"});
  EXPECT_EQ(expanded.text, "text\n");
  EXPECT_NE(expanded.failure, "");
}

INSTANTIATE_TEST_SUITE_P(, CompressionOf, testing::Values(&gzip_of, &zstd_of),
                         [](const auto& test) { return test.index == 0 ? "gzip" : "zstd"; });

TEST(Gzip, MayBePaddedWithZeros) {
  const std::string zeros(1000, '\0');
  EXPECT_EQ(expand({gzip_of("a\n") + zeros + gzip_of("b\n") + zeros}).text, "a\nb\n");
  EXPECT_EQ(expand({gzip_of("a\n") + zeros}).failure, "");
}

// At the fault the decoder says that it has read more than it was given, and has given what lay in
// memory.
TEST(Gzip, WhoseEndRefersToWhatIsNotThereFails) {
  const std::string_view broken(
      "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\x5b\xcb\xc9\xcc\x35\x4b\x55\xc8\xcf\x4b"
      "\xe5\xca\x01\x31\x4a\xca\xf3\x21\x8c\x51\x11\x2a\x8b\x00\x00\x0a\x01\x00\x00",
      39);
  const Expanded expanded = expand({std::string(broken)});
  EXPECT_EQ(expanded.text, "");
  EXPECT_NE(expanded.failure.find("at byte 39 (a block refers to what lies before"),
            std::string::npos)
      << expanded.failure;
}

// Every part that RFC 1952 knows.
std::string gzip_with_a_long_header(std::string_view text) {
  std::string extra = "ab\x04", name = "the name of a file", comment = "a comment";
  extra.append({'\0', 1, 2, 3, 4});
  gz_header header{};
  header.extra = reinterpret_cast<Bytef*>(extra.data());
  header.extra_len = static_cast<uInt>(extra.size());
  header.name = reinterpret_cast<Bytef*>(name.data());
  header.comment = reinterpret_cast<Bytef*>(comment.data());
  header.hcrc = 1;
  return gzip_with(&header, text);
}

TEST(Gzip, HasAHeaderThatMayBeCutAnywhere) {
  const std::string all = gzip_of("a\n") + gzip_with_a_long_header("b\n") + gzip_of("c\n");
  const std::string_view bytes = all;
  for (std::size_t cut = 2; cut < all.size(); ++cut)
    EXPECT_EQ(expand({bytes.substr(0, cut), bytes.substr(cut)}).text, "a\nb\nc\n") << cut;
}

TEST(Zstd, MayHaveFramesToBeSkipped) {
  const std::string skipped = std::string("\x5a\x2a\x4d\x18\x03\0\0\0", 8) + "abc";
  const std::string bytes = skipped + zstd_of("a\n") + skipped + zstd_of("b\n") + skipped;
  EXPECT_EQ(expand({bytes}).text, "a\nb\n");
  EXPECT_EQ(expand({bytes}).failure, "");
}

TEST(Zstd, WithAWindowThatIsTooLargeSaysWhatToDo) {
  // A frame without a size, whose window has 2^30 bytes.
  const std::string bytes("\x28\xb5\x2f\xfd\x00\xa0\x01\x00\x00", 9);
  EXPECT_NE(expand({bytes}).failure.find("128 MiB"), std::string::npos) << expand({bytes}).failure;
  EXPECT_NE(expand({bytes}).failure.find("--long"), std::string::npos);
}

TEST(FindCompression, GoesByTheMagicNumber) {
  EXPECT_EQ(find_compression("\x1f\x8b\x08", false), Compression::gzip);
  EXPECT_EQ(find_compression("\x28\xb5\x2f\xfd", false), Compression::zstd);
  EXPECT_EQ(find_compression("\x50\x2a\x4d\x18", false), Compression::zstd);
  EXPECT_EQ(find_compression("{\"a\":1}", false), Compression::none);
  EXPECT_EQ(find_compression("", true), Compression::none);
}

TEST(FindCompression, WaitsForNoMoreBytesThanItNeeds) {
  for (const char* some : {"", "\x1f", "\x28", "\x28\xb5\x2f", "\x5f", "\x50\x2a\x4d"}) {
    EXPECT_FALSE(find_compression(some, false)) << some;
    EXPECT_EQ(find_compression(some, true), Compression::none) << some;
  }
  for (const char* some : {"{", "(a", "Pa", "S*a", "<", "\x1f\x1f"}) {
    EXPECT_EQ(find_compression(some, false), Compression::none) << some;
  }
}

std::string read_all(ByteSource& source, std::string* failure = nullptr) {
  std::string all;
  std::vector<char> room(10'000);
  try {
    while (const std::size_t got = source.read(room)) all.append(room.data(), got);
  } catch (const Failure& thrown) {
    if (failure != nullptr) *failure = thrown.what();
  }
  return all;
}

TEST(ByteSource, OfACompressedFileIsWhatWasCompressed) {
  const std::string text = numbered_lines(300'000);  // more than is read ahead
  for (const std::string& bytes : {gzip_of(text), zstd_of(text)}) {
    ByteSource source = file_of(bytes);
    EXPECT_EQ(source.peek(6), text.substr(0, 6));
    EXPECT_TRUE(read_all(source) == text);
    EXPECT_EQ(source.done(), bytes.size());
    EXPECT_EQ(source.size(), bytes.size());
  }
}

TEST(ByteSource, OfABrokenFileGivesAllThatCameBefore) {
  const std::string text = numbered_lines(200'000);
  const std::string whole = gzip_of(text);
  ByteSource source = file_of(whole + gzip_of("more\n").substr(0, 10));
  std::string failure;
  EXPECT_TRUE(read_all(source, &failure) == text);
  EXPECT_NE(failure.find("byte " + std::to_string(whole.size() + 10)), std::string::npos)
      << failure;
}

TEST(ByteSource, ThatIsLeftInTheMiddleEnds) {
  const std::string text = numbered_lines(300'000);
  ByteSource source = file_of(gzip_of(text));
  char some[10];
  EXPECT_EQ(source.read(some), 10u);
}

TEST(ByteSource, OfACompressedPipeGivesWhatIsThereWithoutWaiting) {
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
  ByteSource source("pipe", FileDescriptor(ends[0]));
  FileDescriptor writer(ends[1]);
  const auto send = [&](std::string_view text) {
    ASSERT_EQ(::write(writer.number(), text.data(), text.size()), ssize_t(text.size()));
  };
  const std::string one = gzip_of("one\n");
  const std::string two = gzip_of("two\n");
  std::vector<char> room(100);
  const auto got = [&] { return std::string(room.data(), source.read_ready(room)); };
  EXPECT_EQ(got(), "");
  send(one.substr(0, 1));
  EXPECT_EQ(got(), "");
  EXPECT_FALSE(source.ready());
  send(one.substr(1));
  EXPECT_EQ(got(), "one\n");
  send(two + "no gzip header");
  EXPECT_EQ(got(), "two\n");
  EXPECT_TRUE(source.ready());  // what is behind it waits here, not in the pipe
  EXPECT_EQ(got(), "");
  EXPECT_TRUE(source.ready());
  EXPECT_THROW(source.read(room), Failure);
}

TEST(ByteSource, ThatIsParkedIsOpenedAgainByItsName) {
  const std::string path = testing::TempDir() + "/weir_parked";
  std::FILE* const file = std::fopen(path.c_str(), "w");
  std::fputs("text\n", file);
  std::fclose(file);
  ByteSource source(path, open_for_reading(path));
  source.park();
  EXPECT_EQ(source.descriptor(), -1);
  EXPECT_EQ(read_all(source), "text\n");
  ByteSource gone(path, open_for_reading(path));
  gone.park();
  ::unlink(path.c_str());
  std::string failure;
  EXPECT_EQ(read_all(gone, &failure), "");
  EXPECT_NE(failure.find("cannot open '" + path + "'"), std::string::npos);
}

}  // namespace
}  // namespace weir::host
