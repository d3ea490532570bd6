/* A library that was opened at run time: for the tests that must not link it. C99 and C++.
 * Everything is static, as each program has one file. C needs -D_GNU_SOURCE, for RTLD_DEEPBIND. */
#ifndef WEIR_TESTS_API_LOADED_H
#define WEIR_TESTS_API_LOADED_H

#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "weir/weir.h"

/* As hosts open it. Sanitizers refuse DEEPBIND. */
#ifdef WEIR_SANITIZED
enum { OPEN_FLAGS = RTLD_NOW | RTLD_LOCAL };
#else
enum { OPEN_FLAGS = RTLD_NOW | RTLD_LOCAL | RTLD_DEEPBIND };
#endif

typedef struct loaded {
  void* handle;
  uint32_t (*abi_version)(void);
  int32_t (*field_id)(const char*, uint64_t, uint32_t*, weir_error*);
  int32_t (*create_engine)(const weir_engine_options*, weir_engine**, weir_error*);
  int32_t (*destroy_engine)(weir_engine*, weir_error*);
  int32_t (*load)(weir_engine*, const char*, uint64_t, weir_error*);
  int32_t (*feed)(weir_engine*, const weir_event*, uint64_t, int64_t, const weir_sink*, uint64_t*,
                  weir_error*);
  int32_t (*feed_ndjson)(weir_engine*, const char*, uint64_t, int64_t, uint32_t, const weir_sink*,
                         weir_cursor*, weir_error*);
  int32_t (*advance)(weir_engine*, int64_t, const weir_sink*, weir_error*);
  int32_t (*flush)(weir_engine*, int64_t, const weir_sink*, weir_error*);
  int32_t (*create_rule)(weir_engine*, const char*, uint64_t, const weir_callbacks*, weir_rule**,
                         weir_error*);
  int32_t (*destroy_rule)(weir_rule*, weir_error*);
  int32_t (*get_stats)(weir_engine*, weir_stats*, weir_error*);
} loaded;

/* Ends the program with the sentence, when what must be true is not. Without exit's handlers: other
 * threads may be at work. */
static void require(int truth, const char* sentence) {
  if (truth) return;
  fprintf(stderr, "failed: %s\n", sentence);
  _Exit(1);
}

/* ISO C has no cast from void* to a function pointer; POSIX says that their bytes agree. */
static void find(void* handle, const char* name, void* function) {
  void* symbol = dlsym(handle, name);
  require(symbol != NULL, name);
  memcpy(function, &symbol, sizeof symbol);
}

static loaded open_library(const char* path, int flags) {
  loaded library;
  library.handle = dlopen(path, flags);
  require(library.handle != NULL, library.handle ? "" : dlerror());
  find(library.handle, "weir_abi_version", &library.abi_version);
  find(library.handle, "weir_field_id", &library.field_id);
  find(library.handle, "weir_create_engine", &library.create_engine);
  find(library.handle, "weir_destroy_engine", &library.destroy_engine);
  find(library.handle, "weir_load", &library.load);
  find(library.handle, "weir_feed", &library.feed);
  find(library.handle, "weir_feed_ndjson", &library.feed_ndjson);
  find(library.handle, "weir_advance", &library.advance);
  find(library.handle, "weir_flush", &library.flush);
  find(library.handle, "weir_create_rule", &library.create_rule);
  find(library.handle, "weir_destroy_rule", &library.destroy_rule);
  find(library.handle, "weir_get_stats", &library.get_stats);
  return library;
}

static void count_outputs(void* user, const weir_output* output, int32_t* answer) {
  *(uint64_t*)user += output->count;
  *answer = WEIR_ACCEPT;
}

enum { USED_EVENTS = 1000, USED_GROUPS = 10 };

static weir_engine* create_engine(const loaded* library) {
  /* Both of the library's own libraries are needed: RE2 for `match`, oneTBB for the buckets. */
  static const char document[] =
      "aggregation:\n"
      "  - name: used\n"
      "    threshold: 10\n"
      "    identical_fields: [SourcePort]\n"
      "    filter: \"Message match '^(ab|cd)+[0-9]{2}$'\"\n";
  weir_error error = {sizeof(weir_error), 0, 0, 0, 0, {0}};
  weir_engine* engine = NULL;
  require(library->create_engine(NULL, &engine, &error) == WEIR_OK, error.message);
  require(library->load(engine, document, sizeof document - 1, &error) == WEIR_OK, error.message);
  return engine;
}

/* Feeds events that all match, of ten groups: a hundred outputs when nobody else feeds. Returns the
 * number of outputs. */
static uint64_t feed_events(const loaded* library, weir_engine* engine) {
  weir_error error = {sizeof(weir_error), 0, 0, 0, 0, {0}};
  uint64_t outputs = 0;
  const weir_sink sink = {sizeof(weir_sink), WEIR_FORM_EVENTS, count_outputs, &outputs};
  uint32_t port;
  uint32_t message;
  uint64_t i;
  require(library->field_id("SourcePort", 10, &port, &error) == WEIR_OK, error.message);
  require(library->field_id("Message", 7, &message, &error) == WEIR_OK, error.message);
  for (i = 0; i < USED_EVENTS; ++i) {
    const weir_field fields[2] = {
        {port, WEIR_INTEGER, 0, i % USED_GROUPS},
        {message, WEIR_TEXT, 8, (uint64_t)(uintptr_t) "abcdab42"},
    };
    const weir_event event = {fields, 2, i};
    require(library->feed(engine, &event, 1, 1, &sink, NULL, &error) == WEIR_OK, error.message);
  }
  return outputs;
}

#endif
