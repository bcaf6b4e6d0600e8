// Random encodings and parameters for property tests: nasty names, numbers from the whole range of doubles.
#pragma once

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <equipoise/predictor/trained_model.hpp>

namespace equipoise::testing {

class RandomModels {
 public:
  explicit RandomModels(std::uint64_t seed) : random_(seed) {}

  std::size_t below(std::size_t limit) { return static_cast<std::size_t>(random_() % limit); }

  /// Any finite double, of either sign: the ordinary, whole ones, both zeros, denormals and the greatest.
  double number() {
    switch (below(6)) {
      case 0: return below(2) == 0 ? 0.0 : -0.0;
      case 1: return static_cast<double>(below(2001)) - 1000;
      case 2: return std::bit_cast<double>((random_() >> 12) | (random_() & (std::uint64_t{1} << 63)));  // denormal
      case 3: return below(2) == 0 ? 1.7976931348623157e308 : -4.9406564584124654e-324;
      case 4: return std::normal_distribution<double>()(random_);
      default: {
        const double any = std::bit_cast<double>(random_());
        return std::isfinite(any) ? any : 1.0;
      }
    }
  }

  /// Names that contain what JSON, CSV and our own "dept=B" give a meaning to.
  std::string name() {
    static const std::vector<std::string> pieces{"a", "b",  "=", "=",  "\"", "\\", "/", "~", ",", "\n",
                                                 "#", "\t", "é", "漢", "😀",  " ",  "{", "]", "0", "\x01"};
    std::string text;
    for (std::size_t length = below(5); length > 0; --length) text += pieces[below(pieces.size())];
    return text;
  }

  TrainedModel model() {
    TrainedModel model{.link = below(2) == 0 ? Link::identity : Link::logistic,
                       .encoding = encoding(),
                       .parameters = {},
                       .cutoff = below(3) == 0 ? 0.0 : number(),
                       .outcome = name(),
                       .positive = name()};
    model.parameters.resize(static_cast<Eigen::Index>(model.encoding.columns()) + 1);
    for (double& parameter : model.parameters) parameter = number();
    return model;
  }

 private:
  std::vector<std::string> names(std::size_t count) {
    std::set<std::string> distinct;
    while (distinct.size() < count) distinct.insert(name());
    return {distinct.begin(), distinct.end()};
  }

  Encoding encoding() {
    Encoding encoding;
    for (std::string& name : names(below(6))) {
      EncodedFeature feature{.name = std::move(name), .first_column = encoding.columns()};
      switch (below(3)) {
        case 0:
          feature.mean = number();
          do feature.scale = std::abs(number());
          while (feature.scale == 0);
          break;
        case 1:
          feature.levels = names(1 + below(5));
          feature.reference_level = below(feature.levels.size());
          break;
        default:
          feature.levels = names(below(5));
          feature.reference_level = feature.levels.size();
          feature.levels.emplace_back();
          feature.unlisted_is_reference = true;
      }
      encoding.features.push_back(std::move(feature));
    }
    return encoding;
  }

  std::mt19937_64 random_;
};

/// That two models are the same to the last bit, -0 and 0 being different.
inline bool same_bits(const TrainedModel& a, const TrainedModel& b) {
  const auto equal = [](double x, double y) {
    return std::bit_cast<std::uint64_t>(x) == std::bit_cast<std::uint64_t>(y);
  };
  if (!(a == b) || !equal(a.cutoff, b.cutoff)) return false;
  for (Eigen::Index i = 0; i < a.parameters.size(); ++i)
    if (!equal(a.parameters[i], b.parameters[i])) return false;
  for (std::size_t i = 0; i < a.encoding.features.size(); ++i)
    if (!equal(a.encoding.features[i].mean, b.encoding.features[i].mean) ||
        !equal(a.encoding.features[i].scale, b.encoding.features[i].scale))
      return false;
  return true;
}

}  // namespace equipoise::testing
