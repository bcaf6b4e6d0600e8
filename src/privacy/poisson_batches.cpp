// Gaps that double precision leaves in doubt, by enclosures in integer arithmetic.
#include <equipoise/privacy/poisson_batches.hpp>

#include <optional>
#include <utility>
#include <vector>

#include <boost/multiprecision/cpp_int.hpp>

namespace equipoise::inline v0::detail {

namespace {

using Integer = boost::multiprecision::cpp_int;

Integer power_of_two(unsigned bits) {
  Integer power = 0;
  return bit_set(power, bits);
}

/// (1 - rate) 2^bits, rounded down by at most 1.
Integer chance_to_stay_out(double rate, unsigned bits) {
  int exponent = 0;
  Integer joins = static_cast<std::uint64_t>(std::ldexp(std::frexp(rate, &exponent), 53));
  const int places = static_cast<int>(bits) + exponent - 53;
  if (places >= 0)
    joins <<= places;
  else
    joins = (joins >> -places) + 1;
  return power_of_two(bits) - joins;
}

/// exact_gap, U within 2^-bits above uniform 2^-bits, if there is no doubt.
std::optional<std::uint64_t> found_gap(const Integer& uniform, unsigned bits, double rate, std::uint64_t most) {
  // (1 - rate)^k, k = 1, 2, 4, …, each rounded down: that of k is off by less than 2 k, since a product is off by at
  // most what its factors are, and 1 for its own rounding.
  std::vector<Integer> squares{chance_to_stay_out(rate, bits)};
  while (std::uint64_t{1} << (squares.size() - 1) <= most / 2)
    squares.push_back(squares.back() * squares.back() >> bits);
  std::uint64_t k = 0;
  Integer power = power_of_two(bits);
  for (std::size_t i = squares.size(); i-- > 0;) {
    const std::uint64_t longer = k + (std::uint64_t{1} << i);
    if (longer > most) continue;
    Integer candidate = power * squares[i] >> bits;
    if (uniform + 1 <= candidate) {
      k = longer;
      power = std::move(candidate);
    } else if (uniform < candidate + 2 * Integer(longer)) {
      return std::nullopt;
    }
  }
  return k;
}

}  // namespace

std::uint64_t exact_gap(std::uint32_t digits, double rate, std::uint64_t most, WordSource more) {
  Integer uniform = digits;
  for (unsigned bits = 32 + 64;; bits += 64) {
    uniform = uniform << 64 | more.draw(more.random);
    if (const auto gap = found_gap(uniform, bits, rate, most)) return *gap;
  }
}

}  // namespace equipoise::inline v0::detail
