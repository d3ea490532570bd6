#include "tracer/http_client.h"

#include <algorithm>
#include <new>
#include <utility>

namespace weir::host::tracer {

struct HttpClient::Request {
  std::unique_ptr<CURL, FreeEasy> easy;
  char error[CURL_ERROR_SIZE] = "";
  std::string body;
  Done done;
};

void HttpClient::FreeEasy::operator()(CURL* easy) const noexcept { curl().easy_cleanup(easy); }

HttpClient::HttpClient(uv_loop_t* loop) : loop_(loop), timer_(make_timer(loop, this)) {
  multi_ = curl().multi_init();
  if (multi_ == nullptr) throw std::bad_alloc();
  curl().multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, on_socket);
  curl().multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
  curl().multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, on_timer);
  curl().multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
  curl().multi_setopt(multi_, CURLMOPT_MAXCONNECTS, 256L);
}

HttpClient::~HttpClient() {
  for (const auto& request : requests_) curl().multi_remove_handle(multi_, request->easy.get());
  curl().multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, nullptr);
  curl().multi_cleanup(multi_);  // calls on_socket() for connections that were kept
}

void HttpClient::get(const std::string& url, const HttpService& service, Done done) {
  std::unique_ptr<Request> request;
  if (spare_.empty()) {
    request = std::make_unique<Request>();
    request->easy.reset(curl().easy_init());
    if (!request->easy) throw std::bad_alloc();
  } else {
    request = std::move(spare_.back());
    spare_.pop_back();
  }
  request->body.clear();
  request->error[0] = '\0';
  request->done = std::move(done);
  CURL* const easy = request->easy.get();
  curl().easy_reset(easy);
  curl().easy_setopt(easy, CURLOPT_URL, url.c_str());
  curl().easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl().easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);  // a service must not send us elsewhere
  curl().easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(service.time.count()));
  curl().easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl().easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "");  // whatever curl can expand
  curl().easy_setopt(easy, CURLOPT_USERAGENT, "weir-tracer");
  curl().easy_setopt(easy, CURLOPT_HTTPHEADER, service.headers.get());
  if (!service.authorities.empty()) {
    curl().easy_setopt(easy, CURLOPT_CAINFO, service.authorities.c_str());
  }
  curl().easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
  curl().easy_setopt(easy, CURLOPT_WRITEDATA, request.get());
  curl().easy_setopt(easy, CURLOPT_ERRORBUFFER, request->error);
  curl().easy_setopt(easy, CURLOPT_PRIVATE, request.get());
  requests_.push_back(std::move(request));
  curl().multi_add_handle(multi_, easy);  // asks for the timer, so that nothing happens yet
}

std::size_t HttpClient::on_body(char* bytes, std::size_t size, std::size_t count, void* request) {
  std::string& body = static_cast<Request*>(request)->body;
  if (body.size() + size * count > kLargestBody) return 0;  // ends the transfer with an error
  try {
    body.append(bytes, size * count);
  } catch (const std::bad_alloc&) {
    return 0;
  }
  return size * count;
}

int HttpClient::on_socket(CURL* /*easy*/, curl_socket_t socket, int what, void* client,
                          void* poll) {
  static_cast<HttpClient*>(client)->watch(socket, what, static_cast<uv_poll_t*>(poll));
  return 0;
}

void HttpClient::watch(curl_socket_t socket, int what, uv_poll_t* poll) {
  if (what == CURL_POLL_REMOVE) {
    std::erase_if(polls_, [&](const auto& one) { return one.get() == poll; });
    curl().multi_assign(multi_, socket, nullptr);
    return;
  }
  if (poll == nullptr) {
    auto made = std::make_unique<uv_poll_t>();
    if (uv_poll_init_socket(loop_, made.get(), socket) != 0) return;  // its time will run out
    made->data = this;
    poll = made.get();
    polls_.emplace_back(made.release());
    curl().multi_assign(multi_, socket, poll);
  }
  const int events = ((what & CURL_POLL_IN) != 0 ? UV_READABLE : 0) |
                     ((what & CURL_POLL_OUT) != 0 ? UV_WRITABLE : 0);
  uv_poll_start(poll, events, [](uv_poll_t* ready, int status, int which) {
    uv_os_fd_t number = -1;
    uv_fileno(reinterpret_cast<uv_handle_t*>(ready), &number);
    const int bits = status < 0 ? CURL_CSELECT_ERR
                                : ((which & UV_READABLE) != 0 ? CURL_CSELECT_IN : 0) |
                                      ((which & UV_WRITABLE) != 0 ? CURL_CSELECT_OUT : 0);
    static_cast<HttpClient*>(ready->data)->act(number, bits);
  });
}

int HttpClient::on_timer(CURLM* /*multi*/, long milliseconds, void* client) {
  uv_timer_t* const timer = static_cast<HttpClient*>(client)->timer_.get();
  if (milliseconds < 0) return uv_timer_stop(timer);
  // curl must not be called from here, so that 0 waits for the next turn of the loop as well.
  return uv_timer_start(
      timer,
      [](uv_timer_t* due) { static_cast<HttpClient*>(due->data)->act(CURL_SOCKET_TIMEOUT, 0); },
      static_cast<std::uint64_t>(milliseconds), 0);
}

void HttpClient::act(curl_socket_t socket, int events) {
  int running = 0;
  curl().multi_socket_action(multi_, socket, events, &running);
  collect();
}

void HttpClient::collect() {
  int left = 0;
  while (const CURLMsg* const message = curl().multi_info_read(multi_, &left)) {
    if (message->msg == CURLMSG_DONE) finish(message->easy_handle, message->data.result);
  }
}

void HttpClient::finish(CURL* easy, CURLcode code) {
  Request* finished = nullptr;
  curl().easy_getinfo(easy, CURLINFO_PRIVATE, &finished);
  HttpAnswer answer;
  curl().easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &answer.status);
  if (code == CURLE_WRITE_ERROR) {
    answer.problem = "the answer is longer than 1 MiB";
  } else if (code != CURLE_OK) {
    answer.problem = finished->error[0] != '\0' ? finished->error : curl().easy_strerror(code);
  }
  answer.body = std::move(finished->body);
  curl().multi_remove_handle(multi_, easy);
  const auto at = std::find_if(requests_.begin(), requests_.end(),
                               [&](const auto& one) { return one.get() == finished; });
  const Done done = std::move(finished->done);
  spare_.push_back(std::move(*at));
  requests_.erase(at);
  done(std::move(answer));
}

void append_percent_encoded(std::string& out, std::string_view text) {
  constexpr std::string_view unreserved = "-._~";
  constexpr char digits[] = "0123456789ABCDEF";
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       unreserved.find(c) != std::string_view::npos;
    if (plain) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += digits[byte >> 4];
    out += digits[byte & 0xf];
  }
}

}  // namespace weir::host::tracer
