// Privacy filters and odometers: accounting of releases that are chosen in sight of the ones before, their noise
// included.
//
// Accountants compose events that are fixed beforehand. Where the next release's noise, or whether there is one at all,
// depends on what was seen, Renyi divergences of one order still add up as long as the sum is stopped before a budget
// (Feldman, Zrnic 2021, theorem 4.3; Rogers, Roth, Ullman, Vadhan 2016 pose the question; Whitehouse, Ramdas, Rogers,
// Wu 2023 for concentrated privacy).
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <cmath>
#include <cstddef>
#include <string>
#include <utility>

#include <equipoise/core/check.hpp>
#include <equipoise/core/error.hpp>
#include <equipoise/core/number.hpp>
#include <equipoise/privacy/accountant.hpp>
#include <equipoise/privacy/renyi.hpp>

namespace equipoise::inline v0 {

namespace detail {

/// The order at which as much divergence as can be turns into this epsilon at delta: that of Gaussian noise.
inline double order_for_budget(double epsilon, double delta) {
  const auto budget_over_order = [&](double order) { return -(epsilon - renyi_epsilon(0, order, delta)) / order; };
  return best_order(budget_over_order).first;
}

}  // namespace detail

/// Lets releases pass as long as all together keep (epsilon, delta)-privacy, whatever decides on them.
class PrivacyFilter {
 public:
  /// epsilon: above 0; delta: in (0, 1). order: of the divergence that is counted, above 1, which must not depend on
  /// the data; where not given, the best for Gaussian noise.
  PrivacyFilter(double epsilon, double delta, Adjacency adjacency = Adjacency::add_or_remove_one, double order = 0)
      : adjacency_(adjacency), order_(order > 0 ? order : detail::order_for_budget(epsilon, delta)) {
    check_positive("privacy filter", "epsilon", epsilon);
    check_level("privacy filter", "delta", delta);
    if (!(order_ > 1))
      throw Error(ErrorCode::value_out_of_range, "privacy filter", "order is " + shortest(order_), "a number above 1");
    budget_ = std::max(0.0, epsilon - renyi_epsilon(0, order_, delta));
  }

  double order() const noexcept { return order_; }
  double budget() const noexcept { return budget_; }  ///< as a Renyi divergence of `order`
  double spent() const noexcept { return spent_; }

  /// Whether the event may happen. Throws infeasible for one that has no Renyi divergence by nature.
  bool admits(const PrivacyEvent& event) const { return spent_ + event_rdp(event, order_, adjacency_) <= budget_; }

  /// To be called before the event happens. Throws infeasible, and counts nothing, where it would pass the budget.
  void spend(const PrivacyEvent& event) {
    const double cost = event_rdp(event, order_, adjacency_);
    if (!(spent_ + cost <= budget_))
      throw Error(
          ErrorCode::infeasible, "privacy filter", event_text(event) + " would pass the budget",
          "an event of at most " + shortest(budget_ - spent_) + " in Renyi divergence of order " + shortest(order_));
    spent_ += cost;
  }

 private:
  Adjacency adjacency_;
  double order_, budget_ = 0, spent_ = 0;
};

/// Tells at any time what has been spent, whatever decides on releases and on when to ask: filters of doubling budgets,
/// of which each gets a share of delta, so that all hold at once.
class PrivacyOdometer {
 public:
  /// delta: in (0, 1). finest_epsilon: of the first filter, above 0; readings are it times a power of two.
  explicit PrivacyOdometer(double delta, Adjacency adjacency = Adjacency::add_or_remove_one,
                           double finest_epsilon = 0.0625)
      : delta_(delta), adjacency_(adjacency), level_{filter(finest_epsilon, 0)}, epsilon_(finest_epsilon) {
    check_level("privacy odometer", "delta", delta);
  }

  /// To be called before the event happens.
  void spend(PrivacyEvent event) {
    history_.parts.push_back(std::move(event));
    while (!level_.admits(history_)) {
      constexpr std::size_t most_levels = 60;
      if (++levels_ > most_levels)
        throw Error(ErrorCode::infeasible, "privacy odometer", "the events have no finite epsilon",
                    "events with a Renyi divergence");
      epsilon_ *= 2;
      level_ = filter(epsilon_, levels_);
    }
  }

  /// All so far is (epsilon, delta)-private; 0 before the first event.
  double epsilon() const noexcept { return history_.parts.empty() ? 0.0 : epsilon_; }
  double delta() const noexcept { return delta_; }

 private:
  // Shares 6 / (pi^2 (level + 1)^2) sum to 1.
  PrivacyFilter filter(double epsilon, std::size_t level) const {
    const double place = static_cast<double>(level) + 1;
    return {epsilon, delta_ * 0.6079271 / (place * place), adjacency_};
  }

  double delta_;
  Adjacency adjacency_;
  PrivacyFilter level_;
  double epsilon_;
  std::size_t levels_ = 0;
  ComposedEvent history_;
};

}  // namespace equipoise::inline v0
