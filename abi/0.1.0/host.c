/* G7: a host of release 0.1.0, as it was written then. Built against that release's header, run
 * with today's library. It uses every function of the release and checks what it gets; it is not
 * changed any more.
 *
 *   host LIBRARY      exit 1 when the library no longer does what was promised
 */
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

#include "weir/weir.h"

/* clang-format off */
#define EACH_FUNCTION(F) \
  F(abi_version) F(version) F(status_name) F(field_id) F(field_name) F(preset_id) F(describe) \
  F(create_engine) F(destroy_engine) F(create_rule) F(destroy_rule) F(set_callback) F(load) \
  F(set_field) F(set_table) F(update_table) F(erase_from_table) F(explain) F(feed) \
  F(feed_ndjson) F(feed_records) F(create_batch) F(destroy_batch) F(read_ndjson) \
  F(read_records) F(feed_batch) F(advance) F(flush) F(get_stats) F(get_rule_stats) \
  F(get_enrichment_stats) F(get_metrics) F(snapshot) F(restore)
/* clang-format on */

#define DECLARE(name) __typeof__(&weir_##name) name;
static struct { EACH_FUNCTION(DECLARE) } lib;

static int failures = 0;

#define CHECK(what)                                             \
  do {                                                          \
    if (!(what)) {                                              \
      printf("%s:%d: not so: %s\n", __FILE__, __LINE__, #what); \
      ++failures;                                               \
    }                                                           \
  } while (0)

#define GOOD(call)                                                             \
  do {                                                                         \
    memset(&error, 0, sizeof error);                                           \
    error.struct_size = sizeof error;                                          \
    if ((call) != WEIR_OK) {                                                   \
      printf("%s:%d: %s: %s (%s)\n", __FILE__, __LINE__, #call, error.message, \
             lib.status_name(error.status));                                   \
      ++failures;                                                              \
    }                                                                          \
  } while (0)

static weir_error error;

static int resolve(const char* path) {
  void* const library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (library == NULL) {
    printf("%s\n", dlerror());
    return 0;
  }
#define RESOLVE(name)                                 \
  *(void**)&lib.name = dlsym(library, "weir_" #name); \
  if (lib.name == NULL) {                             \
    printf("weir_" #name " is gone\n");               \
    return 0;                                         \
  }
  EACH_FUNCTION(RESOLVE)
  return 1;
}

/* What came out, and what was written, of one engine. */
typedef struct seen {
  uint64_t base, aggregated, rejected, lines, base_events;
  uint64_t size;
  char bytes[1 << 16];
  int destroyed;
} seen;

static uint32_t count_field, source_field, bytes_field, score_field;

static void sink(void* user, const weir_output* output, int32_t* answer) {
  seen* const to = (seen*)user;
  uint64_t i;
  CHECK(output->struct_size >= sizeof *output);
  if (output->kind == WEIR_OUTPUT_LINES) {
    to->lines += output->count;
    CHECK(output->bytes.size > 0 && output->bytes.data[output->bytes.size - 1] == '\n');
  }
  if (output->kind == WEIR_OUTPUT_BASE) ++to->base;
  if (output->kind == WEIR_OUTPUT_REJECTED) {
    ++to->rejected;
    CHECK(output->message.size > 0 && output->message.data[output->message.size] == '\0');
  }
  if (output->kind == WEIR_OUTPUT_AGGREGATED) {
    ++to->aggregated;
    CHECK(output->reason >= WEIR_REASON_COUNT && output->reason <= WEIR_REASON_RELOAD);
    for (i = 0; i < output->event.field_count; ++i)
      if (output->event.fields[i].id == count_field)
        to->base_events += output->event.fields[i].word;
  }
  *answer = WEIR_ACCEPT;
}

static void keep(void* user, const char* bytes, uint64_t size) {
  seen* const to = (seen*)user;
  if (size > sizeof to->bytes - to->size) size = sizeof to->bytes - to->size;
  if (size > 0) memcpy(to->bytes + to->size, bytes, (size_t)size);
  to->size += size;
}

static void note(void* user, uint32_t level, const char* message, uint64_t size) {
  (void)user;
  CHECK(level == WEIR_LOG_WARNING || level == WEIR_LOG_INFORMATION);
  CHECK(message[size] == '\0');
}

static void take_all(void* user, const weir_event* events, uint64_t count, int32_t* answers) {
  uint64_t i;
  (void)user;
  (void)events;
  for (i = 0; i < count; ++i) answers[i] = WEIR_TAKE;
}

static void set_score(void* user, const weir_event* event, weir_additions* additions,
                      int32_t* answer) {
  weir_field field = {0, WEIR_INTEGER, 0, 7};
  (void)user;
  (void)event;
  field.id = score_field;
  *answer = lib.set_field(additions, &field, NULL);
}

static void count_destroyed(void* user) { ++((seen*)user)->destroyed; }

static uint32_t id_of(const char* name) {
  uint32_t id = 0;
  weir_text text = {NULL, 0};
  GOOD(lib.field_id(name, strlen(name), &id, &error));
  GOOD(lib.field_name(id, &text, &error));
  CHECK(text.size == strlen(name) && memcmp(text.data, name, strlen(name)) == 0);
  return id;
}

static const char document[] =
    "dictionaries:\n"
    "  owners: {entries: {10.0.0.1: alice}}\n"
    "aggregation:\n"
    "  - name: flows\n"
    "    threshold: 100\n"
    "    lifetime: 10\n"
    "    identical_fields: [SourceAddress]\n"
    "    sum_fields: [BytesIn]\n"
    "    filter: \"not Name = 'own'\"\n"
    "enrichment:\n"
    "  - {name: score, type: host, callback: score}\n";

static const char own_rule[] =
    "{\"name\": \"own\", \"threshold\": 2, \"lifetime\": 10, \"identical_fields\": [\"Name\"]}";

static const char lines[] =
    "{\"SourceAddress\":\"10.0.0.1\",\"BytesIn\":3}\n"
    "{\"Name\":\"own\"}\n"
    "no event\n";

static weir_engine* make_engine(seen* to, weir_rule** rule) {
  weir_engine_options options;
  weir_callbacks callbacks;
  weir_engine* engine = NULL;
  memset(&options, 0, sizeof options);
  options.struct_size = sizeof options;
  options.clock = WEIR_CLOCK_HOST;
  options.instance.data = "host";
  options.instance.size = 4;
  options.log = note;
  GOOD(lib.create_engine(&options, &engine, &error));
  memset(&callbacks, 0, sizeof callbacks);
  callbacks.struct_size = sizeof callbacks;
  callbacks.enrich = set_score;
  callbacks.user = to;
  callbacks.destroy = count_destroyed;
  GOOD(lib.set_callback(engine, "score", 5, &callbacks, &error));
  GOOD(lib.load(engine, document, sizeof document - 1, &error));
  callbacks.enrich = NULL;
  callbacks.filter = take_all;
  GOOD(lib.create_rule(engine, own_rule, sizeof own_rule - 1, &callbacks, rule, &error));
  return engine;
}

static const int64_t second = 1000000000;

static void feed_everything(weir_engine* engine, weir_sink* to) {
  const weir_text address = {"10.0.0.1", 8};
  weir_field fields[2];
  weir_event event;
  weir_member member;
  weir_record record;
  weir_cursor cursor;
  weir_batch* batch = NULL;
  uint64_t consumed = 0;
  memset(fields, 0, sizeof fields);
  fields[0].id = source_field;
  fields[0].kind = WEIR_TEXT;
  fields[0].size = address.size;
  fields[0].word = (uint64_t)(uintptr_t)address.data;
  fields[1].id = bytes_field;
  fields[1].kind = WEIR_INTEGER;
  fields[1].word = 5;
  memset(&event, 0, sizeof event);
  event.fields = fields;
  event.field_count = 2;
  GOOD(lib.feed(engine, &event, 1, 1000 * second, to, &consumed, &error));
  CHECK(consumed == 1);

  memset(&cursor, 0, sizeof cursor);
  cursor.struct_size = sizeof cursor;
  GOOD(lib.feed_ndjson(engine, lines, sizeof lines - 1, 1001 * second, WEIR_LAST, to, &cursor,
                       &error));
  CHECK(cursor.consumed == sizeof lines - 1 && cursor.lines == 3 && cursor.events == 3);

  memset(&member, 0, sizeof member);
  member.key = "SourceAddress";
  member.key_size = 13;
  member.kind = WEIR_TEXT;
  member.size = address.size;
  member.word = (uint64_t)(uintptr_t)address.data;
  memset(&record, 0, sizeof record);
  record.members = &member;
  record.member_count = 1;
  GOOD(lib.feed_records(engine, &record, 1, 1001 * second, to, &consumed, &error));

  GOOD(lib.create_batch(engine, &batch, &error));
  GOOD(lib.read_records(batch, &record, 1, &error));
  GOOD(lib.feed_batch(batch, 1001 * second, 0, to, &error));
  memset(&cursor, 0, sizeof cursor);
  cursor.struct_size = sizeof cursor;
  GOOD(lib.read_ndjson(batch, lines, sizeof lines - 1, WEIR_LAST, &cursor, &error));
  GOOD(lib.feed_batch(batch, 1001 * second, 3, to, &error));
  GOOD(lib.destroy_batch(batch, &error));
}

static void use_lookups(weir_engine* engine) {
  weir_table table;
  memset(&table, 0, sizeof table);
  table.struct_size = sizeof table;
  table.kind = WEIR_DICTIONARY;
  table.name.data = "owners";
  table.name.size = 6;
  table.format = WEIR_CSV;
  table.rows.data = "key,value\n10.0.0.2,bob\n";
  table.rows.size = strlen(table.rows.data);
  GOOD(lib.set_table(engine, &table, &error));
  GOOD(lib.update_table(engine, &table, &error));
  GOOD(lib.erase_from_table(engine, &table, &error));
}

static void check_counts(weir_engine* engine, uint64_t open_events) {
  weir_stats stats;
  weir_rule_stats rule;
  weir_enrichment_stats enrichment;
  memset(&stats, 0, sizeof stats);
  stats.struct_size = sizeof stats;
  GOOD(lib.get_stats(engine, &stats, &error));
  CHECK(stats.events_in == 9);
  CHECK(stats.rejected == 2 && stats.passed == 0 && stats.taken == 7);
  CHECK(stats.events_in == stats.rejected + stats.filtered + stats.passed + stats.taken);
  CHECK(stats.open_events == open_events);
  memset(&rule, 0, sizeof rule);
  rule.struct_size = sizeof rule;
  GOOD(lib.get_rule_stats(engine, 0, &rule, &error));
  CHECK(strcmp(rule.name, "flows") == 0 && rule.taken == 5);
  CHECK(rule.taken == rule.out + rule.lone + rule.open_events);
  CHECK(lib.get_rule_stats(engine, 2, &rule, NULL) == WEIR_NOT_FOUND);
  memset(&enrichment, 0, sizeof enrichment);
  enrichment.struct_size = sizeof enrichment;
  GOOD(lib.get_enrichment_stats(engine, 0, &enrichment, &error));
  CHECK(strcmp(enrichment.name, "score") == 0 && strcmp(enrichment.type, "host") == 0);
}

static void ask(weir_engine* engine, seen* to) {
  weir_question question;
  uint32_t preset = 0;
  memset(&question, 0, sizeof question);
  question.struct_size = sizeof question;
  question.line.data = "{\"SourceAddress\":\"10.0.0.1\"}";
  question.line.size = strlen(question.line.data);
  to->size = 0;
  GOOD(lib.explain(engine, &question, keep, to, &error));
  CHECK(to->size > 2 && to->bytes[0] == '{');
  to->size = 0;
  GOOD(lib.describe("fields", 6, NULL, 0, keep, to, &error));
  CHECK(to->size > 2 && to->bytes[0] == '[');
  to->size = 0;
  GOOD(lib.get_metrics(engine, keep, to, &error));
  CHECK(to->size > 6 && memcmp(to->bytes, "# HELP", 6) == 0);
  GOOD(lib.preset_id("cef", 3, &preset, &error));
  CHECK(preset != 0);
}

int main(int argc, char** argv) {
  static seen first, second_one;
  weir_sink to = {sizeof(weir_sink), WEIR_FORM_EVENTS, sink, NULL};
  weir_rule *rule = NULL, *other_rule = NULL;
  weir_engine *engine, *other;
  if (argc != 2 || !resolve(argv[1])) return 2;
  CHECK(lib.abi_version() >> 16 == WEIR_ABI_MAJOR);
  CHECK((lib.abi_version() & 0xffff) >= WEIR_ABI_MINOR);
  CHECK(lib.version()[0] != '\0' && strcmp(lib.status_name(WEIR_BUSY), "WEIR_BUSY") == 0);
  count_field = id_of("BaseEventCount");
  source_field = id_of("SourceAddress");
  bytes_field = id_of("BytesIn");
  score_field = id_of("N.Score");

  engine = make_engine(&first, &rule);
  CHECK(lib.load(engine, "nonsense: 1", 11, &error) == WEIR_INVALID_DOCUMENT && error.line == 1);
  use_lookups(engine);
  to.user = &first;
  feed_everything(engine, &to);
  check_counts(engine, 5);
  CHECK(first.aggregated == 1 && first.base_events == 2 && first.rejected == 2);
  ask(engine, &first);

  /* Its state goes on in another engine, in the other form. */
  first.size = 0;
  GOOD(lib.snapshot(engine, keep, &first, &error));
  other = make_engine(&second_one, &other_rule);
  CHECK(lib.restore(other, first.bytes, first.size - 1, NULL) == WEIR_INVALID_SNAPSHOT);
  GOOD(lib.restore(other, first.bytes, first.size, &error));
  check_counts(other, 5);
  to.user = &second_one;
  to.form = WEIR_FORM_NDJSON;
  GOOD(lib.flush(other, 0, &to, &error));
  CHECK(second_one.lines == 1);

  to.user = &first;
  to.form = WEIR_FORM_EVENTS;
  GOOD(lib.advance(engine, 1100 * second, &to, &error));
  CHECK(first.aggregated == 2 && first.base_events == 7 && first.base == 0);
  check_counts(engine, 0);
  GOOD(lib.destroy_rule(rule, &error));
  CHECK(first.destroyed == 1);
  GOOD(lib.destroy_engine(engine, &error));
  GOOD(lib.destroy_engine(other, &error));
  CHECK(first.destroyed == 2 && second_one.destroyed == 2);
  if (failures == 0) printf("a host of 0.1.0 works with %s\n", lib.version());
  return failures != 0;
}
