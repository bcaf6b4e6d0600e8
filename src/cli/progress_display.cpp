#include "cli/progress_display.hpp"

#include <cmath>
#include <cstdio>

namespace equipoise::cli {
namespace {

std::string clock_text(double seconds) {
  const auto whole = static_cast<long>(std::ceil(seconds));
  char text[32];
  if (whole >= 3600) {
    std::snprintf(text, sizeof text, "%ld:%02ld:%02ld", whole / 3600, whole / 60 % 60, whole % 60);
  } else {
    std::snprintf(text, sizeof text, "%ld:%02ld", whole / 60, whole % 60);
  }
  return text;
}

}  // namespace

std::string progress_text(std::string_view what, std::size_t done, std::size_t total, double seconds_left) {
  std::string text(what);
  if (total > 0) text += " " + std::to_string(done) + "/" + std::to_string(total);
  constexpr double longest_believed = 1e7;
  if (done < total && seconds_left >= 0 && seconds_left < longest_believed) {
    text += ", " + clock_text(seconds_left) + " left";
  }
  return text;
}

void ProgressDisplay::show(std::string_view what, std::size_t done, std::size_t total, double seconds_left) {
  if (style_ == ProgressStyle::hidden) return;
  const std::lock_guard lock(mutex_);
  const auto now = std::chrono::steady_clock::now();
  const bool terminal = style_ == ProgressStyle::terminal;
  const auto pause = terminal ? std::chrono::milliseconds(100) : std::chrono::milliseconds(2000);
  const bool changed = what != last_what_;
  const bool finished = total > 0 && done >= total;
  if (!changed && !finished && now - last_shown_ < pause) return;
  last_what_ = what;
  last_shown_ = now;
  const std::string text = progress_text(what, done, total, seconds_left);
  if (terminal) {
    std::fprintf(stderr, "\r\033[K%s", text.c_str());
    on_screen_ = true;
  } else {
    std::fprintf(stderr, "%s\n", text.c_str());
  }
  std::fflush(stderr);
}

void ProgressDisplay::clear() {
  const std::lock_guard lock(mutex_);
  if (!on_screen_) return;
  std::fputs("\r\033[K", stderr);
  std::fflush(stderr);
  on_screen_ = false;
}

}  // namespace equipoise::cli
