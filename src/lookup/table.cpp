#include "lookup/table.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

namespace weir::lookup {

std::string_view kind_name(Kind kind) noexcept {
  constexpr std::array<std::string_view, 7> names{
      "", "dictionary", "table", "active list", "context table", "assets", "directory"};
  return names[static_cast<std::size_t>(kind)];
}

Shape fixed_shape(Kind kind) {
  Shape shape;
  shape.kind = kind;
  shape.keys = {{"key", FieldType::text}};
  if (kind == Kind::assets)
    shape.columns = {{"categories", FieldType::text_array},
                     {"vulnerabilities", FieldType::text_array},
                     {"severities", FieldType::number_array}};
  else if (kind == Kind::directory)
    shape.columns = {{"groups", FieldType::text_array}};
  else
    shape.columns = {{"value", FieldType::text}};
  return shape;
}

struct Table::Rows {
  struct Row {
    std::vector<Value> values;
  };
  std::map<std::string, Row, std::less<>> rows;
};

Table::Table(Shape shape) : shape_(std::move(shape)), rows_(std::make_unique<Rows>()) {}
Table::~Table() = default;
Table::Table(Table&&) noexcept = default;
Table& Table::operator=(Table&&) noexcept = default;

std::size_t Table::column(std::string_view name) const noexcept {
  for (std::size_t i = 0; i < shape_.columns.size(); ++i)
    if (shape_.columns[i].name == name) return i;
  return no_column;
}

const Value* Table::find(std::string_view key, const Clock&) const noexcept {
  const auto found = rows_->rows.find(key);
  return found == rows_->rows.end() ? nullptr : found->second.values.data();
}

void Table::put(std::string_view key, std::span<const Value> values, const Clock&) {
  rows_->rows[std::string(key)] = {{values.begin(), values.end()}};
}

bool Table::erase(std::string_view key) noexcept {
  const auto found = rows_->rows.find(key);
  if (found == rows_->rows.end()) return false;
  rows_->rows.erase(found);
  return true;
}

std::size_t Table::size() const noexcept { return rows_->rows.size(); }
std::size_t Table::bytes() const noexcept { return 0; }

}  // namespace weir::lookup
