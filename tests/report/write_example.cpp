// Writes the example studies with their reports below a directory, for the browser.
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>

#include <equipoise/core/error.hpp>
#include <equipoise/report/report.hpp>

#include "report/example_study.hpp"

namespace {

void write(const std::filesystem::path& folder, const equipoise::Frontier& frontier, const std::string& study) {
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "frontier.json") << equipoise::frontier_to_json(frontier);
  std::ofstream(folder / "study.json") << study;
  equipoise::write_report(folder.string());
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) return 2;
  const std::filesystem::path folder(arguments[1]);
  try {
    write(folder / "example", equipoise::testing::example_frontier(), equipoise::testing::example_study());
    write(folder / "wide", equipoise::testing::wide_frontier(), equipoise::testing::example_study());
    write(folder / "hostile", equipoise::testing::hostile_frontier(), equipoise::testing::hostile_study());
  } catch (const equipoise::Error& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
  // What the browser's test asks first: whether there are charts to test.
  std::cout << (equipoise::report_has_charts() ? "charts" : "no charts") << '\n';
}
