#include "enrich/geographic.h"

#include "base/ip.h"

namespace weir::enrich {

Geographic::Geographic(const GeographicSettings& settings, Wiring& wiring)
    : source_(wiring.source(settings.source)), data_(settings.data) {
  for (const GeoTarget& row : settings.mapping) {
    wanted_.add(row.column);
    columns_.push_back({row.column, wiring.target(row.target)});
  }
}

Effect Geographic::apply(Subject& subject) const {
  const Value& source = subject.value(source_);
  if (source.kind != weir::Kind::text) return Effect::missed;
  const auto address = parse_address(source.text());
  lookup::GeoPlace place;
  if (!address || !data_->find(*address, wanted_, place)) return Effect::missed;
  Effect effect = Effect::missed;
  for (const Column& column : columns_) {
    const Value& value = place[static_cast<std::size_t>(column.column)];
    if (!value.present()) continue;
    if (subject.set(column.target, value))
      effect = Effect::applied;
    else if (effect == Effect::missed)
      effect = Effect::failed;
  }
  return effect;
}

}  // namespace weir::enrich
