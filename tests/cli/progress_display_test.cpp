#include "cli/progress_display.hpp"

#include <catch2/catch.hpp>

using equipoise::cli::progress_text;

TEST_CASE("progress says what is done, of how much, and how long the rest will take") {
  CHECK(progress_text("training", 12, 50, 6.2) == "training 12/50, 0:07 left");
  CHECK(progress_text("training", 12, 50, 754) == "training 12/50, 12:34 left");
  CHECK(progress_text("training", 12, 50, 3725) == "training 12/50, 1:02:05 left");
}

TEST_CASE("progress says nothing of a time that nobody knows or that has passed") {
  CHECK(progress_text("training", 0, 50, -1) == "training 0/50");
  CHECK(progress_text("training", 50, 50, 0) == "training 50/50");
  CHECK(progress_text("reading", 0, 0, -1) == "reading");
}
