// The library as the model is: fields or lines in, outputs as reason and JSON. It sees weir.h
// alone.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "model.h"
#include "weir/weir.h"

namespace model {

// How events go in and come out. Lines in and events out shows the reasons of closing and the bytes
// of what passes; lines in and out is what a host program does.
enum class Form { fields, lines, lines_to_lines };

class Library {
 public:
  Library(const std::string& document, const Options& options, Form form);
  ~Library();
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;

  void feed(std::span<const Fields> events, std::int64_t now);
  void advance(std::int64_t now);
  void flush();
  // Goes on as another engine, which has nothing but the document and a snapshot of this one.
  void restore();
  weir_stats stats() const;
  weir_rule_stats rule_stats(std::uint64_t index) const;

  std::vector<Output> outputs;  // without reasons where lines come out

 private:
  static void accept(void* user, const weir_output* output, std::int32_t* answer);
  void create();
  void feed_fields(std::span<const Fields> events, std::int64_t now);
  void feed_lines(std::span<const Fields> events, std::int64_t now);

  std::string document_;
  Options options_;
  Form form_;
  weir_engine* engine_ = nullptr;
  weir_error error_{sizeof(weir_error), 0, 0, 0, 0, {}};
  weir_sink sink_{sizeof(weir_sink), WEIR_FORM_EVENTS, accept, this};
};

}  // namespace model
