// Rows of a shape from a text in any format: which field of a record fills which column, and what
// may be missing.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lookup/record_reader.h"
#include "lookup/row_builder.h"

namespace weir::lookup {

// Throws Failure with the place of what is wrong.
class RowReader {
 public:
  // What rows are read for: to put them, or to erase those with the same keys. Then values do not
  // matter, and columns that the shape has not are passed over.
  enum class Use : std::uint8_t { put, erase };

  // Borrows both.
  RowReader(const Shape& shape, Use use, Format format, std::string_view text);

  // Calls put(key, values) for each row; for an asset once for each of its keys. Valid during the
  // call.
  template <class Put>
  void each(Put put) {
    while (next())
      for (std::size_t i = 0; i < key_count(); ++i) put(key(i), builder_.values());
  }

 private:
  struct Target {
    enum class What : std::uint8_t { nothing, key, asset_key, column, vulnerabilities };
    What what = What::nothing;
    std::size_t index = 0;
  };
  struct Known {
    std::string name;
    Target target;
  };

  bool next();
  std::size_t key_count() const noexcept { return asset_keys_.empty() ? 1 : asset_keys_.size(); }
  std::string_view key(std::size_t i);
  void read_header();
  void check_header(const std::vector<ColumnName>& names, const std::vector<bool>& found) const;
  const Target& target_of(std::size_t number, const RecordField& field);
  Target find_target(const RecordField& field);
  [[noreturn]] void fail_unknown(const RecordField& field) const;
  void set(const Target& target, const RecordField& field);
  void set_column(const Target& target, const RecordField& field);
  void split(std::string_view text);
  void check(const RecordField& field, const std::string& problem) const;

  const Shape& shape_;
  Use use_;
  bool csv_;
  std::string_view text_;
  RecordReader records_;
  RowBuilder builder_;
  Record record_;
  std::string first_name_;                    // of the key that nobody has named
  std::vector<Known> known_;                  // by the field's number in its record
  std::vector<std::string_view> asset_keys_;  // of the row
  std::vector<std::string_view> items_;       // of a list in CSV
};

}  // namespace weir::lookup
