#include <equipoise/privacy/rounded_gaussian.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include <boost/multiprecision/cpp_bin_float.hpp>
#include <catch2/catch.hpp>

#include <equipoise/core/error.hpp>
#include <equipoise/core/special_functions.hpp>
#include <equipoise/privacy/research_random.hpp>

using namespace equipoise;

namespace {

using Real = boost::multiprecision::cpp_bin_float_50;

template <class Randomness>
concept DrawsFor = requires(const RoundedGaussian& gaussian, Randomness& random, std::span<std::int64_t> out) {
  gaussian.draw(random, out);
};
static_assert(DrawsFor<SecureRandom> && DrawsFor<SeededForResearch>);
static_assert(!DrawsFor<RandomStream> && !DrawsFor<RowStream> && !DrawsFor<std::mt19937_64>);

SeededForResearch research(std::uint32_t point) {
  return SeededForResearch(RandomStream({.seed = 11, .purpose = Purpose::test, .point = point}));
}

struct Normals {
  Real x, y;
};

// Box and Muller's pair of U and V, by another library in 50 digits.
Normals box_muller(const Real& u, const Real& v) {
  const Real r = sqrt(-2 * log(u)), turn = 2 * boost::math::constants::pi<Real>() * v;
  return {r * cos(turn), r * sin(turn)};
}

std::int64_t nearest(const Real& x) { return static_cast<std::int64_t>(Real(floor(x + 0.5))); }

struct Words {
  std::vector<std::uint64_t> words;
  std::size_t next = 0;
  detail::WordSource source() {
    return {this, [](void* self) {
              auto& mine = *static_cast<Words*>(self);
              return mine.words.at(mine.next++);
            }};
  }
};

double chi_square(const std::vector<std::int64_t>& draws, double scale, double offset, int cells) {
  std::vector<double> seen(static_cast<std::size_t>(2 * cells + 1), 0.0);
  for (const std::int64_t draw : draws)
    seen[static_cast<std::size_t>(std::clamp<std::int64_t>(draw, -cells, cells) + cells)] += 1;
  double sum = 0;
  for (int k = -cells; k <= cells; ++k) {
    const double low = k == -cells ? 0.0 : normal_cdf((k - 0.5 - offset) / scale);
    const double high = k == cells ? 1.0 : normal_cdf((k + 0.5 - offset) / scale);
    const double expected = (high - low) * static_cast<double>(draws.size());
    const double off = seen[static_cast<std::size_t>(k + cells)] - expected;
    sum += off * off / expected;
  }
  return chi_square_tail(sum, 2 * cells);
}

}  // namespace

TEST_CASE("whole numbers come with the normal's probabilities", "[rounded_gaussian]") {
  std::uint32_t point = 0;
  for (const double scale : {0.4, 1.0, 3.7}) {
    for (const double offset : {0.0, 0.3, -0.5}) {
      auto random = research(point++);
      std::vector<std::int64_t> draws(40000);
      const std::vector<double> offsets(draws.size(), offset);
      RoundedGaussian(scale).draw(random, offsets, draws);
      // Nine tests, each failing a right sampler once in 10^5 seeds.
      CHECK(chi_square(draws, scale, offset, scale < 1 ? 1 : static_cast<int>(3 * scale)) > 1e-5);
    }
  }
}

TEST_CASE("the exact path's pairs have the same distribution", "[rounded_gaussian]") {
  auto random = research(20);
  std::vector<std::int64_t> draws;
  for (int i = 0; i < 2000; ++i) {
    const std::uint64_t u = random(), v = random();
    for (const std::int64_t draw : detail::exactly_rounded_pair(u, v, 2.0, {}, detail::WordSource::of(random)))
      draws.push_back(draw);
  }
  CHECK(chi_square(draws, 2.0, 0, 5) > 1e-5);
}

TEST_CASE("the exact path agrees with another library's arithmetic", "[rounded_gaussian]") {
  auto random = research(21);
  const std::uint64_t all = ~std::uint64_t{0}, half = std::uint64_t{1} << 63;
  std::vector<std::array<std::uint64_t, 2>> cases{
      {1, 1}, {all, all}, {half, half}, {1, half}, {all, half / 2}, {half, 3 * (half / 2)}, {0, all}, {0, 0}};
  for (int i = 0; i < 300; ++i) cases.push_back({random() >> (i % 64), random()});
  for (const auto& [u, v] : cases) {
    const std::uint64_t more_u = random(), more_v = random();
    const auto digits = [](std::uint64_t high, std::uint64_t low) { return ldexp(ldexp(Real(low), -64) + high, -64); };
    const Normals z = box_muller(digits(u, more_u), digits(v, more_v));
    for (const double scale : {0.01, 1.0, 0x1.8p33, RoundedGaussian::largest_scale}) {
      const double offset = static_cast<double>(u % 7) / 7 - 0.5;
      Words words{{more_u, more_v}};
      const auto [x, y] = detail::exactly_rounded_pair(u, v, scale, {offset, -offset}, words.source());
      CHECK(x == nearest(z.x * scale + offset));
      CHECK(y == nearest(z.y * scale - offset));
    }
  }
}

TEST_CASE("double precision knows when it is in doubt, set as close to the edge as may be", "[rounded_gaussian]") {
  auto random = research(22);
  const double scale = 0x1.9p33;
  detail::RoundedPairs block;
  std::size_t sure = 0, close = 0;
  for (int i = 0; i < 1200; ++i) {
    // Some radii near 0 and some far out.
    const std::uint64_t word = i % 5 == 0 ? ~(random() >> (i % 40)) : i % 5 == 1 ? random() >> (i % 15) : random();
    block.words[0] = word;
    block.words[detail::RoundedPairs::most] = random();
    const Real u = ldexp(Real(word >> 12), -52), v = ldexp(Real(block.v()[0] >> 12), -52);
    const Real cell = ldexp(Real(1), -52);
    const Real u_low = u == 0 ? Real(cell / 1024) : u, u_high = u + cell < 1 ? Real(u + cell) : Real(1 - cell / 1024);
    const Normals z = box_muller((u_low + u_high) / 2, v + cell / 2);
    // The offset puts the middle of what is known at a distance of 0.05 to 1.4 errors from a half.
    const double r = static_cast<double>(Real(sqrt(-2 * log((u_low + u_high) / 2))));
    const double error = scale * (r * 0x1p-48 + 0x1p-51 / (static_cast<double>(u_low + u_high) / 2 * r));
    const double distance = error * (0.05 + 1.35 * static_cast<double>(i % 97) / 97);
    const Real x = z.x * scale, y = z.y * scale;
    const double side = i % 2 == 0 ? 1 : -1;
    block.offsets[0] = static_cast<double>(Real(nearest(x) - x)) + side * (0.5 - distance);
    block.offsets[detail::RoundedPairs::most] = static_cast<double>(Real(nearest(y) - y));
    if (std::abs(block.offsets[0]) > 1) continue;
    block.round(1, scale);
    if (block.doubt[0] >= 0) continue;
    ++sure;
    close += distance < 1.1 * error;
    for (const Real& u_corner : {u_low, u_high}) {
      for (const Real& v_corner : {v, Real(v + cell)}) {
        const Normals corner = box_muller(u_corner, v_corner);
        CHECK(block.rounded[0] == nearest(corner.x * scale + block.offsets[0]));
        CHECK(block.rounded[detail::RoundedPairs::most] ==
              nearest(corner.y * scale + block.offsets[detail::RoundedPairs::most]));
      }
    }
  }
  CHECK(sure > 150);
  CHECK(close > 25);
}

TEST_CASE("doubt is rare at the scale that grids have", "[rounded_gaussian]") {
  auto random = research(23);
  detail::RoundedPairs block;
  std::size_t doubtful = 0;
  for (int i = 0; i < 1000; ++i) {
    random.fill(block.words);
    block.round(detail::RoundedPairs::most, 0x1.fp32);
    for (const double doubt : block.doubt) doubtful += doubt >= 0;
  }
  // Of 128,000 pairs about 25 are expected; Poisson, six standard deviations.
  CHECK(doubtful > 0);
  CHECK(doubtful < 60);
}

TEST_CASE("every count of draws is drawn whole, from the secure source too", "[rounded_gaussian]") {
  SecureRandom random;
  const RoundedGaussian gaussian(1e6);
  for (const int size : {0, 1, 2, 3, 127, 128, 129, 255, 256, 257, 511, 513, 1000}) {
    const auto count = static_cast<std::size_t>(size);
    std::vector<std::int64_t> draws(count, -1);
    gaussian.draw(random, draws);
    // -1 has probability 4e-7.
    CHECK(std::count(draws.begin(), draws.end(), -1) == 0);
    CHECK(std::all_of(draws.begin(), draws.end(), [](std::int64_t x) { return std::abs(x) < 10'000'000; }));
  }
}

TEST_CASE("a scale out of range is refused", "[rounded_gaussian]") {
  for (const double scale :
       {0.0, -1.0, 0x1.1p40, std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN()})
    CHECK_THROWS_AS(RoundedGaussian(scale), Error);
}
