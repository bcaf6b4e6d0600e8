// Enclosures of a normal in integer arithmetic, for the draws that double precision leaves in doubt.
#include <equipoise/privacy/rounded_gaussian.hpp>

#include <optional>
#include <utility>
#include <vector>

#include <boost/multiprecision/cpp_int.hpp>

namespace equipoise::inline v0::detail {

namespace {

namespace mp = boost::multiprecision;

// Room for the first round without allocation; wider ones are as good as never needed.
using FirstInteger = mp::int512_t;
using AnyInteger = mp::cpp_int;
constexpr std::size_t first_words = 2;

/// A number within error 2^-bits of value 2^-bits.
template <class Integer>
struct Enclosure {
  Integer value, error;
};

/// Numbers as multiples of 2^-bits. Every division and shift rounds by less than one such unit, and what a series of
/// them comes to is bounded by `rounding`, with far more to spare than matters at 128 bits.
template <class Integer>
class FixedPoint {
 public:
  explicit FixedPoint(unsigned bits) : bits_(bits), one_(Integer(1) << bits), rounding_(Integer(64) * bits) {}

  /// sqrt(-2 ln U), U within one unit above `uniform`; nothing where U may be 0 or 1.
  std::optional<Enclosure<Integer>> radius(const Integer& uniform) const {
    if (uniform == 0) return std::nullopt;
    // U = m 2^-k, m in [1/2, 1): -ln U = k ln 2 + 2 atanh((1 - m) / (1 + m)).
    const unsigned k = bits_ - 1 - mp::msb(uniform);
    const Integer m = uniform << k, q = ((one_ - m) << bits_) / (one_ + m);
    const Integer log = 2 * inverse_tangent(q, true) + k * 2 * inverse_tangent(one_ / 3, true);
    // The quotient changes by less than m does, the inverse tangent by less than twice as much (its derivative is below
    // 9/8); k ln 2 rounds k times.
    const Enclosure<Integer> twice{2 * log, 8 * (Integer(1) << k) + 4 * (k + 2) * rounding_};
    const Integer root = mp::sqrt(Integer(twice.value << bits_));
    if (root == 0) return std::nullopt;
    // |sqrt x - sqrt y| <= |x - y| / sqrt x.
    return Enclosure<Integer>{root, (twice.error << bits_) / root + 2};
  }

  /// cos(2 pi V) and sin(2 pi V), V within one unit above `uniform`.
  std::pair<Enclosure<Integer>, Enclosure<Integer>> turn(const Integer& uniform) const {
    const Integer quarter_turn = one_ >> 2;
    const Integer quarters = (uniform + (quarter_turn >> 1)) / quarter_turn;
    Integer rest = uniform - quarters * quarter_turn;
    const bool negative = rest < 0;
    if (negative) rest = -rest;
    // Machin: pi = 16 atan(1/5) - 4 atan(1/239).
    const Integer pi = 16 * inverse_tangent(one_ / 5, false) - 4 * inverse_tangent(one_ / 239, false);
    const Integer angle = (2 * pi * rest) >> bits_;
    const auto [cosine, absolute_sine] = cosine_and_sine(angle);
    const Integer sine = negative ? Integer(-absolute_sine) : absolute_sine;
    // The angle is off by 2 pi units for V, and by 1/8 of twice pi's 20 roundings.
    const Integer error = 8 + 8 * rounding_;
    switch (static_cast<unsigned>(quarters % 4)) {
      case 0: return {{cosine, error}, {sine, error}};
      case 1: return {{-sine, error}, {cosine, error}};
      case 2: return {{-cosine, error}, {-sine, error}};
      default: return {{sine, error}, {-cosine, error}};
    }
  }

  Enclosure<Integer> product(const Enclosure<Integer>& a, const Enclosure<Integer>& b) const {
    return {shifted(a.value * b.value, -static_cast<int>(bits_)),
            ((mp::abs(a.value) * b.error + mp::abs(b.value) * a.error + a.error * b.error) >> bits_) + 2};
  }

  /// round(offset + scale z), if there is no doubt.
  std::optional<std::int64_t> rounded(const Enclosure<Integer>& z, double scale, double offset) const {
    int exponent = 0;
    const auto mantissa = static_cast<std::int64_t>(std::ldexp(std::frexp(scale, &exponent), 53));
    exponent -= 53;
    const Integer error = shifted(mantissa * z.error, exponent) + 3;
    const Integer value = shifted(mantissa * z.value, exponent) + fixed(offset) + (one_ >> 1);
    const std::int64_t low = floor(value - error), high = floor(value + error);
    if (low != high) return std::nullopt;
    return low;
  }

 private:
  // x 2^exponent towards 0.
  static Integer shifted(const Integer& x, int exponent) {
    const auto places = static_cast<unsigned>(std::abs(exponent));
    if (exponent >= 0) return x << places;
    if (x < 0) return -(Integer(-x) >> places);
    return x >> places;
  }

  Integer fixed(double x) const {
    int exponent = 0;
    const auto mantissa = static_cast<std::int64_t>(std::ldexp(std::frexp(x, &exponent), 53));
    return shifted(Integer(mantissa), exponent - 53 + static_cast<int>(bits_));
  }

  std::int64_t floor(const Integer& x) const {
    // Division is towards 0, hence a shift to the positive numbers first.
    const Integer shift = Integer(1) << 62;
    return static_cast<std::int64_t>(Integer(((x + (shift << bits_)) >> bits_) - shift));
  }

  // atanh q, or atan q, for q in [0, 1/3], by its power series, until the terms vanish: at least three digits a term.
  // A term rounds by less than 3 units: its power, each made of the one before, by less than 2.
  Integer inverse_tangent(const Integer& q, bool hyperbolic) const {
    const Integer square = (q * q) >> bits_;
    Integer power = q, sum = 0;
    for (unsigned odd = 1; power != 0; odd += 2) {
      const Integer term = power / odd;
      if (hyperbolic || odd % 4 == 1)
        sum += term;
      else
        sum -= term;
      power = (power * square) >> bits_;
    }
    return sum;
  }

  // For an angle in [0, 0.8], by their power series.
  std::pair<Integer, Integer> cosine_and_sine(const Integer& angle) const {
    Integer term = one_, cosine = 0, sine = 0;
    for (unsigned n = 0; term != 0; ++n) {
      Integer& sum = n % 2 == 0 ? cosine : sine;
      if (n % 4 < 2)
        sum += term;
      else
        sum -= term;
      term = ((term * angle) >> bits_) / (n + 1);
    }
    return {cosine, sine};
  }

  unsigned bits_;
  Integer one_, rounding_;
};

template <class Integer>
Integer joined(const std::vector<std::uint64_t>& words) {
  Integer all = 0;
  for (const std::uint64_t word : words) all = (all << 64) | word;
  return all;
}

template <class Integer>
std::optional<std::array<std::int64_t, 2>> rounded_pair(const std::vector<std::uint64_t>& u,
                                                        const std::vector<std::uint64_t>& v, double scale,
                                                        std::array<double, 2> offsets) {
  const FixedPoint<Integer> fixed(static_cast<unsigned>(64 * u.size()));
  const auto radius = fixed.radius(joined<Integer>(u));
  if (!radius) return std::nullopt;
  const auto [cosine, sine] = fixed.turn(joined<Integer>(v));
  const auto x = fixed.rounded(fixed.product(*radius, cosine), scale, offsets[0]);
  const auto y = fixed.rounded(fixed.product(*radius, sine), scale, offsets[1]);
  if (!x || !y) return std::nullopt;
  return std::array{*x, *y};
}

}  // namespace

std::array<std::int64_t, 2> exactly_rounded_pair(std::uint64_t u, std::uint64_t v, double scale,
                                                 std::array<double, 2> offsets, WordSource more) {
  std::vector<std::uint64_t> u_words{u}, v_words{v};
  const auto extend = [&](std::size_t size) {
    while (u_words.size() < size) {
      u_words.push_back(more.draw(more.random));
      v_words.push_back(more.draw(more.random));
    }
  };
  extend(first_words);
  auto rounded = rounded_pair<FirstInteger>(u_words, v_words, scale, offsets);
  while (!rounded) {
    extend(2 * u_words.size());
    rounded = rounded_pair<AnyInteger>(u_words, v_words, scale, offsets);
  }
  wipe(u_words);
  wipe(v_words);
  return *rounded;
}

}  // namespace equipoise::inline v0::detail
