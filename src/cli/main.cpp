#include <csignal>
#include <string>
#include <vector>

#include "cli/frame.hpp"

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);  // writing to a closed pipe is then an error to handle, not a death
  const std::vector<std::string> words(argv + (argc > 0 ? 1 : 0), argv + argc);
  return static_cast<int>(equipoise::cli::run_command(words));
}
