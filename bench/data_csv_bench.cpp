// Prints the CPU seconds, best of three, that reading a CSV file takes; bench/csv_peers.py sets them beside a peer's.
#include <algorithm>
#include <cstdio>
#include <ctime>

#include <equipoise/data/csv.hpp>

int main(int count, char** arguments) {
  if (count != 2) {
    std::fprintf(stderr, "usage: data_csv_bench FILE.csv\n");
    return 2;
  }
  double best = 1e9;
  for (int run = 0; run < 3; ++run) {
    const std::clock_t start = std::clock();
    const auto file = equipoise::read_csv(arguments[1]);
    if (file.table.rows() == 0) return 1;
    best = std::min(best, static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC);
  }
  std::printf("%.4f\n", best);
}
