#include "run/ordered_work.h"

#include <gtest/gtest.h>

#include <atomic>
#include <barrier>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace weir::host {
namespace {

constexpr std::size_t kSlotsOfWork = 6;

// Pieces 0, 1, 2 … of which each stage notes what the others must see.
struct Pieces {
  explicit Pieces(std::size_t how_many) : count(how_many) {}

  OrderedWork::Stages stages() {
    return {[this](std::size_t slot) {
              if (taken == count) return false;
              in_slot[slot] = taken++;
              return true;
            },
            [this](std::size_t slot) { worked[slot] = in_slot[slot] * 10; },
            [this](std::size_t slot) { finished.push_back(worked[slot]); }};
  }

  const std::size_t count;
  std::size_t taken = 0;
  std::vector<std::size_t> in_slot = std::vector<std::size_t>(kSlotsOfWork);
  std::vector<std::size_t> worked = std::vector<std::size_t>(kSlotsOfWork);
  std::vector<std::size_t> finished;
};

std::vector<std::size_t> tens(std::size_t count) {
  std::vector<std::size_t> all(count);
  for (std::size_t i = 0; i < count; ++i) all[i] = i * 10;
  return all;
}

std::string thrown_by(OrderedWork& line) {
  try {
    line.run();
  } catch (const std::exception& error) {
    return error.what();
  }
  return "no exception";
}

TEST(OrderedWork, FinishesEveryPieceInTheOrderInWhichTheyWereTaken) {
  for (const unsigned threads : {1u, 2u, 4u, 7u}) {
    for (const std::size_t count : {0u, 1u, 2u, 3u, 2000u}) {
      Pieces pieces(count);
      OrderedWork(threads, kSlotsOfWork, pieces.stages()).run();
      EXPECT_EQ(pieces.finished, tens(count)) << threads;
    }
  }
}

TEST(OrderedWork, WorksOnAsManyPiecesAtOnceAsThereAreThreads) {
  constexpr unsigned threads = 3;
  Pieces pieces(1 + 5 * threads);  // the first is worked on alone
  OrderedWork::Stages stages = pieces.stages();
  std::barrier together(threads);  // nobody passes who works alone
  const auto work = stages.work;
  stages.work = [&](std::size_t slot) {
    if (pieces.in_slot[slot] != 0) together.arrive_and_wait();
    work(slot);
  };
  OrderedWork(threads, kSlotsOfWork, stages).run();
  EXPECT_EQ(pieces.finished, tens(pieces.count));
}

TEST(OrderedWork, HasNoMorePiecesUnderWayThanSlots) {
  Pieces pieces(500);
  std::atomic<std::size_t> under_way = 0;
  std::atomic<std::size_t> most = 0;
  OrderedWork::Stages stages = pieces.stages();
  const auto take = stages.take;
  const auto finish = stages.finish;
  stages.take = [&](std::size_t slot) {
    const bool more = take(slot);
    if (more && ++under_way > most) most = under_way.load();
    return more;
  };
  stages.finish = [&](std::size_t slot) {
    finish(slot);
    --under_way;
  };
  OrderedWork(4, kSlotsOfWork, stages).run();
  EXPECT_LE(most, kSlotsOfWork);
  EXPECT_EQ(pieces.finished, tens(500));
}

TEST(OrderedWork, ThatCannotTakeFinishesWhatWasTakenBefore) {
  for (const unsigned threads : {1u, 4u}) {
    Pieces pieces(500);
    OrderedWork::Stages stages = pieces.stages();
    const auto take = stages.take;
    stages.take = [&](std::size_t slot) {
      if (pieces.taken == 100) throw std::runtime_error("take");
      return take(slot);
    };
    OrderedWork line(threads, kSlotsOfWork, stages);
    EXPECT_EQ(thrown_by(line), "take");
    EXPECT_EQ(pieces.finished, tens(100));
  }
}

TEST(OrderedWork, ThatCannotWorkOnAPieceFinishesThoseBeforeIt) {
  for (const unsigned threads : {1u, 4u}) {
    Pieces pieces(500);
    OrderedWork::Stages stages = pieces.stages();
    const auto work = stages.work;
    stages.work = [&](std::size_t slot) {
      if (pieces.in_slot[slot] == 100) throw std::runtime_error("work");
      work(slot);
    };
    OrderedWork line(threads, kSlotsOfWork, stages);
    EXPECT_EQ(thrown_by(line), "work");
    EXPECT_EQ(pieces.finished, tens(100));
  }
}

TEST(OrderedWork, FinishesNothingBehindAPieceThatCouldNotBeFinished) {
  for (const unsigned threads : {1u, 4u}) {
    Pieces pieces(500);
    OrderedWork::Stages stages = pieces.stages();
    const auto finish = stages.finish;
    stages.finish = [&](std::size_t slot) {
      finish(slot);
      if (pieces.finished.size() == 50) throw std::runtime_error("finish");
    };
    OrderedWork line(threads, kSlotsOfWork, stages);
    EXPECT_EQ(thrown_by(line), "finish");
    EXPECT_EQ(pieces.finished, tens(50));
  }
}

TEST(OrderedWork, LetsATakerThatWaitsSeeThatTheLineHasFailed) {
  Pieces pieces(500);
  OrderedWork::Stages stages = pieces.stages();
  OrderedWork* line = nullptr;
  const auto take = stages.take;
  stages.take = [&](std::size_t slot) {
    // Only another thread can end this wait.
    while (pieces.taken == 3 && !line->failed()) std::this_thread::yield();
    return pieces.taken < 3 && take(slot);
  };
  stages.finish = [&](std::size_t slot) {
    if (pieces.in_slot[slot] == 2) throw std::runtime_error("full");
  };
  OrderedWork of_two(2, kSlotsOfWork, stages);
  line = &of_two;
  EXPECT_EQ(thrown_by(of_two), "full");
}

TEST(OrderedWork, RunsWhatIsToRunBetweenPiecesWhileNoneIsFinished) {
  Pieces pieces(1000);
  OrderedWork::Stages stages = pieces.stages();
  OrderedWork* line = nullptr;
  int guarded = 0;  // by the right to finish
  const auto take = stages.take;
  const auto finish = stages.finish;
  stages.take = [&](std::size_t slot) {
    line->between_pieces([&] { ++guarded; });
    return take(slot);
  };
  stages.finish = [&](std::size_t slot) {
    ++guarded;
    finish(slot);
  };
  OrderedWork of_four(4, kSlotsOfWork, stages);
  line = &of_four;
  of_four.run();
  EXPECT_EQ(guarded, 2001);
  EXPECT_EQ(pieces.finished, tens(1000));
}

TEST(OrderedWork, ThrowsWhatIsThrownBetweenPieces) {
  Pieces pieces(10);
  OrderedWork::Stages stages = pieces.stages();
  OrderedWork* line = nullptr;
  stages.take = [&](std::size_t) -> bool {
    line->between_pieces([] { throw std::runtime_error("tick"); });
    return false;
  };
  OrderedWork of_two(2, kSlotsOfWork, stages);
  line = &of_two;
  EXPECT_EQ(thrown_by(of_two), "tick");
}

}  // namespace
}  // namespace weir::host
