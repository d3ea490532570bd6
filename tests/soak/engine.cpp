#include "engine.h"

#include <cstdio>
#include <cstdlib>

#include "documents.h"

namespace soak {
namespace {

weir_error no_error() {
  weir_error error{};
  error.struct_size = sizeof error;
  return error;
}

// Takes half of what it is asked about, and adds a field.
weir_callbacks callbacks() {
  weir_callbacks made{};
  made.struct_size = sizeof made;
  made.filter = [](void*, const weir_event* events, std::uint64_t count, std::int32_t* answers) {
    for (std::uint64_t i = 0; i < count; ++i) {
      const weir_field* fields = events[i].fields;
      bool takes = false;
      for (std::uint64_t f = 0; f < events[i].field_count; ++f)
        takes = takes || (fields[f].kind == WEIR_INTEGER && fields[f].word % 2 == 1);
      answers[i] = takes ? WEIR_TAKE : WEIR_LEAVE;
    }
  };
  made.enrich = [](void*, const weir_event* event, weir_additions* additions,
                   std::int32_t* answer) {
    static const std::uint32_t id = [] {
      std::uint32_t found = 0;
      require(weir_field_id("N.host", 6, &found, nullptr) == WEIR_OK, "N.host is a field");
      return found;
    }();
    const weir_field field{id, WEIR_INTEGER, 0, event->field_count};
    *answer = weir_set_field(additions, &field, nullptr);
  };
  return made;
}

}  // namespace

void require(bool truth, const char* sentence, const char* reason) {
  if (truth) return;
  std::printf("FAILED: %s %s\n", sentence, reason);
  std::fflush(stdout);
  std::_Exit(1);
}

Engine::Engine() {
  weir_engine_options options{};
  options.struct_size = sizeof options;
  options.instance = {"soak", 4};
  weir_error error = no_error();
  require(weir_create_engine(&options, &engine_, &error) == WEIR_OK, "create", error.message);
  const weir_callbacks ours = callbacks();
  require(weir_set_callback(engine_, "ours", 4, &ours, &error) == WEIR_OK, "bind", error.message);
}

Engine::~Engine() { require(weir_destroy_engine(engine_, nullptr) == WEIR_OK, "destroy"); }

void Engine::load(const std::string& document) {
  weir_error error = no_error();
  require(weir_load(engine_, document.data(), document.size(), &error) == WEIR_OK, "load",
          error.message);
}

void Engine::fill_tables(std::uint64_t number) {
  weir_error error = no_error();
  const std::string names = names_rows(number), owners = owners_rows(number);
  weir_table table{
      sizeof table, WEIR_DICTIONARY, {"Names", 5}, WEIR_CSV, 0, {names.data(), names.size()}};
  require(weir_set_table(engine_, &table, &error) == WEIR_OK, "set_table", error.message);
  table.kind = WEIR_TABLE;
  table.name = {"Owners", 6};
  table.rows = {owners.data(), owners.size()};
  require(weir_update_table(engine_, &table, &error) == WEIR_OK, "update_table", error.message);
  const std::string seen = number % 2 == 0 ? "name,note\ndeny,n\n" : "name\ndeny\n";
  table.kind = WEIR_ACTIVE_LIST;
  table.name = {"Seen", 4};
  table.rows = {seen.data(), seen.size()};
  require((number % 2 == 0 ? weir_update_table : weir_erase_from_table)(engine_, &table, &error) ==
              WEIR_OK,
          "rows of Seen", error.message);
}

weir_stats Engine::stats() const {
  weir_stats all{};
  all.struct_size = sizeof all;
  require(weir_get_stats(engine_, &all, nullptr) == WEIR_OK, "there are counters");
  return all;
}

void Engine::check_law() const {
  const weir_stats all = stats();
  require(all.events_in == all.rejected + all.filtered + all.passed + all.taken,
          "events_in = rejected + filtered + passed + taken");
  weir_rule_stats one{};
  one.struct_size = sizeof one;
  for (std::uint64_t i = 0; weir_get_rule_stats(engine_, i, &one, nullptr) == WEIR_OK; ++i)
    require(one.taken == one.out + one.lone + one.open_events,
            "taken = out + lone + open_events of rule", one.name);
}

}  // namespace soak
