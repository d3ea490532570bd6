/* Weir: aggregates, filters and enriches security events. The whole public interface, C99.
 *
 * THE CONTRACT, said once
 *
 * Status.   A function that can fail returns an int32_t: 0 is good, a negative value an error, a
 *           positive value news (WEIR_STOPPED). It takes, last, an optional weir_error of the
 *           caller's, which it fills when it fails.
 * Structs.  A struct that is passed singly begins with struct_size: set it to sizeof of the struct
 *           that you compiled with, and the rest to zero. Zero is every member's default. Such a
 *           struct may grow at its end; a member that the loaded library does not know and that is
 *           not zero gets WEIR_NOT_SUPPORTED. The structs that are passed in arrays (weir_field,
 *           weir_event, weir_text) never change.
 * Text.     UTF-8, an address and a size in bytes. NUL and invalid UTF-8 are data, not the end.
 *           Text that the library made has a NUL after it, beyond its size.
 * Memory.   What you pass in is borrowed until the call returns. What a callback is given is valid
 *           until the callback returns. Nothing that one side allocated is freed by the other.
 * Time.     Nanoseconds since the Unix epoch, UTC. The library never reads a clock: the host owns
 *           time. Time-valued fields of events are milliseconds, as in KUMA. Enrichment rules that ask
 *           over the network (cybertrace, dns) are the exception: each has a thread, which goes by
 *           the monotonic clock and takes no signals. Their events wait in the engine and leave
 *           through the sink of whichever call feeds, advances or flushes after the answer came.
 * Threads.  [any-thread]: may be called from any thread, at any time. [serial]: the host guarantees
 *           that no other call is running on that engine. Feeds from several threads share buckets.
 *           weir_load, weir_create_rule, weir_destroy_rule, weir_set_callback and the beginning of
 *           weir_flush wait until running feeds have finished their chunk, host filters and
 *           enrichers included; new chunks wait for them. So no callback may wait for a thread that
 *           is in one of these.
 * Callbacks run only on the thread that made the call, never after it returned, and may not enter
 *           the engine that called them: that gets WEIR_BUSY. They return nothing: they answer
 *           through a pointer that the library has preset to WEIR_CALLBACK_FAILED. So an exception
 *           that a binding swallows fails closed: a filter that failed does not take the event, an
 *           enricher that failed leaves the event unchanged, both counted; a sink that failed ends
 *           the call, and its output is offered again.
 * Chunks.   A feed works in chunks of at most WEIR_CHUNK_EVENTS events. A chunk is applied whole or,
 *           out of memory, not at all. `consumed` counts whole chunks.
 * Outputs.  What a sink has not accepted is kept by the engine and offered first by the next call
 *           that takes a sink, before that call applies anything. So are the outputs of calls that
 *           take none (weir_load, weir_destroy_rule), which call the enrichers of what they close.
 * Counting. At any moment events_in = rejected + filtered + passed + taken.
 *
 * Needs a 64-bit machine. docs/abi.md explains the choices; docs/embedding.md has whole programs.
 */
#ifndef WEIR_WEIR_H
#define WEIR_WEIR_H

#include <stddef.h>
#include <stdint.h>

#include "weir/version.h"

#if defined(__GNUC__)
#define WEIR_API __attribute__((visibility("default")))
#else
#define WEIR_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Status ------------------------------------------------------------------------------- */

enum {
  WEIR_OK = 0,
  WEIR_STOPPED = 1,           /* the sink said WEIR_STOP */
  WEIR_INVALID_ARGUMENT = -1, /* a NULL, a size, a value that the contract forbids */
  WEIR_INVALID_DOCUMENT = -2, /* see line, column and message; nothing was changed */
  WEIR_NOT_FOUND = -3,
  WEIR_ALREADY_EXISTS = -4,
  WEIR_BUSY = -5,            /* called from inside a callback of the same engine */
  WEIR_CALLBACK_FAILED = -6, /* a sink gave no answer */
  WEIR_NO_MEMORY = -7,       /* what `consumed` counts was applied, the rest was not */
  WEIR_LIMIT = -8,           /* a limit that the message names */
  WEIR_NOT_SUPPORTED = -9,   /* known, but not in this version */
  WEIR_INTERNAL = -10,       /* a bug in Weir: please report the message */
  WEIR_INVALID_SNAPSHOT = -11 /* truncated, altered, or no snapshot; nothing was changed */
};

/* 512 bytes. Filled when a call fails, untouched otherwise. */
typedef struct weir_error {
  uint32_t struct_size;
  int32_t status;
  int64_t offset;    /* in bytes from the start of the text that was passed in, or -1 */
  uint32_t line;     /* 1-based, 0: unknown */
  uint32_t column;   /* 1-based, in Unicode code points, 0: unknown */
  char message[488]; /* one sentence that names the culprit and the remedy; ends in NUL */
} weir_error;

/* ---- Events ------------------------------------------------------------------------------- */

/* What a field holds. The word is the integer, the double's bits, 0 or 1, or an address. */
enum {
  WEIR_ABSENT = 0,
  WEIR_INTEGER = 1, /* word: an int64_t */
  WEIR_FLOAT = 2,   /* word: the bits of a double */
  WEIR_TEXT = 3,    /* word: the address of size bytes */
  WEIR_BOOL = 4,    /* word: 0 or 1 */
  WEIR_INTEGER_ARRAY = 5, /* word: the address of size int64_t */
  WEIR_FLOAT_ARRAY = 6,   /* word: the address of size double */
  WEIR_TEXT_ARRAY = 7,    /* word: the address of size weir_text */
  WEIR_JSON = 8           /* word: the address of size bytes of JSON */
};

typedef struct weir_text {
  const char* data;
  uint64_t size;
} weir_text;

/* 24 bytes, frozen. An empty text is the same as an absent field. */
typedef struct weir_field {
  uint32_t id;   /* from weir_field_id */
  uint32_t kind; /* WEIR_INTEGER … */
  uint64_t size; /* bytes of a text or JSON, elements of an array, else 0 */
  uint64_t word;
} weir_field;

/* 24 bytes, frozen. Of two fields with the same id the last counts. */
typedef struct weir_event {
  const weir_field* fields;
  uint64_t field_count; /* at most WEIR_MAX_FIELDS */
  uint64_t cookie;      /* the host's own; handed back when the event passes or is rejected */
} weir_event;

enum {
  WEIR_CHUNK_EVENTS = 512,
  WEIR_MAX_FIELDS = 4096,         /* in an event or record; one with more is rejected */
  WEIR_MAX_EVENT_BYTES = 4194304, /* likewise */
  WEIR_MAX_NESTING = 64,          /* likewise */
  WEIR_MAX_FIELD_IDS = 65536      /* in the life of the process */
};

/* One key of a record and its value: kind, size and word as in weir_field. 32 bytes, frozen. */
typedef struct weir_member {
  const char* key;
  uint32_t key_size;
  uint32_t kind;
  uint64_t size;
  uint64_t word;
} weir_member;

/* An event under the names that its source has for things, which a mapping (`map:` of the document,
 * over a preset) turns into fields. 80 bytes, frozen. A key may be dotted: it is the same as nested
 * ones. Of two members with the same key the last counts. */
typedef struct weir_record {
  const weir_member* members;
  uint64_t member_count; /* at most WEIR_MAX_FIELDS */
  uint64_t cookie;       /* as in weir_event */
  weir_text text;        /* as it came, or empty; handed back when the record is rejected */
  uint64_t line;         /* its number in its source, or 0; likewise */
  int64_t arrived;       /* when it came, ns, for times that say no year; 0: not known */
  weir_text problem;     /* why the host could not read it: the record is rejected with these words,
                            in its turn; empty: it could */
  uint32_t preset;       /* from weir_preset_id; 0: the document's own */
  uint32_t unused;
} weir_record;

/* ---- The library -------------------------------------------------------------------------- */

/* WEIR_ABI_VERSION of the loaded library. Load it when the major equals the header's and the minor
 * is at least the header's. [any-thread] */
WEIR_API uint32_t weir_abi_version(void);

/* Such as "0.1.0". [any-thread] */
WEIR_API const char* weir_version(void);

/* Such as "WEIR_BUSY"; "unknown status" for what is none. [any-thread] */
WEIR_API const char* weir_status_name(int32_t status);

/* The id of a field, the same for the life of the process: a name of the KUMA schema, of the
 * extended schema (`S.` `N.` `F.` `SA.` `NA.` `FA.` and a name), or `Extra.<key>`. Any other name is
 * WEIR_NOT_FOUND, with a suggestion, unless a document with `schema: open` has named it. WEIR_LIMIT
 * after WEIR_MAX_FIELD_IDS names. [any-thread] */
WEIR_API int32_t weir_field_id(const char* name, uint64_t name_size, uint32_t* id,
                               weir_error* error);

/* The name of an id; valid for the life of the process. [any-thread] */
WEIR_API int32_t weir_field_name(uint32_t id, weir_text* name, weir_error* error);

/* The number of a shipped mapping, such as "cef": the same for the life of the process, never 0.
 * WEIR_NOT_FOUND, with a suggestion, for what is none; weir_describe "presets" lists them.
 * [any-thread] */
WEIR_API int32_t weir_preset_id(const char* name, uint64_t name_size, uint32_t* id,
                                weir_error* error);

/* Receives text of a length that is not known before. Called at least once. */
typedef void (*weir_write_fn)(void* user, const char* bytes, uint64_t size);

/* What Weir knows, as JSON. Topics:
 *   "fields"       the event schema: [{name, type, limits, description}]
 *   "schema"       the JSON Schema of rule documents
 *   "presets"      the shipped mappings: [{name, description}]; with a name as `input` its YAML, as
 *                  text
 *   "diagnostics"  of the document `input`: [{severity, line, column, message}]; [] is a good one
 *   "files"        of the document `input`: the paths of lookups and of databases that it names
 *   "tests"        of the document `input`: [{name, line, steps}], as docs/tests.md describes them
 *   "import"       of KUMA's JSON `input`, filters and rules: {document, diagnostics},
 *                  the document as YAML
 *   "expressions"  the same for filters alone: {expressions: [{name, expression}], diagnostics}
 * Behind "diagnostics", "files" and "tests" there may be a space and the folder where relative paths
 * of the document's files start.
 * [any-thread] */
WEIR_API int32_t weir_describe(const char* topic, uint64_t topic_size, const char* input,
                               uint64_t input_size, weir_write_fn write, void* user,
                               weir_error* error);

/* ---- Sinks -------------------------------------------------------------------------------- */

/* How outputs are handed over. */
enum {
  WEIR_FORM_EVENTS = 0, /* one call an event */
  WEIR_FORM_NDJSON = 1  /* one call for many lines of NDJSON */
};

enum {
  WEIR_OUTPUT_BASE = 1,       /* no rule took it, or it was passed on */
  WEIR_OUTPUT_AGGREGATED = 2, /* a closed bucket */
  WEIR_OUTPUT_LINES = 3,      /* form NDJSON: base and aggregated events, in order */
  WEIR_OUTPUT_REJECTED = 4    /* an event or a line that could not be read, or came too late where the
                                 document rejects such */
};

/* Why a bucket closed. */
enum {
  WEIR_REASON_NONE = 0,
  WEIR_REASON_COUNT = 1,
  WEIR_REASON_LIFETIME = 2,
  WEIR_REASON_FLUSH = 3,
  WEIR_REASON_EVICTED = 4,
  WEIR_REASON_RELOAD = 5
};

typedef struct weir_output {
  uint32_t struct_size;
  uint32_t kind;    /* WEIR_OUTPUT_BASE … */
  uint32_t reason;  /* of an aggregated event, WEIR_REASON_COUNT … */
  uint32_t unused;
  uint64_t count;   /* events in it: lines, or 1 */
  weir_event event; /* base, aggregated: its fields. A base event that was fed as fields has them as
                       fed; one that was read from NDJSON has the fields of the schema that it had */
  weir_text bytes;  /* lines: each ends in LF. Base, rejected: the line as fed, if there was one */
  weir_text message; /* rejected: why, one sentence */
  uint64_t line;     /* rejected: the line number in its source, or 0 */
} weir_output;

/* What a sink answers. */
enum {
  WEIR_ACCEPT = 1, /* taken; go on */
  WEIR_STOP = 2    /* taken; no more in this call */
};

typedef void (*weir_sink_fn)(void* user, const weir_output* output, int32_t* answer);

typedef struct weir_sink {
  uint32_t struct_size;
  uint32_t form; /* WEIR_FORM_EVENTS … */
  weir_sink_fn accept;
  void* user;
} weir_sink;

/* ---- Engines ------------------------------------------------------------------------------ */

typedef struct weir_engine weir_engine;
typedef struct weir_rule weir_rule;
typedef struct weir_additions weir_additions;

enum {
  WEIR_CLOCK_HOST = 0, /* `now` of each call moves the clock */
  WEIR_CLOCK_EVENT = 1 /* each event's Timestamp moves the clock, just before it is applied */
};

enum { WEIR_LOG_WARNING = 1, WEIR_LOG_INFORMATION = 2 };

typedef void (*weir_log_fn)(void* user, uint32_t level, const char* message, uint64_t size);

typedef struct weir_engine_options {
  uint32_t struct_size;
  uint32_t clock;          /* WEIR_CLOCK_HOST … */
  uint64_t max_groups;     /* of open buckets; of this and the document's `bounds` the smaller wins;
                              0: not stated; neither stated: 1,000,000 */
  uint64_t max_bytes;      /* likewise, of memory that open buckets take; neither stated: 1 GiB */
  int64_t max_future_skew; /* ns; 0: one hour */
  weir_text instance;      /* tells this engine's event IDs from another's */
  weir_log_fn log;         /* optional; called on the thread that made the call */
  void* log_user;
  weir_text directory;     /* where relative paths of `file:` in documents start; empty: the working
                              directory of the process */
} weir_engine_options;

/* options may be NULL: all defaults. [any-thread] */
WEIR_API int32_t weir_create_engine(const weir_engine_options* options, weir_engine** engine,
                                    weir_error* error);

/* Forgets open buckets and outputs not yet accepted: weir_flush first to have them. NULL is good.
 * Rules that still exist are destroyed with it. [serial] */
WEIR_API int32_t weir_destroy_engine(weir_engine* engine, weir_error* error);

/* ---- Rules and documents ------------------------------------------------------------------ */

/* Asked about the events of a chunk that the rule's filter has let through: write WEIR_TAKE or
 * WEIR_LEAVE to answers[i] for events[i]. It may be asked about an event that an earlier rule
 * takes. It must depend on nothing but the event. */
typedef void (*weir_filter_fn)(void* user, const weir_event* events, uint64_t count,
                               int32_t* answers);

enum { WEIR_LEAVE = 0, WEIR_TAKE = 1 };

/* Shown an event on its way out; adds fields with weir_set_field, then answers WEIR_OK. */
typedef void (*weir_enrich_fn)(void* user, const weir_event* event, weir_additions* additions,
                               int32_t* answer);

typedef void (*weir_destroy_fn)(void* user);

typedef struct weir_callbacks {
  uint32_t struct_size;
  uint32_t unused;
  weir_filter_fn filter; /* optional */
  weir_enrich_fn enrich; /* optional */
  const uint32_t* fields; /* the ids that they read, converted to the schema's types; NULL: every
                             field, as it was fed */
  uint64_t field_count;
  void* user;
  weir_destroy_fn destroy; /* of user; runs exactly once, also when the call that got it fails */
} weir_callbacks;

/* Compiles one rule, YAML or JSON, into the engine, behind those of the document: an aggregation
 * rule, or with `type:` an enrichment rule. Saved filters that it names are those of the document
 * that is loaded now, also when another is loaded later. callbacks may be NULL; an aggregation
 * rule's filter callback decides together with its filter, its enrich callback sees its aggregated
 * events. A name that is in use is WEIR_ALREADY_EXISTS. [any-thread] */
WEIR_API int32_t weir_create_rule(weir_engine* engine, const char* document, uint64_t size,
                                  const weir_callbacks* callbacks, weir_rule** rule,
                                  weir_error* error);

/* Closes the rule's open buckets with reason reload. NULL is good. [any-thread] */
WEIR_API int32_t weir_destroy_rule(weir_rule* rule, weir_error* error);

/* Binds a name, which documents use (`callback: name`). Binding it again replaces the functions for
 * the rules that use it. [any-thread] */
WEIR_API int32_t weir_set_callback(weir_engine* engine, const char* name, uint64_t name_size,
                                   const weir_callbacks* callbacks, weir_error* error);

/* A document of rules and filters, YAML or JSON, in place of the one before, atomically. Rules whose
 * meaning did not change keep their open buckets, changed or removed ones close theirs with reason
 * reload. On an error nothing changes, and the first error is described; weir_describe
 * "diagnostics" lists them all. [any-thread] */
WEIR_API int32_t weir_load(weir_engine* engine, const char* document, uint64_t size,
                           weir_error* error);

/* In an enrich callback: sets a field of the event, replacing one that is there. Copies. A value
 * that does not convert to the field's type is WEIR_INVALID_ARGUMENT. */
WEIR_API int32_t weir_set_field(weir_additions* additions, const weir_field* field,
                                weir_error* error);

/* ---- Lookups ------------------------------------------------------------------------------- */

/* What filters and enrichment rules look things up in. */
enum {
  WEIR_DICTIONARY = 1,    /* key -> text */
  WEIR_TABLE = 2,         /* key -> named columns */
  WEIR_ACTIVE_LIST = 3,   /* key -> named values, for a time */
  WEIR_CONTEXT_TABLE = 4, /* key fields -> typed fields, for a time */
  WEIR_ASSETS = 5,        /* address, name or id -> categories and vulnerabilities */
  WEIR_DIRECTORY = 6      /* account -> groups */
};

/* How rows are written; docs/lookups.md says what each kind has in them. */
enum {
  WEIR_CSV = 1,
  WEIR_TSV = 2,
  WEIR_JSON_LINES = 3 /* one JSON object a line */
};

typedef struct weir_table {
  uint32_t struct_size;
  uint32_t kind;   /* WEIR_DICTIONARY … */
  weir_text name;  /* or id, as the document has it; empty for assets and the directory */
  uint32_t format; /* of rows, WEIR_CSV … */
  uint32_t unused;
  weir_text rows;
} weir_table;

/* The rows of a lookup in place of those before, atomically: an event sees the old ones or the new.
 * A lookup that the loaded document does not declare is made, and stays until the engine goes; one
 * that it declares without rows of its own keeps these over weir_load. line and column of an error
 * are those of rows. [any-thread] */
WEIR_API int32_t weir_set_table(weir_engine* engine, const weir_table* table, weir_error* error);

/* Adds rows, each in place of one with the same key. All or none. WEIR_NOT_FOUND if there is no such
 * lookup. [any-thread] */
WEIR_API int32_t weir_update_table(weir_engine* engine, const weir_table* rows, weir_error* error);

/* Erases the entries whose keys `rows` has; other columns may be left out and do not matter. Keys that
 * are not there are nothing. [any-thread] */
WEIR_API int32_t weir_erase_from_table(weir_engine* engine, const weir_table* keys,
                                       weir_error* error);

/* ---- Events in, events out ---------------------------------------------------------------- */

/* Applies the pipeline to events. now: the clock, above; with WEIR_CLOCK_EVENT it may be 0, and else
 * bounds how far an event's time may lead. *consumed (optional): events applied. [any-thread] */
WEIR_API int32_t weir_feed(weir_engine* engine, const weir_event* events, uint64_t count,
                           int64_t now, const weir_sink* sink, uint64_t* consumed,
                           weir_error* error);

/* Where a source of NDJSON stands: one a source, zero at its start, kept by the host. */
typedef struct weir_cursor {
  uint32_t struct_size;
  uint32_t state;    /* the library's own */
  uint64_t consumed; /* out: bytes that the last call applied; feed the rest again, with more */
  uint64_t lines;    /* lines before the next byte */
  uint32_t preset;   /* in: the mapping of its lines, from weir_preset_id; 0: the document's own */
  uint32_t unused;
  uint64_t events;   /* events of the source so far, rejected ones included */
} weir_cursor;

enum { WEIR_LAST = 1 }; /* flag: the bytes end the source, so what follows the last LF is a line */

/* The same for NDJSON: one JSON object a line; applies lines that end in LF. A blank line is
 * nothing. A line that cannot be read is rejected, and the rest goes on. An event that passes leaves
 * as the bytes that came, but where a mapping is in force with its fields. [any-thread] */
WEIR_API int32_t weir_feed_ndjson(weir_engine* engine, const char* bytes, uint64_t size,
                                  int64_t now, uint32_t flags, const weir_sink* sink,
                                  weir_cursor* cursor, weir_error* error);

/* The same for records. An event that passes leaves with the fields that its mapping gave it.
 * *consumed (optional): records applied. [any-thread] */
WEIR_API int32_t weir_feed_records(weir_engine* engine, const weir_record* records, uint64_t count,
                                   int64_t now, const weir_sink* sink, uint64_t* consumed,
                                   weir_error* error);

/* ---- Reading on one thread, applying on another -------------------------------------------- */

/* Lines or records that have been read, filtered and given keys, but not applied: the larger share of
 * the work of a feed, which several threads can do at once while one applies what they have read
 * in the order of the source. Used by one thread at a time. Host filters are called while reading.
 * What takes too much memory to be read ahead, and what was read under rules that are no longer in
 * force, is read when it is fed. */
typedef struct weir_batch weir_batch;

/* Destroy batches before their engine. [any-thread] */
WEIR_API int32_t weir_create_batch(weir_engine* engine, weir_batch** batch, weir_error* error);

/* Forgets what was read and not fed. NULL is good. [any-thread] */
WEIR_API int32_t weir_destroy_batch(weir_batch* batch, weir_error* error);

/* Reads lines into the batch, in place of those before: all that end in LF, with WEIR_LAST also what
 * follows the last one. bytes must stay until they are fed. cursor as for weir_feed_ndjson, but for
 * its lines, which may count from any line. [any-thread] */
WEIR_API int32_t weir_read_ndjson(weir_batch* batch, const char* bytes, uint64_t size,
                                  uint32_t flags, weir_cursor* cursor, weir_error* error);

/* The same for records, which must stay until they are fed, with all that they point to.
 * [any-thread] */
WEIR_API int32_t weir_read_records(weir_batch* batch, const weir_record* records, uint64_t count,
                                   weir_error* error);

/* Applies what was read, as weir_feed_ndjson or weir_feed_records would have. lines_before: added to the numbers of
 * rejected lines. After WEIR_STOPPED and WEIR_CALLBACK_FAILED the next call goes on behind what was
 * applied. [any-thread] */
WEIR_API int32_t weir_feed_batch(weir_batch* batch, int64_t now, uint64_t lines_before,
                                 const weir_sink* sink, weir_error* error);

/* Moves the clock to now and closes what is due. [any-thread] */
WEIR_API int32_t weir_advance(weir_engine* engine, int64_t now, const weir_sink* sink,
                              weir_error* error);

/* Closes every bucket that is open when it begins, reason flush, no faster than enrichment rules can
 * ask about them (unless other threads feed), and waits for the events that these hold: at most
 * `timeout` ns in all; those that have no answer by then leave without. After WEIR_STOPPED some may
 * still be open or held: call again. [any-thread] */
WEIR_API int32_t weir_flush(weir_engine* engine, int64_t timeout, const weir_sink* sink,
                            weir_error* error);

/* ---- Why ------------------------------------------------------------------------------------ */

/* One event, in exactly one of three forms. */
typedef struct weir_question {
  uint32_t struct_size;
  uint32_t preset;           /* of line, as weir_cursor has it */
  int64_t now;               /* the clock, as in weir_feed; 0: as it stands */
  const weir_event* event;   /* or NULL */
  const weir_record* record; /* or NULL */
  weir_text line;            /* one line of JSON; or empty */
} weir_question;

/* What would happen to the event, and why: of the engine's filter and of each rule every condition
 * with its operands and its truth, the one that decided, the key and its open bucket. Changes
 * nothing; writes JSON, which docs/explain.md describes. Host filters are called. [any-thread] */
WEIR_API int32_t weir_explain(weir_engine* engine, const weir_question* question,
                              weir_write_fn write, void* user, weir_error* error);

/* ---- Statistics --------------------------------------------------------------------------- */

/* Counters never fall; gauges say so. */
typedef struct weir_stats {
  uint32_t struct_size;
  uint32_t unused;
  uint64_t events_in; /* = rejected + filtered + passed + taken */
  uint64_t rejected;
  uint64_t filtered;
  uint64_t passed;
  uint64_t taken;
  uint64_t aggregated; /* aggregated events made */
  uint64_t closed_count;
  uint64_t closed_lifetime;
  uint64_t closed_flush;
  uint64_t closed_evicted;
  uint64_t closed_reload;
  uint64_t conversion_errors;        /* values not stored, of the wrong type for their field */
  uint64_t sums_skipped;             /* values that are no number, in a numeric sum or statistic */
  uint64_t sums_saturated;           /* times that a sum reached an end of int64 */
  uint64_t joins_cut;                /* texts left out of a joined sum that was full */
  uint64_t uniques_cut;              /* values left out of a list, combinations refused by `dedup` and
                                        values not counted by `distinct`, because it was full */
  uint64_t filter_callbacks_failed;  /* events */
  uint64_t enrich_callbacks_failed;  /* events */
  uint64_t clock_steps_back;         /* corrections of the host's clock */
  uint64_t future_times;             /* event times too far ahead to move the clock */
  uint64_t open_groups;    /* gauge: open buckets */
  uint64_t open_events;    /* gauge: base events in them */
  uint64_t waiting_outputs; /* gauge: outputs not yet accepted */
  int64_t clock;           /* gauge: the clock, ns */
  uint64_t refused;        /* times that a rule with `unique_mode: dedup` refused an event */
  uint64_t lone;           /* events that left as they came, by `single: pass` */
  uint64_t open_bytes;     /* gauge: memory of open buckets, with tables and logs */
  uint64_t held_events;    /* gauge: outputs that wait for an answer from the network */
  uint64_t held_bytes;     /* gauge: memory that they take; counts towards max_bytes */
  uint64_t late_events;    /* their times lay behind the clock by more than `allowed_lateness` */
  uint64_t loads;          /* documents that weir_load has taken */
  uint64_t loads_refused;  /* documents that were bad: nothing changed */
  uint64_t rules_kept;     /* by loads: aggregation rules whose meaning did not change, */
  uint64_t rules_added;    /* that are new, */
  uint64_t rules_changed;  /* that mean something else now, */
  uint64_t rules_removed;  /* that are gone; each counted once a load */
} weir_stats;

/* One rule's share. taken = out + lone + open_events. */
typedef struct weir_rule_stats {
  uint32_t struct_size;
  uint32_t name_size;
  char name[520];   /* ends in NUL */
  uint64_t taken;   /* base events */
  uint64_t out;     /* base events in its aggregated events */
  uint64_t aggregated;
  uint64_t closed_count;
  uint64_t closed_lifetime;
  uint64_t closed_flush;
  uint64_t closed_evicted;
  uint64_t closed_reload;
  uint64_t open_groups; /* gauge */
  uint64_t open_events; /* gauge */
  uint64_t refused;     /* by `unique_mode: dedup` */
  uint64_t lone;        /* events that left as they came, by `single: pass` */
  uint64_t open_bytes;  /* gauge */
  uint64_t late_events; /* of those taken */
  uint64_t sums_skipped;   /* this and the next three as in weir_stats */
  uint64_t sums_saturated;
  uint64_t joins_cut;
  uint64_t uniques_cut;
  int64_t oldest_opened; /* gauge: the clock when its oldest open bucket opened, ns; 0: none is open */
} weir_rule_stats;

/* What one enrichment rule has done. events = applied + skipped + missed + errors, beside those that
 * it holds. The members from ok on are of rules that ask over the network. */
typedef struct weir_enrichment_stats {
  uint32_t struct_size;
  uint32_t name_size;
  char name[520];      /* ends in NUL */
  char type[24];       /* "constant", "cybertrace" …; ends in NUL */
  uint64_t applied;    /* events that have what the rule adds */
  uint64_t skipped;    /* its filter did not match */
  uint64_t missed;     /* there was nothing to add, or nothing to ask about */
  uint64_t errors;     /* what there was could not be used, no answer came, or the host's function
                          failed */
  uint64_t cut;        /* texts longer than their field may be */
  uint64_t dropped_pairs; /* values that the protocol cannot carry */
  uint64_t ok;         /* answers */
  uint64_t ok_eof;     /* answers that the end of the connection ended */
  uint64_t eof_early;  /* the connection ended before the answer did, twice */
  uint64_t timeout;
  uint64_t connect_failed; /* no connection until the time was over, or not asked for that reason */
  uint64_t protocol_error; /* the answer was none */
  uint64_t queue_full; /* not asked: too many were waiting */
  uint64_t cancelled;  /* given up by weir_flush, or because the rule went */
  uint64_t retries;    /* asked again on another connection */
  uint64_t cache_hits; /* not asked: the answer was at hand */
  uint64_t held;       /* gauge: events that wait */
  uint64_t room;       /* gauge: how many more may wait without some being late or not asked; a host
                          that can wait feeds no more while it is 0 */
} weir_enrichment_stats;

/* [any-thread] */
WEIR_API int32_t weir_get_stats(weir_engine* engine, weir_stats* stats, weir_error* error);

/* The index'th aggregation rule, in the order in which rules are tried; WEIR_NOT_FOUND past the
 * last. [any-thread] */
WEIR_API int32_t weir_get_rule_stats(weir_engine* engine, uint64_t index, weir_rule_stats* stats,
                                     weir_error* error);

/* The index'th enrichment rule, in the order in which they apply; likewise. [any-thread] */
WEIR_API int32_t weir_get_enrichment_stats(weir_engine* engine, uint64_t index,
                                           weir_enrichment_stats* stats, weir_error* error);

/* All of it as text in the exposition format of Prometheus, version 0.0.4: docs/metrics.md has the
 * names. Counters are those of the structs; of enrichment rules that ask over the network also how long
 * answers took. [any-thread] */
WEIR_API int32_t weir_get_metrics(weir_engine* engine, weir_write_fn write, void* user,
                                  weir_error* error);

/* ---- State ---------------------------------------------------------------------------------- */

/* Everything that is open, as bytes: buckets, outputs not yet accepted, events that wait for the
 * network, the clock and the counters, and with the buckets each rule's settings; not the documents,
 * the callbacks and the lookups. What a call on another thread is handing to its sink at that moment is
 * that call's, and not in it. docs/snapshot-format.md describes the bytes, which any version that
 * knows their format and any machine can restore. Waits as weir_load does, copies, and writes behind
 * the gate, in as many calls as it likes. Changes nothing. [any-thread] */
WEIR_API int32_t weir_snapshot(weir_engine* engine, weir_write_fn write, void* user,
                               weir_error* error);

/* A snapshot into an engine that has its documents and rules but was fed nothing and not advanced yet;
 * outputs from then on are what they would have been. Buckets of rules whose meaning did not change
 * stay open; those of others close with reason reload. Events that waited for the network are asked
 * about again. All or nothing: bytes that are cut, altered or of a format that this version does not
 * know are WEIR_INVALID_SNAPSHOT, and the engine is as it was. [serial] */
WEIR_API int32_t weir_restore(weir_engine* engine, const void* bytes, uint64_t size,
                              weir_error* error);

#ifdef __cplusplus
}
#endif

#endif
