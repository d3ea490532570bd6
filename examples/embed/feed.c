/* Aggregates NDJSON from standard input with libweir, loaded at run time.
 *
 *   cc -Iinclude examples/embed/feed.c -o feed -ldl
 *   ./feed path/to/libweir.so.0 examples/netflow9.yaml < flows.ndjson
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "weir/weir.h"

/* One pointer a function; dlsym knows them by name. */
static struct {
  uint32_t (*abi_version)(void);
  int32_t (*create_engine)(const weir_engine_options*, weir_engine**, weir_error*);
  int32_t (*destroy_engine)(weir_engine*, weir_error*);
  int32_t (*load)(weir_engine*, const char*, uint64_t, weir_error*);
  int32_t (*feed_ndjson)(weir_engine*, const char*, uint64_t, int64_t, uint32_t, const weir_sink*,
                         weir_cursor*, weir_error*);
  int32_t (*flush)(weir_engine*, int64_t, const weir_sink*, weir_error*);
} weir;

static void* look_up(void* library, const char* name) {
  void* found = dlsym(library, name);
  if (found == NULL) {
    fprintf(stderr, "%s is not in the library: %s\n", name, dlerror());
    exit(1);
  }
  return found;
}

static void load_library(const char* path) {
  void* library = dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_DEEPBIND);
  if (library == NULL) {
    fprintf(stderr, "%s\n", dlerror());
    exit(1);
  }
  *(void**)&weir.abi_version = look_up(library, "weir_abi_version");
  *(void**)&weir.create_engine = look_up(library, "weir_create_engine");
  *(void**)&weir.destroy_engine = look_up(library, "weir_destroy_engine");
  *(void**)&weir.load = look_up(library, "weir_load");
  *(void**)&weir.feed_ndjson = look_up(library, "weir_feed_ndjson");
  *(void**)&weir.flush = look_up(library, "weir_flush");
  if (weir.abi_version() >> 16 != WEIR_ABI_MAJOR) {
    fprintf(stderr, "the library has another ABI than this program\n");
    exit(1);
  }
}

static void check(int32_t status, const weir_error* error) {
  if (status >= 0) return;
  if (error->line > 0) fprintf(stderr, "line %u, column %u: ", error->line, error->column);
  fprintf(stderr, "%s\n", error->message);
  exit(1);
}

/* Receives whole lines, and the lines that could not be read, each with its number and the reason.
 */
static void accept(void* user, const weir_output* output, int32_t* answer) {
  (void)user;
  if (output->kind == WEIR_OUTPUT_REJECTED) {
    fprintf(stderr, "line %llu: %s\n", (unsigned long long)output->line, output->message.data);
    *answer = WEIR_ACCEPT;
  } else if (fwrite(output->bytes.data, 1, output->bytes.size, stdout) == output->bytes.size) {
    *answer = WEIR_ACCEPT; /* no answer would mean: offer it again */
  }
}

static char* read_file(const char* path, uint64_t* size) {
  FILE* file = fopen(path, "rb");
  char* text = malloc(1 << 20);
  if (file == NULL || text == NULL) {
    perror(path);
    exit(1);
  }
  *size = fread(text, 1, 1 << 20, file);
  fclose(file);
  return text;
}

int main(int argc, char** argv) {
  static char buffer[5 << 20]; /* a line may have 4 MiB */
  weir_error error = {sizeof error, 0, 0, 0, 0, {0}};
  weir_sink sink = {sizeof sink, WEIR_FORM_NDJSON, accept, NULL};
  weir_cursor cursor = {sizeof cursor, 0, 0, 0, 0, 0, 0};
  weir_engine* engine;
  uint64_t size, held = 0;
  char* document;
  int last = 0;
  if (argc != 3) {
    fprintf(stderr, "usage: feed LIBRARY RULES < EVENTS\n");
    return 2;
  }
  load_library(argv[1]);
  document = read_file(argv[2], &size);
  check(weir.create_engine(NULL, &engine, &error), &error);
  check(weir.load(engine, document, size, &error), &error);
  while (!last) {
    /* Read behind what the last call left: the beginning of a line. */
    uint64_t got = fread(buffer + held, 1, sizeof buffer - held, stdin);
    last = got == 0;
    held += got;
    check(weir.feed_ndjson(engine, buffer, held, (int64_t)time(NULL) * 1000000000,
                           last ? WEIR_LAST : 0, &sink, &cursor, &error),
          &error);
    held -= cursor.consumed;
    memmove(buffer, buffer + cursor.consumed, held);
  }
  check(weir.flush(engine, 0, &sink, &error), &error);
  check(weir.destroy_engine(engine, &error), &error);
  free(document);
  return 0;
}
