#include "enrich/table_lookup.h"

#include "base/error.h"

namespace weir::enrich {

TableLookup::TableLookup(const DictionarySettings&, Wiring&) {
  throw Failure(Status::not_supported, "not supported yet");
}
TableLookup::TableLookup(const TableSettings&, Wiring&) {
  throw Failure(Status::not_supported, "not supported yet");
}

Effect TableLookup::apply(Subject&) const { return Effect::missed; }

}  // namespace weir::enrich
