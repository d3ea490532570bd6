// LEEF lines and what OpenTelemetry's collector and Tenzir make of them. Weir agrees with all.

#include "golden/golden_cases.h"
#include "input/formats/leef.h"
#include "unit/host/members.h"

namespace weir::host {
namespace {

TEST(LeefGolden, AgreesWithOtherDecoders) {
  WEIR_NEED_GOLDEN_DATA("leef");
  const auto cases = golden_cases(golden_data() / "leef" / "leef-vectors.json");
  EXPECT_EQ(cases.size(), 12U);
  for (const GoldenCase& golden : cases) {
    SCOPED_TRACE(golden.at("line"));
    GoldenCase expected = below(golden, "expected/attributes");
    expected["leef.version"] = golden.at("expected/leef_version");
    expected["leef.vendor"] = golden.at("expected/vendor");
    expected["leef.product"] = golden.at("expected/product");
    expected["leef.productVersion"] = golden.at("expected/product_version");
    expected["leef.eventId"] = golden.at("expected/event_id");
    const ReadMessage read = read_one(golden.at("line"), read_leef);
    EXPECT_EQ(read.problem, "");
    EXPECT_EQ(read.members, expected);
  }
}

}  // namespace
}  // namespace weir::host
