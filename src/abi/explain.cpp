// The exported function that answers why.

#include "abi/checks.h"
#include "abi/handles.h"

using namespace weir;
using namespace weir::abi;

std::int32_t weir_explain(weir_engine* engine, const weir_question* question, weir_write_fn write,
                          void* user, weir_error* error) {
  return guarded(error, [&] {
    weir_engine& asked = entered(engine);
    required(question, "question is NULL; pass an event, a record or a line");
    if (write == nullptr) refuse("write is NULL; pass a function");
    const weir_question known = read_struct(
        question, "weir_question.struct_size is wrong; set it to sizeof(weir_question)");
    const std::string_view line = text_of(known.line.data, known.line.size);
    if ((known.event != nullptr) + (known.record != nullptr) + !line.empty() != 1)
      refuse("question holds none or several of event, record and line; pass one of them");
    if (known.preset > rule::presets().size())
      refuse("weir_question.preset is none that weir_preset_id gave");
    const std::string answer = asked.engine.explain(
        {known.event, known.record, line, known.preset, checked_time(known.now)});
    const engine::InsideCallback inside(asked.engine);
    write(user, answer.data(), answer.size());
    return Status::ok;
  });
}
