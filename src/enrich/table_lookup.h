// `type: dictionary` and `type: table`: values of a lookup's entry into fields.
#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "enrich/settings.h"
#include "enrich/subject.h"
#include "lookup/table.h"

namespace weir::enrich {

class TableLookup {
 public:
  // Throw Failure(invalid_document): a lookup or a column that is not there.
  TableLookup(const DictionarySettings& settings, Wiring& wiring);
  TableLookup(const TableSettings& settings, Wiring& wiring);
  // missed: no entry for the key of the event, or one whose columns are all absent. An absent
  // column leaves its field as it was.
  Effect apply(Subject& subject) const;

 private:
  struct Column {
    std::size_t column = 0;
    Target target;
  };

  void add_keys(const std::vector<FieldId>& keys, Wiring& wiring);
  // Null: the event has no key.
  const Value* find(const Subject& subject) const noexcept;

  std::shared_ptr<const lookup::Table> table_;
  std::vector<Slot> keys_;  // joined with '|'
  std::vector<Column> columns_;
};

}  // namespace weir::enrich
