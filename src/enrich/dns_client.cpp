#include "enrich/dns_client.h"

#include <fmt/format.h>

#include <algorithm>
#include <list>
#include <new>
#include <vector>

#include "base/error.h"
#include "enrich/dns_channel.h"
#include "enrich/dns_text.h"
#include "enrich/loop_thread.h"
#include "enrich/token_bucket.h"

namespace weir::enrich {

namespace {

constexpr std::uint32_t default_workers = 64;
constexpr std::size_t tries = 2;            // of each server
constexpr std::size_t room_of_names = 256;  // more than any name has
constexpr std::chrono::milliseconds out_of_memory_pause{100};

std::vector<DnsServer> servers_of(const DnsSettings& settings) {
  if (settings.servers.empty()) return system_dns_servers();
  std::vector<DnsServer> servers;
  for (const std::string& text : settings.servers) {
    const auto server = parse_dns_server(text);
    if (!server)
      throw Failure(Status::invalid_argument,
                    fmt::format("'{}' is no DNS server; write ADDRESS or ADDRESS:PORT", text));
    servers.push_back(*server);
  }
  return servers;
}

// All tries together take the question's time. More than a minute for one is of no use, and c-ares
// counts in an int.
std::chrono::milliseconds time_of_try(Duration timeout, std::size_t servers) {
  const std::int64_t share = timeout.nanos / 1'000'000 / static_cast<std::int64_t>(servers * tries);
  return std::chrono::milliseconds(std::clamp<std::int64_t>(share, 1, 60'000));
}

// Which of two failures says more about why there is no answer.
Outcome worse(Outcome a, Outcome b) noexcept {
  for (const Outcome outcome : {Outcome::protocol_error, Outcome::timeout})
    if (a == outcome || b == outcome) return outcome;
  return Outcome::connect_failed;
}

}  // namespace

// All but the constructor, the destructor and `exchange` belongs to the loop's thread.
class DnsClient::Resolver {
 public:
  Resolver(const DnsSettings& settings, Bell& bell)
      : exchange({settings.queue, settings.timeout, settings.cache_ttl, settings.cache_bytes},
                 bell),
        rate_(settings.rps),
        idle_(settings.workers == 0 ? default_workers : settings.workers) {
    const auto servers = servers_of(settings);
    const auto timeout = time_of_try(settings.timeout, servers.size());
    for (const DnsServer& server : servers)
      channels_.push_back(
          std::make_unique<DnsChannel>(DnsChannel::Options{server, timeout, settings.recursion}));
    for (Flight& flight : idle_) {
      // So that what c-ares calls back allocates nothing: it could not be thrown through.
      flight.name.reserve(room_of_names);
      flight.text.reserve(room_of_names);
    }
    thread_ = std::make_unique<LoopThread>(LoopThread::Work{
        [this](uv_loop_t& loop) { begin(loop); }, [this] { pump(); }, [this] { end(); }});
    exchange.on_question([this] { thread_->wake(); });
  }
  ~Resolver() {
    exchange.cancel();
    thread_.reset();  // before what it works with
  }
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  Exchange exchange;

 private:
  // A question on its way.
  struct Flight {
    Exchange::Question question;
    Address address;   // of ptr
    std::string name;  // that is asked for
    DnsRecord record = DnsRecord::ptr;
    std::size_t server = 0;
    std::size_t asked = 0;  // requests for this record
    bool answered = false;  // its time was over; the request is still on its way
    bool ended = false;     // the request, with:
    DnsEnd end = DnsEnd::found;
    std::string text;
    Outcome failure = Outcome::connect_failed;
  };
  using Flights = std::list<Flight>;

  void begin(uv_loop_t& loop);
  void end();
  void pump();
  bool settle_all();
  bool settle(Flight& flight, Instant now);
  bool go_on(Flight& flight, Instant now);
  void answer(Flight& flight, Outcome outcome, std::string_view text);
  void end_late(Instant now);
  void take_off(Instant now);
  void request(Flight& flight, Instant now);
  void set_timer(Instant now);
  void start_timer(std::chrono::milliseconds left);

  TokenBucket rate_;
  std::vector<std::unique_ptr<DnsChannel>> channels_;
  std::size_t first_ = 0;  // the server that is asked first
  Flights idle_;
  Flights flying_;  // the oldest first
  uv_timer_t timer_{};
  std::unique_ptr<LoopThread> thread_;
};

void DnsClient::Resolver::begin(uv_loop_t& loop) {
  uv_timer_init(&loop, &timer_);
  timer_.data = this;
  for (const auto& channel : channels_) channel->begin(loop, [this] { pump(); });
}

void DnsClient::Resolver::end() {
  for (const auto& channel : channels_) channel->end();
  uv_close(reinterpret_cast<uv_handle_t*>(&timer_), nullptr);
}

// Does all that can be done now, and sets the timer for what cannot.
void DnsClient::Resolver::pump() {
  try {
    Instant now;
    do {
      now = now_is();
      end_late(now);
      take_off(now);
    } while (settle_all());  // some requests end where they are made
    set_timer(now);
  } catch (const std::bad_alloc&) {
    start_timer(out_of_memory_pause);  // nothing was taken; nobody above could be told
  }
}

// False if no request has ended.
bool DnsClient::Resolver::settle_all() {
  bool any = false;
  const Instant now = now_is();
  for (auto flight = flying_.begin(); flight != flying_.end();) {
    const auto here = flight++;
    if (!here->ended) continue;
    any = true;
    here->ended = false;
    if (settle(*here, now)) idle_.splice(idle_.begin(), flying_, here);
  }
  return any;
}

// False if the question needs another request, which is on its way then.
bool DnsClient::Resolver::settle(Flight& flight, Instant now) {
  if (flight.answered) return true;
  switch (flight.end) {
    case DnsEnd::found:
      answer(flight, Outcome::ok, flight.text);
      return true;
    case DnsEnd::no_record:
      if (flight.record != DnsRecord::a) break;
      flight.record = DnsRecord::aaaa;
      flight.asked = 0;
      request(flight, now);
      return false;
    case DnsEnd::no_name:
      break;
    default:
      return !go_on(flight, now);
  }
  answer(flight, Outcome::ok, {});
  return true;
}

// After a failure. False if there was nothing left to try, and that is the answer.
bool DnsClient::Resolver::go_on(Flight& flight, Instant now) {
  const bool lost = flight.end != DnsEnd::refused;
  flight.failure = worse(flight.failure, flight.end == DnsEnd::refused  ? Outcome::protocol_error
                                         : flight.end == DnsEnd::silent ? Outcome::timeout
                                                                        : Outcome::connect_failed);
  const std::size_t next = (flight.server + 1) % channels_.size();
  if (lost && flight.server == first_) first_ = next;
  if (flight.asked == tries * channels_.size()) {
    answer(flight, flight.failure, {});
    return false;
  }
  flight.server = next;
  exchange.count_retry();
  request(flight, now);
  return true;
}

void DnsClient::Resolver::answer(Flight& flight, Outcome outcome, std::string_view text) {
  exchange.answer(flight.question, outcome, text);
  flight.answered = true;
}

// Answers the questions whose time is over. Their requests end by themselves, soon.
void DnsClient::Resolver::end_late(Instant now) {
  for (Flight& flight : flying_) {
    if (flight.question.deadline > now) break;
    if (flight.answered || flight.ended) continue;
    answer(flight, worse(flight.failure, Outcome::timeout), {});
  }
}

void DnsClient::Resolver::take_off(Instant now) {
  while (!idle_.empty() && rate_.ready(now)) {
    Flight& flight = idle_.front();
    if (!exchange.take(flight.question, now, Outcome::timeout)) return;
    flying_.splice(flying_.end(), idle_, idle_.begin());
    const auto address = parse_address(flight.question.text);
    flight.record = address ? DnsRecord::ptr : DnsRecord::a;
    if (address) {
      flight.address = *address;
      reverse_name(*address, flight.name);
    } else {
      flight.name = flight.question.text;
    }
    flight.server = first_;
    flight.asked = 0;
    flight.answered = false;
    flight.failure = Outcome::connect_failed;
    request(flight, now);
  }
}

void DnsClient::Resolver::request(Flight& flight, Instant now) {
  rate_.spend(now);
  ++flight.asked;
  channels_[flight.server]->ask(
      flight.name, flight.record,
      [](void* query, int status, int, unsigned char* reply, int size) {
        Flight& own = *static_cast<Flight*>(query);
        if (status == ARES_EDESTRUCTION) return;
        own.end = read_dns_reply(own.record, status, {reply, static_cast<std::size_t>(size)},
                                 own.address, own.text);
        own.ended = true;
      },
      &flight);
}

void DnsClient::Resolver::set_timer(Instant now) {
  Instant next = exchange.expire(now, Outcome::timeout);
  const bool some_wait = next != Instant::max();
  if (some_wait && !idle_.empty()) next = std::min(next, rate_.next());
  const auto oldest = std::find_if(flying_.begin(), flying_.end(),
                                   [](const Flight& flight) { return !flight.answered; });
  if (oldest != flying_.end()) next = std::min(next, oldest->question.deadline);
  if (next == Instant::max()) {
    uv_timer_stop(&timer_);
    return;
  }
  start_timer(std::chrono::ceil<std::chrono::milliseconds>(next - now));
}

void DnsClient::Resolver::start_timer(std::chrono::milliseconds left) {
  uv_timer_start(
      &timer_, [](uv_timer_t* timer) { static_cast<Resolver*>(timer->data)->pump(); },
      static_cast<std::uint64_t>(std::max<std::int64_t>(left.count(), 0)), 0);
}

DnsClient::DnsClient(const DnsSettings& settings, Bell& bell)
    : resolver_(std::make_unique<Resolver>(settings, bell)) {}
DnsClient::~DnsClient() = default;

Exchange& DnsClient::exchange() noexcept { return resolver_->exchange; }

}  // namespace weir::enrich
