// Records as whole events: for those that pass, and for host callbacks without a list. What a
// record does not touch costs nothing. One thread a reader; no allocation once its buffers have
// grown.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/bump.h"
#include "event/key_tree.h"
#include "event/line_format.h"
#include "event/record_trail.h"
#include "event/value.h"
#include "weir/weir.h"

namespace weir {

class WholeRecordReader {
 public:
  // The fields that have an id, in the order of the record's members, then those that are derived,
  // then with `keep` an Extra of all else. They lie in `memory`; texts borrow from the record.
  // Not null, even if there are none. Adds to `lost` the values that could not be stored. Throws
  // bad_alloc. REQUIRES: a RecordReader has found the record good.
  weir_event read(const weir_record& record, const std::shared_ptr<const LineFormat>& format,
                  Bump& memory, std::uint64_t& lost);

 private:
  struct Kept {
    std::string_view key;
    Value value;
  };
  // The record that last kept a value of a key, and where among the kept.
  struct KeptAt {
    std::uint64_t record = 0;
    std::size_t index = 0;
  };

  void follow(const std::shared_ptr<const LineFormat>& format);
  void read_member(const weir_member& member, RecordTrail::Step step, Bump& memory);
  void keep(const weir_member& member, RecordTrail::Step step);
  void drop_repeated();
  void touch(Slot slot);
  void store(Value value, const KeyTree::Key& key, Bump& memory);
  void derive(std::int64_t reference, Bump& memory);
  void run(std::uint32_t derivation, std::int64_t reference, Bump& memory);
  std::string_view kept_as_json(Bump& memory);

  std::shared_ptr<const LineFormat> format_;
  std::uint32_t known_ = 0;  // fields
  KeyTree keys_;             // the slot of each field is its id
  RecordTrail trail_;
  std::vector<Value> row_;                 // all absent between records
  std::vector<Slot> touched_;              // of the row, in the order of the record
  std::vector<std::uint64_t> touched_in_;  // by slot: the record that touched it last
  std::vector<std::uint64_t> run_in_;      // by derivation: the record that it was last run for
  std::vector<std::uint64_t> seen_;        // by object of the keys: that it was last met in
  std::vector<Kept> kept_;                 // absent: another member took its place, or it was empty
  std::vector<std::uint32_t> order_;       // of the kept, by key; scratch
  bool may_repeat_ = false;                // some of the kept may have one key
  std::vector<KeptAt> kept_at_ = std::vector<KeptAt>(RecordTrail::max_steps);  // by step
  std::string text_;
  std::uint64_t record_ = 0;  // a number of its own for each
  std::uint64_t lost_ = 0;    // values of it that could not be stored
};

}  // namespace weir
