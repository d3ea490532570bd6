// Any bytes as calls of the ABI on valid handles: no crash, no finding, the law of conservation
// after each call; at the end, after a flush, nothing is open and every output was accepted exactly
// once.

#include "abi_engine.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace fuzz;
  Choices choices(data, size);
  weir_engine_options options{};
  options.struct_size = sizeof options;
  options.clock = choices.one_in(3) ? WEIR_CLOCK_EVENT : WEIR_CLOCK_HOST;
  options.instance = {"fuzz", 4};
  if (choices.one_in(4)) options.max_groups = 1 + choices.below(8);
  if (choices.one_in(8)) options.max_bytes = std::uint64_t{choices.byte()} << 12U;
  if (choices.one_in(4)) options.max_future_skew = 1'000'000'000;
  {
    DrivenEngine engine(choices, options);
    const bool compares = choices.one_in(2);
    while (!choices.empty()) engine.step();
    if (compares)
      engine.compare_with_twin();
    else
      engine.finish();
  }
  require(living_users == 0, "every user's data was destroyed once");
  return 0;
}
