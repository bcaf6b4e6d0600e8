#include <equipoise/core/parallel.hpp>

#include <atomic>
#include <stdexcept>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

using namespace equipoise;

TEST_CASE("every task runs once at any number of threads") {
  for (const std::size_t n : {std::size_t{0}, std::size_t{1}, std::size_t{2}, std::size_t{1000}})
    for (const unsigned threads : {0u, 1u, 2u, 3u, 16u}) {
      std::vector<std::atomic<int>> runs(n);
      parallel_for(n, Parallelism::exactly(threads), [&](std::size_t i) { ++runs[i]; });
      for (const auto& count : runs) REQUIRE(count == 1);
    }
}

TEST_CASE("one thread runs the tasks in order") {
  std::vector<std::size_t> order;
  parallel_for(50, Parallelism::none(), [&](std::size_t i) { order.push_back(i); });
  for (std::size_t i = 0; i < 50; ++i) REQUIRE(order.at(i) == i);
}

TEST_CASE("the failure of the least index is rethrown, however the threads interleave") {
  for (int repeat = 0; repeat < 50; ++repeat)
    for (const unsigned threads : {1u, 2u, 4u}) {
      std::string message;
      try {
        parallel_for(100, Parallelism::exactly(threads), [](std::size_t i) {
          if (i % 10 == 7) throw std::runtime_error(std::to_string(i));
        });
      } catch (const std::runtime_error& error) {
        message = error.what();
      }
      REQUIRE(message == "7");
    }
}

TEST_CASE("after a failure no new task is started") {
  std::atomic<int> started = 0;
  CHECK_THROWS(parallel_for(100000, Parallelism::exactly(2), [&](std::size_t) {
    ++started;
    throw 1;
  }));
  CHECK(started <= 2);
}

TEST_CASE("a loop within a loop runs every pair once") {
  std::atomic<int> pairs = 0;
  parallel_for(8, Parallelism::exactly(2),
               [&](std::size_t) { parallel_for(9, Parallelism::exactly(2), [&](std::size_t) { ++pairs; }); });
  CHECK(pairs == 72);
}
