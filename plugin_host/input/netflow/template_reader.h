// The templates in one template set, of data or of options, of v9 or of IPFIX: one at a time.
#pragma once

#include <cstdint>
#include <memory>

#include "input/netflow/bytes.h"
#include "input/netflow/template.h"

namespace weir::host {

// Of sets of records; below it are the reserved ones and those of templates.
constexpr std::uint16_t kFirstDataSet = 256;

class TemplateReader {
 public:
  struct Entry {
    std::uint16_t id = 0;
    std::unique_ptr<Template> definition;  // nullptr: the template is withdrawn
  };

  TemplateReader(Bytes set, bool ipfix, bool options) noexcept
      : set_(set), ipfix_(ipfix), options_(options) {}

  // False at the end of the set, and where it is broken.
  bool next();
  Entry& entry() noexcept { return entry_; }
  bool good() const noexcept { return good_; }

 private:
  struct Counts {
    std::size_t scopes = 0;
    std::size_t fields = 0;  // behind the scopes
  };
  bool read_counts(Counts& counts) noexcept;
  bool read_field(bool scope, Template& definition);
  bool fail() noexcept;

  Bytes set_;
  bool ipfix_;
  bool options_;
  bool good_ = true;
  Entry entry_;
};

}  // namespace weir::host
