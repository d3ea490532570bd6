#include "run/reload.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "commands/diagnostics.h"
#include "failure.h"
#include "file_descriptor.h"
#include "run/stop.h"

namespace weir::host {

RuleReload::RuleReload(const Library& library, std::string rules, bool watch, Console& console)
    : library_(library), rules_(std::move(rules)), console_(console) {
  if (watch) files_.emplace().watch({rules_});
  document_ = read_file(rules_);
  watch_named(document_);
}

// Before they are loaded: what changes while that reads them is seen afterwards.
void RuleReload::watch_named(const std::string& document) {
  if (!files_) return;
  std::vector<std::string> paths = named_files(library_, document, directory_of(rules_));
  paths.push_back(rules_);
  files_->watch(paths);
}

void RuleReload::step(Engine& engine, std::int64_t now) {
  const bool asked = take_reload_request();
  const bool changed = files_ && files_->changed(now);
  if (!asked && !changed) return;
  if (asked && files_) files_->accept();
  if (load(engine)) engine.offer_waiting();
}

bool RuleReload::load(Engine& engine) {
  try {
    if (rules_ == "-") {
      throw Failure(Exit::bad_input,
                    "rules from standard input cannot be read again; give their file with -r");
    }
    EngineSettings settings{.rules = rules_, .document = read_file(rules_), .instance = {}};
    watch_named(settings.document);
    const weir_stats before = engine.stats();
    engine.reload(settings);
    tell(before, engine.stats());
    return true;
  } catch (const Failure& failure) {
    console_.line(fmt::format("weir: {}", failure.what()));
    console_.line("weir: nothing was reloaded; the rules before stay in force");
    return false;
  }
}

void RuleReload::tell(const weir_stats& before, const weir_stats& now) {
  const auto kept = now.rules_kept - before.rules_kept;
  const auto changes = now.rules_changed + now.rules_added + now.rules_removed -
                       before.rules_changed - before.rules_added - before.rules_removed;
  if (kept + changes == 0) {
    console_.line(fmt::format("weir: reloaded {}, which has no aggregation rules", rules_));
    return;
  }
  console_.line(
      fmt::format("weir: reloaded {}: {} {} kept, {} changed, {} added, {} removed", rules_, kept,
                  kept == 1 ? "rule" : "rules", now.rules_changed - before.rules_changed,
                  now.rules_added - before.rules_added, now.rules_removed - before.rules_removed));
}

}  // namespace weir::host
