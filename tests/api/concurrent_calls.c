/* Everything that is [any-thread], at once: two threads feed fields, two feed NDJSON, one loads
 * documents, creates and destroys rules, advances and flushes. Every event matches whatever rule
 * holds, so none may pass, and every output must arrive in exactly one sink. For the thread
 * sanitizer above all.
 *
 *   concurrent_calls LIBRARY
 */
#include <pthread.h>

#include "loaded.h"

enum { FIELD_FEEDERS = 2, LINE_FEEDERS = 2, FEEDERS = FIELD_FEEDERS + LINE_FEEDERS };
enum { FIELD_ROUNDS = 20, LINE_ROUNDS = 100, LINES = 1000, CHANGES = 200 };

typedef struct shared_state {
  loaded library;
  weir_engine* engine;
} shared_state;

typedef struct worker {
  shared_state* shared;
  uint64_t outputs;
} worker;

static weir_sink sink_of(worker* self, uint32_t form) {
  const weir_sink sink = {sizeof(weir_sink), form, count_outputs, &self->outputs};
  return sink;
}

static void* feed_fields(void* argument) {
  worker* self = (worker*)argument;
  int i;
  for (i = 0; i < FIELD_ROUNDS; ++i)
    self->outputs += feed_events(&self->shared->library, self->shared->engine);
  return NULL;
}

static void* feed_lines(void* argument) {
  worker* self = (worker*)argument;
  const weir_sink sink = sink_of(self, WEIR_FORM_NDJSON);
  static const char format[] = "{\"SourcePort\": %d, \"Message\": \"abcdab42\", \"x\": 1}\n";
  enum { LINE_SIZE = sizeof format + 8 };
  char* text = (char*)malloc((size_t)LINES * LINE_SIZE);
  size_t size = 0;
  int i;
  require(text != NULL, "memory");
  for (i = 0; i < LINES; ++i)
    size += (size_t)snprintf(text + size, LINE_SIZE, format, i % USED_GROUPS);
  for (i = 0; i < LINE_ROUNDS; ++i) {
    weir_cursor cursor = {sizeof(weir_cursor), 0, 0, 0, 0, 0, 0};
    require(self->shared->library.feed_ndjson(self->shared->engine, text, size, 1, 0, &sink,
                                              &cursor, NULL) == WEIR_OK,
            "feed_ndjson");
    require(cursor.consumed == size && cursor.lines == LINES, "all lines were applied");
  }
  free(text);
  return NULL;
}

static weir_stats stats_of(shared_state* shared) {
  weir_stats stats;
  memset(&stats, 0, sizeof stats);
  stats.struct_size = sizeof stats;
  require(shared->library.get_stats(shared->engine, &stats, NULL) == WEIR_OK, "statistics");
  require(stats.events_in == stats.rejected + stats.filtered + stats.passed + stats.taken,
          "events are conserved");
  return stats;
}

static void* change(void* argument) {
  static const char filtered[] =
      "aggregation:\n"
      "  - {name: used, identical_fields: [SourcePort], filter: Message contains 'ab'}\n";
  static const char* const documents[] = {
      "aggregation:\n  - {name: used, threshold: 10, identical_fields: [SourcePort]}\n",
      "aggregation:\n  - {name: used, threshold: 7, identical_fields: [Message, SourcePort]}\n",
      filtered,
  };
  static const char other[] = "name: other\nthreshold: 3\nidentical_fields: [SourcePort]\n";
  worker* self = (worker*)argument;
  const loaded* library = &self->shared->library;
  weir_engine* engine = self->shared->engine;
  const weir_sink sink = sink_of(self, WEIR_FORM_EVENTS);
  weir_error error = {sizeof(weir_error), 0, 0, 0, 0, {0}};
  int i;
  for (i = 0; i < CHANGES; ++i) {
    const char* document = documents[i % 3];
    weir_rule* rule = NULL;
    require(library->load(engine, document, strlen(document), &error) == WEIR_OK, error.message);
    require(library->create_rule(engine, other, sizeof other - 1, NULL, &rule, &error) == WEIR_OK,
            error.message);
    stats_of(self->shared);
    require(library->advance(engine, 2 + i, &sink, NULL) == WEIR_OK, "advance");
    require(library->destroy_rule(rule, &error) == WEIR_OK, error.message);
    if (i % 10 == 0) require(library->flush(engine, 0, &sink, NULL) == WEIR_OK, "flush");
  }
  return NULL;
}

int main(int argc, char** argv) {
  shared_state shared;
  worker workers[FEEDERS + 1];
  pthread_t threads[FEEDERS + 1];
  weir_stats stats;
  uint64_t outputs = 0;
  int i;
  require(argc == 2, "usage: concurrent_calls LIBRARY");
  shared.library = open_library(argv[1], OPEN_FLAGS);
  shared.engine = create_engine(&shared.library);
  for (i = 0; i <= FEEDERS; ++i) {
    void* (*work)(void*) = i < FIELD_FEEDERS ? feed_fields : i < FEEDERS ? feed_lines : change;
    workers[i].shared = &shared;
    workers[i].outputs = 0;
    require(pthread_create(&threads[i], NULL, work, &workers[i]) == 0, "a thread starts");
  }
  for (i = 0; i <= FEEDERS; ++i) pthread_join(threads[i], NULL);
  {
    const weir_sink sink = sink_of(&workers[0], WEIR_FORM_EVENTS);
    require(shared.library.flush(shared.engine, 0, &sink, NULL) == WEIR_OK, "flush");
  }
  for (i = 0; i <= FEEDERS; ++i) outputs += workers[i].outputs;
  stats = stats_of(&shared);
  require(stats.events_in == FIELD_FEEDERS * FIELD_ROUNDS * USED_EVENTS +
                                 (uint64_t)LINE_FEEDERS * LINE_ROUNDS * LINES,
          "every event was counted");
  require(stats.passed == 0, "some rule takes every event, whatever was loaded");
  require(outputs == stats.aggregated, "every output arrived once");
  require(shared.library.destroy_engine(shared.engine, NULL) == WEIR_OK, "destroy");
  printf("%lu events, %lu outputs\n", (unsigned long)stats.events_in, (unsigned long)outputs);
  return 0;
}
