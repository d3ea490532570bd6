/* G4: the library is opened, used from two threads, closed while they still live, and they end
 * after that; fifty times. What a thread leaves behind at its end (oneTBB does) must still be
 * there.
 *
 *   g4_dlopen LIBRARY
 */
#include <pthread.h>

#include "loaded.h"

enum { ROUNDS = 50, THREADS = 2 };

typedef struct round_state {
  loaded library;
  weir_engine* engine;
  pthread_barrier_t used;   /* all threads have made their last call */
  pthread_barrier_t closed; /* the library is closed */
  uint64_t outputs[THREADS];
} round_state;

typedef struct worker {
  round_state* round;
  int number;
} worker;

static void* work(void* argument) {
  worker* self = (worker*)argument;
  self->round->outputs[self->number] = feed_events(&self->round->library, self->round->engine);
  pthread_barrier_wait(&self->round->used);
  pthread_barrier_wait(&self->round->closed);
  return NULL;
}

static void check_totals(round_state* round) {
  weir_stats stats;
  memset(&stats, 0, sizeof stats);
  stats.struct_size = sizeof stats;
  require(round->library.get_stats(round->engine, &stats, NULL) == WEIR_OK, "statistics");
  require(stats.taken == THREADS * USED_EVENTS, "every event was taken");
  require(round->outputs[0] + round->outputs[1] == stats.aggregated, "every output arrived");
  require(stats.aggregated == THREADS * USED_EVENTS / 10, "the threshold held");
}

static void run_round(const char* path) {
  round_state round;
  pthread_t threads[THREADS];
  worker workers[THREADS];
  int i;
  round.library = open_library(path, OPEN_FLAGS);
  round.engine = create_engine(&round.library);
  pthread_barrier_init(&round.used, NULL, THREADS + 1);
  pthread_barrier_init(&round.closed, NULL, THREADS + 1);
  for (i = 0; i < THREADS; ++i) {
    workers[i].round = &round;
    workers[i].number = i;
    require(pthread_create(&threads[i], NULL, work, &workers[i]) == 0, "a thread starts");
  }
  pthread_barrier_wait(&round.used);
  check_totals(&round);
  require(round.library.destroy_engine(round.engine, NULL) == WEIR_OK, "destroy");
  require(dlclose(round.library.handle) == 0, "dlclose");
  pthread_barrier_wait(&round.closed);
  for (i = 0; i < THREADS; ++i) pthread_join(threads[i], NULL);
  pthread_barrier_destroy(&round.used);
  pthread_barrier_destroy(&round.closed);
}

int main(int argc, char** argv) {
  int i;
  require(argc == 2, "usage: g4_dlopen LIBRARY");
  for (i = 0; i < ROUNDS; ++i) run_round(argv[1]);
  printf("opened, used by %d threads and closed %d times\n", THREADS, ROUNDS);
  return 0;
}
