// The fields that an aggregation rule names, and which of them may play which part.
#pragma once

#include <map>
#include <string_view>
#include <vector>

#include "event/schema.h"
#include "rule/findings.h"
#include "rule/settings_map.h"

namespace weir::rule {

enum class Part : std::uint8_t { identical, unique, sum };

// True if the documents of this version may give a standard field that part: what an editor offers.
bool may_play(const StandardField& field, Part part) noexcept;

// Reads the three lists of one rule; a field stands in one of them, once.
class FieldLists {
 public:
  explicit FieldLists(const SettingsMap& rule) : rule_(rule) {}

  std::vector<FieldId> read(std::string_view key, Part part);

 private:
  struct Place {
    std::string_view key;
    std::size_t offset;
  };

  bool read_field(const Node& node, std::string_view key, Part part, FieldId& id);
  bool is_free(const Node& node, std::string_view key, FieldId id);

  const SettingsMap& rule_;
  std::map<FieldId, Place> taken_;
};

}  // namespace weir::rule
