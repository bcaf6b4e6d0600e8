#include <equipoise/privacy/affine_kernel.hpp>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <vector>

#include <catch2/catch.hpp>

#include <equipoise/core/random.hpp>

using namespace equipoise;
using detail::AffineKernel;

namespace {

template <class Scalar>
struct Drawn {
  static constexpr std::size_t lanes = AffineKernel<Scalar>::lanes;
  std::size_t width;
  std::vector<Scalar, detail::LineAllocator<Scalar>> all;
  std::vector<const Scalar*> rows;
  std::vector<Scalar> parameters;
  std::vector<double> factors;

  Drawn(std::uint64_t number, std::size_t count, std::size_t lines) : width(lines * lanes) {
    RowStream random = RandomStream({.seed = 59, .purpose = Purpose::test}).row(number);
    const auto draw = [&] { return static_cast<Scalar>((random.uniform() - 0.5) * std::exp2(20 * random.uniform())); };
    all.resize(count * width);
    parameters.resize(width);
    std::generate(all.begin(), all.end(), draw);
    std::generate(parameters.begin(), parameters.end(), draw);
    for (std::size_t i = 0; i < count; ++i) {
      rows.push_back(all.data() + i * width);
      factors.push_back((random.uniform() - 0.5) * 0x1p6);
    }
  }

  /// By the definition: as many sums as lanes, added up by halves.
  Scalar score(std::size_t i) const {
    std::vector<Scalar> sums(lanes, 0);
    for (std::size_t column = 0; column < width; ++column) {
      const Scalar product = rows[i][column] * parameters[column];
      sums[column % lanes] += product;
    }
    for (std::size_t half = lanes / 2; half > 0; half /= 2)
      for (std::size_t lane = 0; lane < half; ++lane) sums[lane] += sums[lane + half];
    return sums[0];
  }

  std::vector<std::int64_t> sums() const {
    std::vector<std::int64_t> sums(width, 7);
    for (std::size_t i = 0; i < rows.size(); ++i)
      for (std::size_t column = 0; column < width; ++column)
        sums[column] += static_cast<std::int64_t>(std::nearbyint(static_cast<double>(rows[i][column]) * factors[i]));
    return sums;
  }
};

}  // namespace

TEMPLATE_TEST_CASE("every kernel that this processor runs has the bits of the definition", "[affine kernel]", float,
                   double) {
  REQUIRE(!detail::affine_kernels<TestType>().empty());
  for (const AffineKernel<TestType>& kernel : detail::affine_kernels<TestType>())
    for (std::uint64_t number = 0; number < 60; ++number) {
      const std::size_t count = number % 7, lines = 1 + number % 9;
      const Drawn<TestType> drawn(number, count, lines);
      std::vector<double> scores(count);
      kernel.score(drawn.rows, drawn.parameters, scores.data());
      for (std::size_t i = 0; i < count; ++i)
        REQUIRE(std::bit_cast<std::uint64_t>(scores[i]) ==
                std::bit_cast<std::uint64_t>(static_cast<double>(drawn.score(i))));
      std::vector<std::int64_t> sums(drawn.width, 7);
      kernel.add_shares(drawn.rows, drawn.factors.data(), drawn.rows, sums);
      REQUIRE(sums == drawn.sums());
    }
}

TEMPLATE_TEST_CASE("shares halfway between whole numbers are rounded to even by every kernel", "[affine kernel]", float,
                   double) {
  std::vector<TestType> row(AffineKernel<TestType>::lanes);
  for (std::size_t i = 0; i < row.size(); ++i) row[i] = static_cast<TestType>(i) - 4;
  const std::vector<const TestType*> rows{row.data()};
  const double factor = 0.5;
  for (const AffineKernel<TestType>& kernel : detail::affine_kernels<TestType>()) {
    std::vector<std::int64_t> sums(row.size(), 0);
    kernel.add_shares(rows, &factor, {}, sums);
    CHECK(std::vector(sums.begin(), sums.begin() + 8) == std::vector<std::int64_t>{-2, -2, -1, 0, 0, 0, 1, 2});
  }
}
