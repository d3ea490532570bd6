// The fields that an aggregation rule names, and which of them may play which part.
#pragma once

#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "event/schema.h"
#include "rule/findings.h"
#include "rule/settings_map.h"

namespace weir::rule {

enum class Part : std::uint8_t { identical, unique, sum, result };  // result: of a statistic

// Where `output_reason` writes.
inline constexpr std::string_view close_reason = "S.CloseReason";

// True if documents with KUMA's schema may give a standard field that part: what an editor offers.
bool may_play(const StandardField& field, Part part) noexcept;

// The field that a node names. Reports a node that is no name, as "`must`, not …" (must:
// "sum_fields must hold names of fields"), and a name that the schema does not have.
std::optional<FieldId> read_field(const Node& node, std::string_view must, Schema schema,
                                  Findings& findings);

// Reads the three lists of one rule and what else names fields for a part; a field plays one part,
// once.
class FieldLists {
 public:
  FieldLists(const SettingsMap& rule, Schema schema) : rule_(rule), schema_(schema) {}

  // Call it first: nothing else may then play a part with the field.
  void reserve_close_reason(const Node& output_reason);

  std::vector<FieldId> read(std::string_view key, Part part);

  // False, with the reason reported, if the field cannot play the part, or plays one already.
  // `key`: what names it.
  bool take(const Node& node, FieldId id, std::string_view key, Part part);

 private:
  struct Place {
    std::string_view key;
    std::size_t offset;
  };

  void report_taken(const Node& node, std::string_view key, const Place& first) const;

  const SettingsMap& rule_;
  Schema schema_;
  std::map<FieldId, Place> taken_;
};

}  // namespace weir::rule
