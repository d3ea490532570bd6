// The operands of a condition of KUMA's JSON. The keys of the left one begin with `left`, those of
// the right one with `right`; `constant` and `list` belong to the right one.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "filter/tree.h"
#include "rule/kuma_filter.h"

namespace weir::rule {

class KumaOperands {
 public:
  KumaOperands(const Node& node, const KumaReading& reading, Findings& findings)
      : node_(node), reading_(reading), findings_(findings) {}

  // Of all that was read.
  bool good() const noexcept { return good_; }

  // Where the operand stands: what names it, or the condition.
  std::uint32_t place(std::string_view side) const;

  filter::Operand left();
  // item_spans: of a list
  filter::Operand right(std::vector<filter::Span>& item_spans);

  // An entry of a lookup of that kind, as inDictionary and the like ask for it.
  filter::Lookup entry(lookup::Kind kind);
  // What TIDetect asks for.
  filter::Intelligence detected();

 private:
  enum class Kind : std::uint8_t {
    event,
    constant,
    list,
    dictionary,
    table,
    active_list,
    context_table,
    intelligence,
    none
  };

  const Node* find(std::string_view side, std::string_view key) const;
  std::string text(std::string_view side, std::string_view key);
  Kind kind(std::string_view side);
  filter::Operand operand(std::string_view side, std::vector<filter::Span>* item_spans);
  filter::Constant constant(const Node* node);
  filter::List list(std::vector<filter::Span>& item_spans);
  FieldId field(const Node* node, std::string_view key);
  const lookup::NamedTable* table_of(const filter::Lookup& lookup) const;
  filter::Lookup lookup(std::string_view side, lookup::Kind kind, bool column);
  void read_keys(std::string_view side, filter::Lookup& lookup);
  void read_key_map(const Node& map, filter::Lookup& lookup);
  void read_index(std::string_view side, filter::Lookup& lookup);
  filter::Intelligence intelligence(std::string_view side);
  void check_event(std::string_view side);
  void error(std::size_t offset, std::string message);

  const Node& node_;
  const KumaReading& reading_;
  Findings& findings_;
  bool good_ = true;
};

}  // namespace weir::rule
