// An enrichment rule as a document states it, validated.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/moment.h"
#include "enrich/conversion.h"
#include "enrich/template_text.h"
#include "event/field_map.h"
#include "event/schema.h"
#include "filter/tree.h"
#include "lookup/geo_database.h"
#include "lookup/tables.h"

namespace weir::enrich {

// A function of the host: the name it was bound to; empty for a rule created with one.
struct HostSettings {
  std::string callback;
  std::vector<FieldId> targets;  // as its document says
};

// An empty value clears the field; on an array field it is appended.
struct ConstantSettings {
  weir::Constant value = std::string();
  FieldId target = 0;
};

struct EventSettings {
  FieldId source = 0;
  FieldId target = 0;
  std::vector<Conversion> conversions;
};

// Lookups by name or id, as documents have them.
struct DictionarySettings {
  std::string dictionary;
  std::vector<FieldId> keys;
  FieldId target = 0;
};

struct ColumnTarget {
  std::string column;
  FieldId target = 0;
};

struct TableSettings {
  std::string table;
  std::vector<FieldId> keys;
  std::vector<ColumnTarget> mapping;
};

// The lookup that such a rule names: a table, an active list or a context table. Null if there is
// none.
const lookup::NamedTable* find_columns(const lookup::Tables& tables, std::string_view name);

struct TemplateSettings {
  std::shared_ptr<const TemplateText> text;
  FieldId target = 0;
};

struct GeoTarget {
  lookup::GeoColumn column = lookup::GeoColumn::country;
  FieldId target = 0;
};

struct GeographicSettings {
  FieldId source = 0;  // text
  std::shared_ptr<const lookup::GeoDatabase> data;
  std::vector<GeoTarget> mapping;
};

// Writes DeviceTimeZone. The zone is a name of the system's tz database.
struct TimezoneSettings {
  std::string zone;
};

// Names of addresses and addresses of names.
struct DnsSettings {
  std::vector<std::string> servers;  // ADDRESS or ADDRESS:PORT; empty: the system's
  FieldId source = 0;
  FieldId target = 0;
  std::uint32_t rps = 1000;   // requests per second
  std::uint32_t workers = 0;  // questions in flight; 0: 64
  Duration timeout{5'000'000'000};
  Duration cache_ttl{60'000'000'000};
  std::uint64_t cache_bytes = std::uint64_t{64} << 20;
  std::uint64_t queue = 1'000'000;
  bool recursion = true;
  bool private_only = true;
  friend bool operator==(const DnsSettings&, const DnsSettings&) = default;
};

enum class IndicatorKind : std::uint8_t { url, ip, hash };

struct IndicatorSource {
  FieldId source = 0;
  IndicatorKind kind = IndicatorKind::ip;
  friend bool operator==(const IndicatorSource&, const IndicatorSource&) = default;
};

struct ContextTarget {
  std::string key;
  FieldId target = 0;
  friend bool operator==(const ContextTarget&, const ContextTarget&) = default;
};

struct CyberTraceSettings {
  std::string host;
  std::uint16_t port = 0;
  std::uint32_t connections = 0;  // 0: as many as there are processors
  std::uint32_t rps = 1000;       // requests per second; 0: no limit
  Duration timeout{30'000'000'000};
  Duration reconnect{10'000'000'000};  // the longest pause between two attempts to connect
  std::uint64_t queue = 1'000'000;     // events waiting
  Duration cache_ttl;                  // 0: none
  std::uint64_t cache_bytes = std::uint64_t{64} << 20;
  bool debug = false;
  std::vector<IndicatorSource> mapping;
  std::vector<ContextTarget> into;
  friend bool operator==(const CyberTraceSettings&, const CyberTraceSettings&) = default;
};

using Kind = std::variant<HostSettings, ConstantSettings, EventSettings, DictionarySettings,
                          TableSettings, TemplateSettings, GeographicSettings, TimezoneSettings,
                          DnsSettings, CyberTraceSettings>;

// `constant`, `event` …: as documents have it.
std::string_view type_name(const Kind& kind) noexcept;

// The fields that a rule fills, as far as it says so.
std::vector<FieldId> targets_of(const Kind& kind);

struct Settings {
  std::string name;
  Kind kind;
  std::optional<filter::Node> filter;
  std::vector<FieldId> targets;  // the fields that the rule fills, as far as it says so
};

}  // namespace weir::enrich
