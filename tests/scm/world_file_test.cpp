#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <unistd.h>

#include <equipoise/core/error.hpp>
#include <equipoise/data/csv.hpp>
#include <equipoise/scm/formula_mechanism.hpp>
#include <equipoise/scm/world_file.hpp>
#include <equipoise/scm/worlds.hpp>

#include "scm/random_models.hpp"

using namespace equipoise;

namespace {

namespace fs = std::filesystem;

/// A folder of its own, removed with all that is in it.
class Folder {
 public:
  Folder() : path_(fs::temp_directory_path() / ("equipoise-world-file-" + std::to_string(::getpid()))) {
    fs::create_directory(path_);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { fs::remove_all(path_); }
  std::string operator/(const std::string& name) const { return (path_ / name).string(); }
  std::size_t files() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(path_), fs::directory_iterator()));
  }

 private:
  fs::path path_;
};

std::string text_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

Scm mixed_model() {
  const std::vector<NamedEdge> edges{{"D", "X, \"y\""}};
  return Scm(CausalGraph({"D", "X, \"y\""}, edges),
             {{"D", ColumnType::categorical, {"a,b", "", "c"}}, {"X, \"y\"", ColumnType::continuous, {}}},
             {{NoiseMechanism(Noise(CategoricalNoise{{0.2, 0.3, 0.5}})), {}},
              {FormulaMechanism("D * 1e6 + N * 10^(3 * D)", {"D"}, Noise(NormalNoise{}), "N"), {"D"}}});
}

}  // namespace

TEST_CASE("a sample in a file is the sample as a table, at any parallelism") {
  const Folder folder;
  RowStream random = RandomStream({.seed = 81, .purpose = Purpose::test}).row(0);
  for (const Scm& scm : {mixed_model(), equipoise::testing::random_linear_gaussian(random, 4).scm})
    for (const std::size_t rows : {std::size_t{0}, std::size_t{1}, std::size_t{2048}, std::size_t{20001}}) {
      const std::string expected = csv_text(table_of(scm, sample(scm, rows, {.seed = 5})));
      for (const unsigned threads : {1u, 3u}) {
        const auto parallelism = Parallelism::exactly(threads);
        std::size_t done = 0, reports = 0;
        write_sample(folder / "sample.csv", scm, rows, {.seed = 5, .parallelism = parallelism},
                     [&](const ProgressEvent& event) {
                       CHECK(event.done >= done);
                       CHECK(event.total == rows);
                       done = event.done;
                       ++reports;
                     });
        CHECK(text_of(folder / "sample.csv") == expected);
        CHECK(done == rows);
        CHECK(reports >= 1);
        write_world(folder / "world.csv", scm, sample(scm, rows, {.seed = 5}), parallelism);
        CHECK(text_of(folder / "world.csv") == expected);
      }
    }
  CHECK(folder.files() == 2);
}

TEST_CASE("a row that fails leaves what was there and nothing beside it") {
  const Folder folder;
  const Scm failing(CausalGraph({"X"}, {}), {{"X", ColumnType::continuous, {}}},
                    {{FormulaMechanism("1 / floor(N)", {}, Noise(UniformNoise{0.9999, 5}), "N"), {}}});
  std::ofstream(folder / "kept.csv") << "before";
  try {
    write_sample(folder / "kept.csv", failing, 1'000'000);
    FAIL("no error");
  } catch (const Error& error) {
    CHECK(error.place().find("variable 'X', row ") == 0);
  }
  CHECK(text_of(folder / "kept.csv") == "before");
  CHECK(folder.files() == 1);
  CHECK_THROWS_AS(write_sample(folder / "none/there.csv", failing, 1), Error);
  CHECK_THROWS_AS(write_sample("/dev/full", mixed_model(), 100), Error);
  CHECK_NOTHROW(write_sample("/dev/null", mixed_model(), 100));
}
