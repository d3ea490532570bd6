// Makes one row of a shape out of texts, whoever brings them: the rows of a file, or the entries of
// a document. Converts each to the type of its column and keeps the limits.
//
// The functions that take a text return what is wrong with it and what to do, "" if nothing is.
// Texts are borrowed until the row has been put into a table. One builder for many rows: after the
// first it allocates for little but problems.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lookup/table.h"

namespace weir::lookup {

// Code points. A dictionary and a table have KUMA's limits; the others only keep rows bounded.
std::size_t most_in_key(Kind kind) noexcept;
std::size_t most_in_value(Kind kind) noexcept;

class RowBuilder {
 public:
  // Borrows the shape.
  explicit RowBuilder(const Shape& shape);

  // Forgets the row.
  void clear() noexcept;

  // An empty text is nothing. REQUIRES: part and column of the shape
  [[nodiscard]] std::string set_key(std::size_t part, std::string_view text);
  [[nodiscard]] std::string set(std::size_t column, std::string_view text);
  // REQUIRES: a column of an array type
  [[nodiscard]] std::string set_list(std::size_t column, std::span<const std::string_view> items);
  // Of assets: texts such as CVE-2021-44228:9, a severity of 0 if there is none.
  [[nodiscard]] std::string set_vulnerabilities(std::span<const std::string_view> items);

  // Joins the parts of the key, or takes them as they are when they come joined. To be called
  // before key().
  [[nodiscard]] std::string finish();
  [[nodiscard]] std::string finish(std::string_view joined);

  std::string_view key() const noexcept { return key_; }
  std::span<const Value> values() const noexcept { return values_; }

 private:
  struct Lists {
    std::vector<TextRef> texts;
    std::vector<std::int64_t> integers;
    std::vector<double> floats;
  };

  std::string check_key() const;

  const Shape& shape_;
  std::size_t most_in_key_;
  std::size_t most_in_value_;
  std::vector<std::string> parts_;
  std::string key_;
  std::vector<Value> values_;
  std::vector<Lists> lists_;
};

}  // namespace weir::lookup
