// Random models of several kinds, their tables, and the likelihood-ratio tests of one who knows their functions.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <map>
#include <numbers>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <Eigen/Core>

#include <equipoise/core/linear_algebra.hpp>
#include <equipoise/core/special_functions.hpp>
#include <equipoise/data/table.hpp>
#include <equipoise/graph/causal_graph.hpp>
#include <equipoise/testing/random_graph.hpp>

namespace equipoise::testing {

enum class ModelKind {
  linear_normal,
  linear_student,  ///< noise of Student's t with 4 degrees of freedom
  nonlinear,       ///< a sum of a function of each cause, normal noise
  network,         ///< a random function of all causes together, normal noise
  levels,          ///< tables of 2 to 4 levels
};

inline const char* name_of(ModelKind kind) {
  constexpr std::array names = {"linear normal", "linear student", "nonlinear", "network", "levels"};
  return names[static_cast<std::size_t>(kind)];
}

/// A model drawn at random over a graph. Numbers are standardised, so that a coefficient is a strength.
class DiagnosedModel {
 public:
  DiagnosedModel(ModelKind kind, CausalGraph graph, std::uint64_t seed) : kind_(kind), graph_(std::move(graph)) {
    std::mt19937_64 random(seed);
    nodes_.resize(graph_.size());
    for (const Node v : graph_.topological_order()) draw_node(v, random);
    const Eigen::MatrixXd pilot = values(10'000, seed ^ 0x9e3779b9u);  // fixes the means and scales as it goes
  }

  const CausalGraph& graph() const { return graph_; }
  ModelKind kind() const { return kind_; }

  Table draw(std::size_t rows, std::uint64_t seed) { return table_of(values(rows, seed)); }

  /// The logarithm of the density of a number given its causes, at each row of a table of the model's own.
  Eigen::VectorXd log_density(const Table& table, Node v) const {
    Eigen::MatrixXd x(static_cast<Eigen::Index>(table.rows()), static_cast<Eigen::Index>(graph_.size()));
    for (Node u = 0; u < graph_.size(); ++u)
      x.col(static_cast<Eigen::Index>(u)) =
          Eigen::Map<const Eigen::VectorXd>(table.column(graph_.name(u)).values.data(), x.rows());
    const NodeModel& node = nodes_[v];
    Eigen::VectorXd result(x.rows());
    for (Eigen::Index i = 0; i < x.rows(); ++i) {
      const double e = x(i, static_cast<Eigen::Index>(v)) * node.scale + node.mean - mean_of(node, x, i);
      // Student's t with 4 degrees of freedom, of variance 1: 3 / (4 sqrt 2) (1 + e^2 / 2)^(-5/2).
      result[i] = std::log(node.scale) + (kind_ == ModelKind::linear_student
                                              ? std::log(0.75 / std::sqrt(2.0)) - 2.5 * std::log1p(e * e / 2)
                                              : -0.5 * (e * e + std::log(2 * std::numbers::pi)));
    }
    return result;
  }

  /// Twice the log-likelihood that is lost where `to` does not read `from`, on rows drawn here, and its degrees of
  /// freedom; of every kind but network.
  std::pair<double, double> likelihood_ratio(Node from, Node to, std::size_t rows, std::uint64_t seed) {
    const Eigen::MatrixXd x = values(rows, seed);
    return kind_ == ModelKind::levels ? table_ratio(x, from, to) : function_ratio(x, from, to);
  }

 private:
  struct NodeModel {
    std::vector<Node> causes;
    std::vector<int> function;
    std::vector<double> coefficient;
    Eigen::MatrixXd hidden;  // of a network: units x (causes + 2), the last the output weight
    std::size_t levels = 0;
    std::vector<Eigen::MatrixXd> effects;  // of levels: a score for each cause's level and each own level
    Eigen::VectorXd base;
    bool known = false;
    double mean = 0, scale = 1;
  };

  static double unit(std::mt19937_64& random) { return static_cast<double>(random() >> 11) * 0x1p-53; }
  static double strength(std::mt19937_64& random) {
    const double size = std::exp(std::log(0.04) + unit(random) * (std::log(0.9) - std::log(0.04)));
    return unit(random) < 0.5 ? -size : size;
  }
  static double normal(std::mt19937_64& random) { return normal_quantile((unit(random) + 0x1p-54)); }

  void draw_node(Node v, std::mt19937_64& random) {
    NodeModel& node = nodes_[v];
    for (const Node p : graph_.parents(v)) node.causes.push_back(p);
    for (std::size_t c = 0; c < node.causes.size(); ++c) {
      node.function.push_back(kind_ == ModelKind::nonlinear ? static_cast<int>(random() % 5) + 1 : 0);
      node.coefficient.push_back(strength(random));
    }
    if (kind_ == ModelKind::network) {
      node.hidden = Eigen::MatrixXd(6, static_cast<Eigen::Index>(node.causes.size()) + 2);
      for (Eigen::Index i = 0; i < node.hidden.rows(); ++i)
        for (Eigen::Index j = 0; j < node.hidden.cols(); ++j) node.hidden(i, j) = normal(random);
    }
    if (kind_ != ModelKind::levels) return;
    node.levels = 2 + random() % 3;
    const auto own = static_cast<Eigen::Index>(node.levels);
    node.base = Eigen::VectorXd(own);
    for (Eigen::Index k = 0; k < own; ++k) node.base[k] = 0.5 * normal(random);
    for (std::size_t c = 0; c < node.causes.size(); ++c) {
      Eigen::MatrixXd effect(static_cast<Eigen::Index>(nodes_[node.causes[c]].levels), own);
      for (Eigen::Index i = 0; i < effect.size(); ++i) effect(i) = 2 * std::abs(node.coefficient[c]) * normal(random);
      node.effects.push_back(std::move(effect));
    }
  }

  static double apply(int function, double x) {
    switch (function) {
      case 1: return std::tanh(2 * x);
      case 2: return std::sin(2 * x);
      case 3: return x * x - 1;
      case 4: return std::abs(x) - 0.8;
      case 5: return 1.5 * std::exp(-x * x / 2);
      default: return x;
    }
  }

  double noise(std::mt19937_64& random) const {
    if (kind_ != ModelKind::linear_student) return normal(random);
    double square = 0;
    for (int k = 0; k < 4; ++k) {
      const double z = normal(random);
      square += z * z;
    }
    return normal(random) / std::sqrt(square / 4) / std::sqrt(2.0);
  }

  Eigen::MatrixXd values(std::size_t rows, std::uint64_t seed) {
    std::mt19937_64 random(seed);
    Eigen::MatrixXd x(static_cast<Eigen::Index>(rows), static_cast<Eigen::Index>(graph_.size()));
    for (const Node v : graph_.topological_order()) {
      NodeModel& node = nodes_[v];
      auto column = x.col(static_cast<Eigen::Index>(v));
      for (Eigen::Index i = 0; i < x.rows(); ++i)
        column[i] = kind_ == ModelKind::levels ? draw_level(node, x, i, random) : mean_of(node, x, i) + noise(random);
      if (kind_ == ModelKind::levels) continue;
      if (!node.known) {
        node.mean = column.mean();
        node.scale = std::sqrt((column.array() - node.mean).square().mean());
        node.known = true;
      }
      column = ((column.array() - node.mean) / node.scale).matrix();
    }
    return x;
  }

  double mean_of(const NodeModel& node, const Eigen::MatrixXd& x, Eigen::Index row) const {
    double mean = 0;
    if (kind_ == ModelKind::network) {
      if (node.causes.empty()) return 0;
      for (Eigen::Index h = 0; h < node.hidden.rows(); ++h) {
        double unit_input = node.hidden(h, 0);
        for (std::size_t c = 0; c < node.causes.size(); ++c)
          unit_input +=
              node.hidden(h, static_cast<Eigen::Index>(c) + 1) * x(row, static_cast<Eigen::Index>(node.causes[c]));
        mean += 0.6 * node.hidden(h, node.hidden.cols() - 1) * std::tanh(unit_input);
      }
      return mean;
    }
    for (std::size_t c = 0; c < node.causes.size(); ++c)
      mean += node.coefficient[c] * apply(node.function[c], x(row, static_cast<Eigen::Index>(node.causes[c])));
    return mean;
  }

  static double draw_level(const NodeModel& node, const Eigen::MatrixXd& x, Eigen::Index row, std::mt19937_64& random) {
    Eigen::VectorXd score = node.base;
    for (std::size_t c = 0; c < node.causes.size(); ++c)
      score +=
          node.effects[c].row(static_cast<Eigen::Index>(x(row, static_cast<Eigen::Index>(node.causes[c])))).transpose();
    const Eigen::VectorXd p = (score.array() - score.maxCoeff()).exp();
    double left = unit(random) * p.sum();
    for (Eigen::Index k = 0; k + 1 < p.size(); ++k) {
      if (left < p[k]) return static_cast<double>(k);
      left -= p[k];
    }
    return static_cast<double>(p.size() - 1);
  }

  Table table_of(const Eigen::MatrixXd& x) const {
    std::vector<Column> columns;
    for (Node v = 0; v < graph_.size(); ++v) {
      Column column{graph_.name(v), ColumnType::continuous, {}, {}};
      const auto values_of = x.col(static_cast<Eigen::Index>(v));
      column.values.assign(values_of.begin(), values_of.end());
      if (kind_ == ModelKind::levels) {
        column.type = nodes_[v].levels == 2 ? ColumnType::binary : ColumnType::categorical;
        for (std::size_t k = 0; k < nodes_[v].levels; ++k) column.levels.push_back(std::to_string(k));
      }
      columns.push_back(std::move(column));
    }
    return Table(std::move(columns));
  }

  /// The greatest log-likelihood of y on the columns: least squares, or reweighted for Student's t.
  double log_likelihood(const Eigen::MatrixXd& columns, const Eigen::VectorXd& y) const {
    const double n = static_cast<double>(y.size());
    Eigen::VectorXd weights = Eigen::VectorXd::Ones(y.size());
    double variance = 1, value = 0;
    for (int round = 0; round < (kind_ == ModelKind::linear_student ? 60 : 1); ++round) {
      const Eigen::MatrixXd weighted = weights.asDiagonal() * columns;
      const Eigen::VectorXd coefficients = solve_spd(columns.transpose() * weighted, weighted.transpose() * y);
      const Eigen::ArrayXd square = (y - columns * coefficients).array().square();
      variance = (weights.array() * square).sum() / n;
      value = -0.5 * n * std::log(variance);
      if (kind_ != ModelKind::linear_student) continue;
      weights = 5 / (4 + square / variance);
      value -= 2.5 * (1 + square / (4 * variance)).log().sum();
    }
    return value;
  }

  std::pair<double, double> function_ratio(const Eigen::MatrixXd& x, Node from, Node to) const {
    const NodeModel& node = nodes_[to];
    const auto causes = static_cast<Eigen::Index>(node.causes.size());
    Eigen::MatrixXd columns(x.rows(), causes + 1);
    columns.col(0).setOnes();
    Eigen::Index at = 1;
    for (std::size_t c = 0; c < node.causes.size(); ++c) {
      const Eigen::Index place = node.causes[c] == from ? causes : at++;  // the cause in question stands last
      for (Eigen::Index i = 0; i < x.rows(); ++i)
        columns(i, place) = apply(node.function[c], x(i, static_cast<Eigen::Index>(node.causes[c])));
    }
    const Eigen::VectorXd y = x.col(static_cast<Eigen::Index>(to));
    return {2 * (log_likelihood(columns, y) - log_likelihood(columns.leftCols(causes), y)), 1.0};
  }

  std::pair<double, double> table_ratio(const Eigen::MatrixXd& x, Node from, Node to) const {
    std::map<std::vector<int>, Eigen::MatrixXd> tables;
    for (Eigen::Index i = 0; i < x.rows(); ++i) {
      std::vector<int> others;
      for (const Node p : nodes_[to].causes)
        if (p != from) others.push_back(static_cast<int>(x(i, static_cast<Eigen::Index>(p))));
      auto [found, fresh] = tables.try_emplace(others);
      if (fresh)
        found->second = Eigen::MatrixXd::Zero(static_cast<Eigen::Index>(nodes_[from].levels),
                                              static_cast<Eigen::Index>(nodes_[to].levels));
      found->second(static_cast<Eigen::Index>(x(i, static_cast<Eigen::Index>(from))),
                    static_cast<Eigen::Index>(x(i, static_cast<Eigen::Index>(to)))) += 1;
    }
    double statistic = 0, degrees = 0;
    for (const auto& [others, counts] : tables) {
      const Eigen::VectorXd rows = counts.rowwise().sum(), columns = counts.colwise().sum().transpose();
      degrees += (static_cast<double>((rows.array() > 0).count()) - 1) *
                 (static_cast<double>((columns.array() > 0).count()) - 1);
      for (Eigen::Index i = 0; i < counts.rows(); ++i)
        for (Eigen::Index j = 0; j < counts.cols(); ++j)
          if (counts(i, j) > 0)
            statistic += 2 * counts(i, j) * std::log(counts(i, j) * counts.sum() / (rows[i] * columns[j]));
    }
    return {statistic, degrees};
  }

  ModelKind kind_;
  CausalGraph graph_;
  std::vector<NodeModel> nodes_;
};

/// P(X > x) of a noncentral chi-square variable.
inline double noncentral_tail(double x, double degrees, double noncentrality) {
  double tail = 0, half = noncentrality / 2;
  const double spread = 12 * std::sqrt(half + 1) + 40;
  for (double j = std::max(0.0, std::floor(half - spread)); j <= half + spread; ++j)
    tail += std::exp(j * std::log(std::max(half, 1e-300)) - half - std::lgamma(j + 1)) *
            chi_square_tail(x, degrees + 2 * j);
  return std::min(1.0, tail);
}

/// How often a likelihood ratio of that noncentrality is above its critical value at this level.
inline double power_of(double noncentrality, double degrees, double level) {
  double low = 0, high = 1e6;
  for (int i = 0; i < 200; ++i) (chi_square_tail((low + high) / 2, degrees) > level ? low : high) = (low + high) / 2;
  return noncentral_tail(low, degrees, noncentrality);
}

/// How often one who knows the functions sees on `rows` rows, at this level, that `to` reads `from`: by the
/// noncentrality that a large sample shows.
inline double oracle_power(DiagnosedModel& model, Node from, Node to, double rows, double level, std::uint64_t seed) {
  constexpr std::size_t many = 40'000;
  const auto [statistic, degrees] = model.likelihood_ratio(from, to, many, seed);
  return power_of(std::max(0.0, statistic - degrees) * rows / static_cast<double>(many), degrees, level);
}

/// The graph less an edge, or with it the other way round.
inline CausalGraph with_edge_changed(const CausalGraph& graph, Node from, Node to, bool reversed) {
  std::vector<NamedEdge> edges;
  for (Node v = 0; v < graph.size(); ++v)
    for (const Node child : graph.children(v)) {
      if (v != from || child != to)
        edges.emplace_back(graph.name(v), graph.name(child));
      else if (reversed)
        edges.emplace_back(graph.name(to), graph.name(from));
    }
  return CausalGraph(graph.names(), edges);
}

}  // namespace equipoise::testing
