/* G2: sizes and offsets of every public struct, as a host that was built yesterday sees them.
 *
 *   layout_test          exit 1 when one differs from the table, or when the table misses a member
 *   layout_test --json   prints them as this compiler lays them out, for the tests of bindings
 *
 * weir_text, weir_field, weir_event and weir_error never change. Another struct may grow at its
 * end: add the rows, and change its size; no row that stands may change once it was released.
 */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "weir/weir.h"

/* A row of a struct (member is "", offset is 0) or of one of its members. */
typedef struct row {
  const char* type;
  const char* member;
  size_t offset;
  size_t size;
  size_t expected_offset;
  size_t expected_size;
} row;

#define STRUCT(type, size) \
  { #type, "", 0, sizeof(type), 0, size }
#define MEMBER(type, member, offset, size) \
  { #type, #member, offsetof(type, member), sizeof(((type*)0)->member), offset, size }

static const row rows[] = {
    /* clang-format off */
    STRUCT(weir_error, 512),
    MEMBER(weir_error, struct_size, 0, 4),
    MEMBER(weir_error, status, 4, 4),
    MEMBER(weir_error, offset, 8, 8),
    MEMBER(weir_error, line, 16, 4),
    MEMBER(weir_error, column, 20, 4),
    MEMBER(weir_error, message, 24, 488),
    STRUCT(weir_text, 16),
    MEMBER(weir_text, data, 0, 8),
    MEMBER(weir_text, size, 8, 8),
    STRUCT(weir_field, 24),
    MEMBER(weir_field, id, 0, 4),
    MEMBER(weir_field, kind, 4, 4),
    MEMBER(weir_field, size, 8, 8),
    MEMBER(weir_field, word, 16, 8),
    STRUCT(weir_event, 24),
    MEMBER(weir_event, fields, 0, 8),
    MEMBER(weir_event, field_count, 8, 8),
    MEMBER(weir_event, cookie, 16, 8),
    STRUCT(weir_output, 88),
    MEMBER(weir_output, struct_size, 0, 4),
    MEMBER(weir_output, kind, 4, 4),
    MEMBER(weir_output, reason, 8, 4),
    MEMBER(weir_output, unused, 12, 4),
    MEMBER(weir_output, count, 16, 8),
    MEMBER(weir_output, event, 24, 24),
    MEMBER(weir_output, bytes, 48, 16),
    MEMBER(weir_output, message, 64, 16),
    MEMBER(weir_output, line, 80, 8),
    STRUCT(weir_sink, 24),
    MEMBER(weir_sink, struct_size, 0, 4),
    MEMBER(weir_sink, form, 4, 4),
    MEMBER(weir_sink, accept, 8, 8),
    MEMBER(weir_sink, user, 16, 8),
    STRUCT(weir_engine_options, 80),
    MEMBER(weir_engine_options, struct_size, 0, 4),
    MEMBER(weir_engine_options, clock, 4, 4),
    MEMBER(weir_engine_options, max_groups, 8, 8),
    MEMBER(weir_engine_options, max_bytes, 16, 8),
    MEMBER(weir_engine_options, max_future_skew, 24, 8),
    MEMBER(weir_engine_options, instance, 32, 16),
    MEMBER(weir_engine_options, log, 48, 8),
    MEMBER(weir_engine_options, log_user, 56, 8),
    MEMBER(weir_engine_options, directory, 64, 16),

    STRUCT(weir_table, 48),
    MEMBER(weir_table, struct_size, 0, 4),
    MEMBER(weir_table, kind, 4, 4),
    MEMBER(weir_table, name, 8, 16),
    MEMBER(weir_table, format, 24, 4),
    MEMBER(weir_table, unused, 28, 4),
    MEMBER(weir_table, rows, 32, 16),

    STRUCT(weir_question, 48),
    MEMBER(weir_question, struct_size, 0, 4),
    MEMBER(weir_question, preset, 4, 4),
    MEMBER(weir_question, now, 8, 8),
    MEMBER(weir_question, event, 16, 8),
    MEMBER(weir_question, record, 24, 8),
    MEMBER(weir_question, line, 32, 16),
    STRUCT(weir_callbacks, 56),
    MEMBER(weir_callbacks, struct_size, 0, 4),
    MEMBER(weir_callbacks, unused, 4, 4),
    MEMBER(weir_callbacks, filter, 8, 8),
    MEMBER(weir_callbacks, enrich, 16, 8),
    MEMBER(weir_callbacks, fields, 24, 8),
    MEMBER(weir_callbacks, field_count, 32, 8),
    MEMBER(weir_callbacks, user, 40, 8),
    MEMBER(weir_callbacks, destroy, 48, 8),
    STRUCT(weir_cursor, 40),
    MEMBER(weir_cursor, struct_size, 0, 4),
    MEMBER(weir_cursor, state, 4, 4),
    MEMBER(weir_cursor, consumed, 8, 8),
    MEMBER(weir_cursor, lines, 16, 8),
    MEMBER(weir_cursor, preset, 24, 4),
    MEMBER(weir_cursor, unused, 28, 4),
    MEMBER(weir_cursor, events, 32, 8),

    STRUCT(weir_member, 32),
    MEMBER(weir_member, key, 0, 8),
    MEMBER(weir_member, key_size, 8, 4),
    MEMBER(weir_member, kind, 12, 4),
    MEMBER(weir_member, size, 16, 8),
    MEMBER(weir_member, word, 24, 8),

    STRUCT(weir_record, 80),
    MEMBER(weir_record, members, 0, 8),
    MEMBER(weir_record, member_count, 8, 8),
    MEMBER(weir_record, cookie, 16, 8),
    MEMBER(weir_record, text, 24, 16),
    MEMBER(weir_record, line, 40, 8),
    MEMBER(weir_record, arrived, 48, 8),
    MEMBER(weir_record, problem, 56, 16),
    MEMBER(weir_record, preset, 72, 4),
    MEMBER(weir_record, unused, 76, 4),
    STRUCT(weir_stats, 296),
    MEMBER(weir_stats, struct_size, 0, 4),
    MEMBER(weir_stats, unused, 4, 4),
    MEMBER(weir_stats, events_in, 8, 8),
    MEMBER(weir_stats, rejected, 16, 8),
    MEMBER(weir_stats, filtered, 24, 8),
    MEMBER(weir_stats, passed, 32, 8),
    MEMBER(weir_stats, taken, 40, 8),
    MEMBER(weir_stats, aggregated, 48, 8),
    MEMBER(weir_stats, closed_count, 56, 8),
    MEMBER(weir_stats, closed_lifetime, 64, 8),
    MEMBER(weir_stats, closed_flush, 72, 8),
    MEMBER(weir_stats, closed_evicted, 80, 8),
    MEMBER(weir_stats, closed_reload, 88, 8),
    MEMBER(weir_stats, conversion_errors, 96, 8),
    MEMBER(weir_stats, sums_skipped, 104, 8),
    MEMBER(weir_stats, sums_saturated, 112, 8),
    MEMBER(weir_stats, joins_cut, 120, 8),
    MEMBER(weir_stats, uniques_cut, 128, 8),
    MEMBER(weir_stats, filter_callbacks_failed, 136, 8),
    MEMBER(weir_stats, enrich_callbacks_failed, 144, 8),
    MEMBER(weir_stats, clock_steps_back, 152, 8),
    MEMBER(weir_stats, future_times, 160, 8),
    MEMBER(weir_stats, open_groups, 168, 8),
    MEMBER(weir_stats, open_events, 176, 8),
    MEMBER(weir_stats, waiting_outputs, 184, 8),
    MEMBER(weir_stats, clock, 192, 8),
    MEMBER(weir_stats, refused, 200, 8),
    MEMBER(weir_stats, lone, 208, 8),
    MEMBER(weir_stats, open_bytes, 216, 8),
    MEMBER(weir_stats, held_events, 224, 8),
    MEMBER(weir_stats, held_bytes, 232, 8),
    MEMBER(weir_stats, late_events, 240, 8),
    MEMBER(weir_stats, loads, 248, 8),
    MEMBER(weir_stats, loads_refused, 256, 8),
    MEMBER(weir_stats, rules_kept, 264, 8),
    MEMBER(weir_stats, rules_added, 272, 8),
    MEMBER(weir_stats, rules_changed, 280, 8),
    MEMBER(weir_stats, rules_removed, 288, 8),
    STRUCT(weir_rule_stats, 680),
    MEMBER(weir_rule_stats, struct_size, 0, 4),
    MEMBER(weir_rule_stats, name_size, 4, 4),
    MEMBER(weir_rule_stats, name, 8, 520),
    MEMBER(weir_rule_stats, taken, 528, 8),
    MEMBER(weir_rule_stats, out, 536, 8),
    MEMBER(weir_rule_stats, aggregated, 544, 8),
    MEMBER(weir_rule_stats, closed_count, 552, 8),
    MEMBER(weir_rule_stats, closed_lifetime, 560, 8),
    MEMBER(weir_rule_stats, closed_flush, 568, 8),
    MEMBER(weir_rule_stats, closed_evicted, 576, 8),
    MEMBER(weir_rule_stats, closed_reload, 584, 8),
    MEMBER(weir_rule_stats, open_groups, 592, 8),
    MEMBER(weir_rule_stats, open_events, 600, 8),
    MEMBER(weir_rule_stats, refused, 608, 8),
    MEMBER(weir_rule_stats, lone, 616, 8),
    MEMBER(weir_rule_stats, open_bytes, 624, 8),
    MEMBER(weir_rule_stats, late_events, 632, 8),
    MEMBER(weir_rule_stats, sums_skipped, 640, 8),
    MEMBER(weir_rule_stats, sums_saturated, 648, 8),
    MEMBER(weir_rule_stats, joins_cut, 656, 8),
    MEMBER(weir_rule_stats, uniques_cut, 664, 8),
    MEMBER(weir_rule_stats, oldest_opened, 672, 8),
    STRUCT(weir_enrichment_stats, 696),
    MEMBER(weir_enrichment_stats, struct_size, 0, 4),
    MEMBER(weir_enrichment_stats, name_size, 4, 4),
    MEMBER(weir_enrichment_stats, name, 8, 520),
    MEMBER(weir_enrichment_stats, type, 528, 24),
    MEMBER(weir_enrichment_stats, applied, 552, 8),
    MEMBER(weir_enrichment_stats, skipped, 560, 8),
    MEMBER(weir_enrichment_stats, missed, 568, 8),
    MEMBER(weir_enrichment_stats, errors, 576, 8),
    MEMBER(weir_enrichment_stats, cut, 584, 8),
    MEMBER(weir_enrichment_stats, dropped_pairs, 592, 8),
    MEMBER(weir_enrichment_stats, ok, 600, 8),
    MEMBER(weir_enrichment_stats, ok_eof, 608, 8),
    MEMBER(weir_enrichment_stats, eof_early, 616, 8),
    MEMBER(weir_enrichment_stats, timeout, 624, 8),
    MEMBER(weir_enrichment_stats, connect_failed, 632, 8),
    MEMBER(weir_enrichment_stats, protocol_error, 640, 8),
    MEMBER(weir_enrichment_stats, queue_full, 648, 8),
    MEMBER(weir_enrichment_stats, cancelled, 656, 8),
    MEMBER(weir_enrichment_stats, retries, 664, 8),
    MEMBER(weir_enrichment_stats, cache_hits, 672, 8),
    MEMBER(weir_enrichment_stats, held, 680, 8),
    MEMBER(weir_enrichment_stats, room, 688, 8),
    /* clang-format on */
};
enum { ROW_COUNT = sizeof(rows) / sizeof(rows[0]) };

static int starts_struct(size_t i) { return rows[i].member[0] == 0; }

static int failed = 0;

static void fail(const row* at, const char* what, size_t is, size_t should) {
  printf("%s%s%s: %s is %zu, not %zu\n", at->type, at->member[0] ? "." : "", at->member, what, is,
         should);
  failed = 1;
}

/* No padding and no member without a row: the members' sizes add up to the struct's. */
static void check_covered(size_t first) {
  size_t end = 0;
  size_t i;
  for (i = first + 1; i < ROW_COUNT && !starts_struct(i); ++i) {
    if (rows[i].offset != end)
      fail(&rows[i], "offset after the member before it", rows[i].offset, end);
    end = rows[i].offset + rows[i].size;
  }
  if (end != rows[first].size)
    fail(&rows[first], "size of the members in the table", end, rows[first].size);
}

static void check(void) {
  size_t i;
  for (i = 0; i < ROW_COUNT; ++i) {
    const row* at = &rows[i];
    if (at->offset != at->expected_offset) fail(at, "offset", at->offset, at->expected_offset);
    if (at->size != at->expected_size) fail(at, "size", at->size, at->expected_size);
    if (starts_struct(i)) check_covered(i);
  }
}

/* {"weir_text": {"size": 16, "members": {"data": [0, 8], …}}, …}: offset and size. */
static void print_json(void) {
  size_t i;
  putchar('{');
  for (i = 0; i < ROW_COUNT; ++i) {
    const row* at = &rows[i];
    if (starts_struct(i)) {
      printf("%s\"%s\": {\"size\": %zu, \"members\": {", i ? "}},\n " : "", at->type, at->size);
    } else {
      printf("%s\"%s\": [%zu, %zu]", starts_struct(i - 1) ? "" : ", ", at->member, at->offset,
             at->size);
    }
  }
  puts("}}}");
}

/* The frozen ones, and what the header says of numbers, also at compile time. */
typedef char weir_error_is_512_bytes[sizeof(weir_error) == 512 ? 1 : -1];
typedef char weir_text_is_16_bytes[sizeof(weir_text) == 16 ? 1 : -1];
typedef char weir_field_is_24_bytes[sizeof(weir_field) == 24 ? 1 : -1];
typedef char weir_event_is_24_bytes[sizeof(weir_event) == 24 ? 1 : -1];

int main(int argc, char** argv) {
  if (argc > 1 && strcmp(argv[1], "--json") == 0) {
    print_json();
    return 0;
  }
  check();
  if (!failed) printf("%d sizes and offsets as they should be\n", ROW_COUNT);
  return failed;
}
