// Filters and enrichers of the host that remember what they were shown.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "host.h"

namespace host {

// A filter that takes what `take` says and remembers what it was asked.
struct Filter {
  std::function<std::int32_t(const weir_event&)> take = [](const weir_event&) { return WEIR_TAKE; };
  std::vector<std::map<std::string, std::string>> asked;
  std::vector<std::uint32_t> kinds;  // of the first field
  std::vector<std::uint32_t> fields;

  weir_callbacks callbacks() {
    weir_callbacks given{};
    given.struct_size = sizeof given;
    given.filter = ask;
    given.fields = fields.empty() ? nullptr : fields.data();
    given.field_count = fields.size();
    given.user = this;
    return given;
  }

 private:
  static void ask(void* user, const weir_event* events, std::uint64_t count,
                  std::int32_t* answers) {
    Filter& self = *static_cast<Filter*>(user);
    for (std::uint64_t i = 0; i < count; ++i) {
      EXPECT_EQ(answers[i], WEIR_CALLBACK_FAILED) << "answers are preset to failure";
      self.asked.push_back(print(events[i]));
      self.kinds.push_back(events[i].field_count > 0 ? events[i].fields[0].kind : 0U);
      const std::int32_t answer = self.take(events[i]);
      if (answer >= 0) answers[i] = answer;
    }
  }
};

// An enricher that does what `enrich` says and remembers what it was shown.
struct Enricher {
  std::function<std::int32_t(const weir_event&, weir_additions*)> enrich;
  std::vector<std::map<std::string, std::string>> shown;
  std::vector<std::uint32_t> fields;

  weir_callbacks callbacks() {
    weir_callbacks given{};
    given.struct_size = sizeof given;
    given.enrich = show;
    given.fields = fields.empty() ? nullptr : fields.data();
    given.field_count = fields.size();
    given.user = this;
    return given;
  }

 private:
  static void show(void* user, const weir_event* event, weir_additions* additions,
                   std::int32_t* answer) {
    Enricher& self = *static_cast<Enricher*>(user);
    EXPECT_EQ(*answer, WEIR_CALLBACK_FAILED);
    self.shown.push_back(print(*event));
    const std::int32_t given = self.enrich(*event, additions);
    if (given != WEIR_CALLBACK_FAILED) *answer = given;
  }
};

// As an enricher adds a field.
inline std::int32_t set(weir_additions* additions, std::string_view name, const Scalar& value) {
  const weir_field made = field(name, value);
  return weir_set_field(additions, &made, nullptr);
}

// Rules that a filter or an enricher is for.
inline constexpr const char* plain_rule =
    "name: mine\nidentical_fields: [SourceAddress]\nthreshold: 2\n";
inline constexpr const char* host_enrichment = "name: adds\ntype: host\n";

inline bool is_even(const weir_event& event) { return event.cookie % 2 == 0; }

}  // namespace host
