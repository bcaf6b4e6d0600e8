#include "cli/session.hpp"

#include <nlohmann/json.hpp>

namespace equipoise::cli {

void Session::print_json(const nlohmann::ordered_json& document) {
  // A table's text may hold bytes that are no UTF-8; they must not turn an answer into a failure.
  answer_ = document.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

Progress Session::progress() {
  return [this](const ProgressEvent& event) {
    const double seconds_left = event.done == 0 ? -1 : event.remaining_seconds;
    display_.show(event.what, event.done, event.total, seconds_left);
  };
}

}  // namespace equipoise::cli
