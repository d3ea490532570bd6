#include "enrich/table_lookup.h"

#include <fmt/format.h>

#include <cstring>

#include "base/error.h"

namespace weir::enrich {

namespace {

// A key on the stack: no entry has a longer one than 1,024 characters.
class Key {
 public:
  bool add(std::string_view text) noexcept {
    if (text.size() > sizeof bytes_ - size_) return false;
    if (!text.empty()) std::memcpy(bytes_ + size_, text.data(), text.size());
    size_ += text.size();
    return true;
  }
  std::string_view text() const noexcept { return {bytes_, size_}; }

 private:
  char bytes_[4 * 1024];
  std::size_t size_ = 0;
};

}  // namespace

TableLookup::TableLookup(const DictionarySettings& settings, Wiring& wiring) {
  const auto* const named = wiring.tables.find(lookup::Kind::dictionary, settings.dictionary);
  if (named == nullptr)
    throw Failure(Status::invalid_document,
                  fmt::format("unknown dictionary '{}'; declare it under 'dictionaries'",
                              settings.dictionary));
  table_ = named->rows;
  add_keys(settings.keys, wiring);
  columns_.push_back({0, wiring.target(settings.target)});
}

TableLookup::TableLookup(const TableSettings& settings, Wiring& wiring) {
  const lookup::NamedTable* const named = find_columns(wiring.tables, settings.table);
  if (named == nullptr)
    throw Failure(Status::invalid_document,
                  fmt::format("unknown table '{}'; declare it under 'tables', 'active_lists' or "
                              "'context_tables'",
                              settings.table));
  table_ = named->rows;
  add_keys(settings.keys, wiring);
  for (const ColumnTarget& row : settings.mapping) {
    const std::size_t column = table_->column(row.column);
    if (column == lookup::Table::no_column)
      throw Failure(Status::invalid_document,
                    fmt::format("'{}' has no column '{}'; declare it under 'columns'",
                                settings.table, row.column));
    columns_.push_back({column, wiring.target(row.target)});
  }
}

void TableLookup::add_keys(const std::vector<FieldId>& keys, Wiring& wiring) {
  for (const FieldId key : keys) keys_.push_back(wiring.source(key));
}

const Value* TableLookup::find(const Subject& subject) const noexcept {
  char digits[32];
  if (keys_.size() == 1) {
    const std::string_view key = as_text(subject.value(keys_[0]), digits);
    return key.empty() ? nullptr : table_->find(key, subject.clock());
  }
  // As in filters: an absent part is an empty text, an array is no part of a key.
  Key key;
  for (std::size_t i = 0; i < keys_.size(); ++i) {
    const Value& value = subject.value(keys_[i]);
    if (is_array(value.kind) && !is_absent(value)) return nullptr;
    if ((i > 0 && !key.add("|")) || !key.add(as_text(value, digits))) return nullptr;
  }
  return table_->find(key.text(), subject.clock());
}

Effect TableLookup::apply(Subject& subject) const {
  const Value* const entry = find(subject);
  if (entry == nullptr) return Effect::missed;
  bool set = false, failed = false;
  for (const Column& column : columns_) {
    const Value& value = entry[column.column];
    if (is_absent(value)) continue;
    const bool stored = subject.put(column.target, value);
    set = set || stored;
    failed = failed || !stored;
  }
  return failed ? Effect::failed : set ? Effect::applied : Effect::missed;
}

}  // namespace weir::enrich
