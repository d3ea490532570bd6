// The rows of one lookup, by key: a dictionary, a table, an active list, a context table, the
// assets or the accounts of a directory. Which columns a row has is fixed when it is made.
//
// A key is the text of its parts joined with '|'. An entry of an active list or a context table may
// live for a time only; from its deadline on it is not there.
//
// A hash table of rows, each a piece of memory of its own that holds key, values, their texts and
// their arrays. find() is O(1), mostly two cache misses (a slot, the row), and allocates nothing;
// put() and erase() are O(1) amortised. A slot and what surrounds the bytes of a row take 60 to 100
// bytes an entry beside 16 a column from the second on. Each put looks at a few slots in turn and
// lets dead entries go, so a table that is fed for ever has at most about half as many dead entries
// as live ones.
//
// Used by many threads at once to read, and by one alone to change (the engine's gate sees to
// that).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/moment.h"
#include "event/schema.h"
#include "event/value.h"

namespace weir::lookup {

// The numbers are those of WEIR_DICTIONARY … in weir.h.
enum class Kind : std::uint8_t {
  dictionary = 1,
  table = 2,
  active_list = 3,
  context_table = 4,
  assets = 5,
  directory = 6,
};
inline constexpr std::size_t kinds = 7;  // and one that no lookup has

// "dictionary", "table", "active list", "context table", "assets", "directory".
std::string_view kind_name(Kind kind) noexcept;

// What a text must look like that comes from outside; what is kept is text all the same.
enum class Form : std::uint8_t {
  plain,
  boolean,  // true or false, in any case; kept in lower case
  address,  // IPv4 or IPv6
  time,     // of number_array: each RFC 3339 or milliseconds
};

struct Column {
  std::string name;
  FieldType type = FieldType::text;  // text, number, floating, timestamp or an array
  Form form = Form::plain;
  friend bool operator==(const Column&, const Column&) = default;
};

// What rows look like. A dictionary has one column, "value"; assets and directories have those of
// asset_column and directory_groups; the others have what their document or their first line says.
//
// A key that nobody has named is one column whose name is empty: it is the first of every text that
// rows are read from, whatever it is called there.
struct Shape {
  Kind kind = Kind::dictionary;
  std::vector<Column> keys;     // the parts of the key, in order; of a dictionary "key"
  std::vector<Column> columns;  // of the values
  Duration ttl;                 // of an entry; 0: it lives for ever
  friend bool operator==(const Shape&, const Shape&) = default;
};

// By number, in the columns of assets and of a directory.
namespace asset_column {
inline constexpr std::size_t categories = 0;       // texts: paths such as Servers/Web
inline constexpr std::size_t vulnerabilities = 1;  // texts: CVE-2021-44228
inline constexpr std::size_t severities = 2;       // numbers, one a vulnerability
}  // namespace asset_column
inline constexpr std::size_t directory_groups = 0;  // texts

// The shape of a kind whose columns are always the same. REQUIRES: dictionary, assets or directory.
Shape fixed_shape(Kind kind);

// Where an engine's clock stands. Entries that came before it was ever moved live from its first
// moment on.
struct Clock {
  Time now;
  Time first;
  bool started = false;
};

class Table {
 public:
  static constexpr std::size_t no_column = ~std::size_t{0};

  explicit Table(Shape shape);
  ~Table();
  Table(Table&&) noexcept;
  Table& operator=(Table&&) noexcept;

  const Shape& shape() const noexcept { return shape_; }
  std::size_t column(std::string_view name) const noexcept;  // no_column if there is none

  // The values of an entry, by column, absent where it has none; null if there is no entry, or no
  // longer. Valid until the table changes.
  const Value* find(std::string_view key, const Clock& clock) const noexcept;

  // Adds an entry or replaces it whole; copies. Lets a few entries go that are past their time.
  // Throws bad_alloc, then nothing has changed. REQUIRES: as many values as columns.
  void put(std::string_view key, std::span<const Value> values, const Clock& clock);
  // False if there was none.
  bool erase(std::string_view key) noexcept;
  // Takes the entries of another table of the same shape, each in place of one with the same key,
  // and lets entries go as that many puts do. Throws bad_alloc, then nothing has changed.
  void absorb(Table&& other, const Clock& clock);
  // Entries that came before the clock was started come now, as those of a document that is loaded
  // while the clock runs. O(slots).
  void begin(const Clock& clock) noexcept;

  // Entries, those included whose time is over and that nothing has let go yet.
  std::size_t size() const noexcept;
  // Memory that it takes: keys, values and overhead.
  std::size_t bytes() const noexcept;

 private:
  struct Rows;
  Shape shape_;
  std::unique_ptr<Rows> rows_;
};

}  // namespace weir::lookup
