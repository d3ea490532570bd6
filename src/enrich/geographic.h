// `type: geographic`: where an address is.
#pragma once

#include <memory>
#include <vector>

#include "enrich/settings.h"
#include "enrich/subject.h"
#include "lookup/geo_database.h"

namespace weir::enrich {

class Geographic {
 public:
  Geographic(const GeographicSettings& settings, Wiring& wiring);
  // missed: no address, or one of which the database says nothing that is mapped. A column that is
  // absent leaves its field as it is. failed: no value that there was fits its field.
  Effect apply(Subject& subject) const;

 private:
  struct Column {
    lookup::GeoColumn column;
    Target target;
  };
  Slot source_;
  std::shared_ptr<const lookup::GeoDatabase> data_;
  lookup::GeoColumns wanted_;
  std::vector<Column> columns_;
};

}  // namespace weir::enrich
