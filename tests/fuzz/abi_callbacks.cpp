// What the engine calls back: rules' functions, sinks, whoever takes text; all may enter it.

#include <cstdlib>

#include "abi_engine.h"
#include "abi_material.h"

namespace fuzz {

std::uint64_t living_users = 0;

namespace {

std::uint32_t id(std::string_view name) {
  std::uint32_t id = 0;
  require(weir_field_id(name.data(), name.size(), &id, nullptr) == WEIR_OK, "the field is known");
  return id;
}

// Reads all of it, so that a sanitizer sees what is not there.
void print(std::string& to, const char* bytes, std::uint64_t size) {
  for (std::uint64_t i = 0; i < size; ++i) to += bytes[i];
}

void print(std::string& to, const weir_field& field) {
  require(field.id != UINT32_MAX, "an output's fields have ids");
  to += std::to_string(field.id) + ':' + std::to_string(field.kind) + '=';
  const void* at = reinterpret_cast<const void*>(static_cast<std::uintptr_t>(field.word));
  switch (field.kind) {
    case WEIR_TEXT:
    case WEIR_JSON:
      print(to, static_cast<const char*>(at), field.size);
      break;
    case WEIR_INTEGER_ARRAY:
    case WEIR_FLOAT_ARRAY:
      print(to, static_cast<const char*>(at), field.size * 8);
      break;
    case WEIR_TEXT_ARRAY:
      for (std::uint64_t i = 0; i < field.size; ++i) {
        const weir_text& text = static_cast<const weir_text*>(at)[i];
        print(to, text.data, text.size);
        to += ',';
      }
      break;
    default:
      to += std::to_string(field.word);
  }
}

}  // namespace

// What a rule's functions go by.
struct DrivenEngine::User {
  DrivenEngine* owner;
  int mode;
};

weir_callbacks DrivenEngine::callbacks(int mode) {
  static const std::uint32_t some[] = {id("Name"), id("BytesIn")};
  static const std::uint32_t message = id("Message");
  weir_callbacks made{};
  made.struct_size = sizeof made;
  if ((mode & 1) == 0)
    made.filter = [](void* user, const weir_event* events, std::uint64_t count,
                     std::int32_t* answers) {
      const User& self = *static_cast<User*>(user);
      static constexpr std::int32_t given[] = {WEIR_TAKE, WEIR_TAKE, WEIR_LEAVE, 77, INT32_MIN};
      for (std::uint64_t i = 0; i < count; ++i) {
        const std::uint64_t of = (events[i].field_count + static_cast<unsigned>(self.mode)) % 6;
        if (of < 5) answers[i] = given[of];
      }
      self.owner->enter();
    };
  if ((mode & 2) == 0)
    made.enrich = [](void* user, const weir_event* event, weir_additions* additions,
                     std::int32_t* answer) {
      const User& self = *static_cast<User*>(user);
      std::string read;
      for (std::uint64_t i = 0; i < event->field_count; ++i) print(read, event->fields[i]);
      const std::uint64_t of = (event->field_count + static_cast<unsigned>(self.mode)) % 4;
      const weir_field field{of == 3 ? UINT32_MAX : message, WEIR_TEXT, 3,
                             reinterpret_cast<std::uintptr_t>("set")};
      const std::int32_t status = weir_set_field(additions, &field, nullptr);
      require((status == WEIR_OK) == (of != 3), "a field is set");
      if (of != 1) *answer = of == 2 ? 77 : WEIR_OK;
      self.owner->enter();
    };
  if ((mode & 4) != 0) {
    made.fields = some;
    made.field_count = 2;
  }
  made.user = new User{this, mode};
  made.destroy = [](void* user) {
    delete static_cast<User*>(user);
    --living_users;
  };
  ++living_users;
  return made;
}

// From inside a callback: whatever is called is busy.
void DrivenEngine::enter() {
  if (inside_ || !choices_.one_in(32)) return;
  inside_ = true;
  std::int32_t status = WEIR_BUSY;
  const weir_callbacks bound = callbacks(0);
  weir_cursor cursor{sizeof cursor, 0, 0, 0, 0, 0, 0};
  weir_stats all{};
  all.struct_size = sizeof all;
  weir_question question{sizeof question, 0, 0, nullptr, nullptr, {"{}", 2}};
  std::string written;
  switch (choices_.below(13)) {
    case 0:
      status = weir_get_stats(engine_, &all, nullptr);
      break;
    case 1:
      status = weir_load(engine_, "{}", 2, nullptr);
      break;
    case 2:
      status = weir_feed_ndjson(engine_, "{}\n", 3, now_, 0, &sink_, &cursor, nullptr);
      break;
    case 3:
      status = weir_flush(engine_, 0, &sink_, nullptr);
      break;
    case 4:
      status = weir_advance(engine_, now_, &sink_, nullptr);
      break;
    case 5:
      status = weir_snapshot(engine_, write, &written, nullptr);
      break;
    case 6:
      status = weir_restore(engine_, "x", 1, nullptr);
      break;
    case 7:
      status = weir_get_metrics(engine_, write, &written, nullptr);
      break;
    case 8:
      status = weir_explain(engine_, &question, write, &written, nullptr);
      break;
    case 9:
      status = weir_feed_records(engine_, nullptr, 0, now_, &sink_, nullptr, nullptr);
      break;
    case 10:
      status = weir_destroy_engine(engine_, nullptr);
      break;
    case 11:
      for (const Batch& batch : batches_)
        require(weir_feed_batch(batch.handle, now_, 0, &sink_, nullptr) == WEIR_BUSY,
                "a batch's engine is busy");
      break;
    default: {
      const weir_table given = table(choices_, lent_);
      status = weir_set_table(engine_, &given, nullptr);
    }
  }
  require(status == WEIR_BUSY, "an engine is busy for its callback");
  // Also a call that is refused destroys what it was handed.
  require(weir_set_callback(engine_, "x", 1, &bound, nullptr) == WEIR_BUSY, "so is binding");
  inside_ = false;
}

void DrivenEngine::log(void* user, std::uint32_t, const char* message, std::uint64_t size) {
  std::string read;
  print(read, message, size);
  static_cast<DrivenEngine*>(user)->enter();
}

void DrivenEngine::accept(void* user, const weir_output* output, std::int32_t* answer) {
  DrivenEngine& self = *static_cast<DrivenEngine*>(user);
  Accepted& to = self.accepted_;
  require(*answer == WEIR_CALLBACK_FAILED, "the answer is preset");
  std::string read;
  print(read, output->bytes.data, output->bytes.size);
  print(read, output->message.data, output->message.size);
  for (std::uint64_t i = 0; i < output->event.field_count; ++i) {
    print(read, output->event.fields[i]);
    read += '\n';
  }
  self.enter();
  switch (self.choices_.below(12)) {
    case 9:
      return;
    case 10:
      *answer = 77;
      return;
    case 11:
      *answer = WEIR_STOP;
      break;
    default:
      *answer = WEIR_ACCEPT;
  }
  if (output->kind == WEIR_OUTPUT_REJECTED)
    to.rejected += output->count;
  else
    (output->kind == WEIR_OUTPUT_AGGREGATED ? to.aggregated : to.base) += output->count;
  if (to.keeps) to.all += std::to_string(output->kind) + ' ' + read + '\n';
}

void DrivenEngine::write(void* user, const char* bytes, std::uint64_t size) {
  print(*static_cast<std::string*>(user), bytes, size);
}

}  // namespace fuzz
