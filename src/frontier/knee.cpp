#include <equipoise/frontier/knee.hpp>

#include <cmath>
#include <utility>
#include <vector>

#include <equipoise/frontier/dominance.hpp>

namespace equipoise::inline v0 {
namespace {

// The front in the unit box: each objective from 0 at its least to 1 at its greatest; a constant one is 0.
Eigen::MatrixXd scaled_to_unit_box(Eigen::MatrixXd front) {
  for (Eigen::Index j = 0; j < front.cols(); ++j) {
    const double low = front.col(j).minCoeff();
    const double range = front.col(j).maxCoeff() - low;
    front.col(j).array() -= low;
    if (range > 0) front.col(j) /= range;
  }
  return front;
}

// The row of `front` least in objective j; of several, the one least in the next objectives, in turn.
Eigen::Index extreme_of(const Eigen::MatrixXd& front, Eigen::Index j) {
  const Eigen::Index m = front.cols();
  const auto better = [&](Eigen::Index a, Eigen::Index b) {
    for (Eigen::Index k = 0; k < m; ++k) {
      const Eigen::Index objective = (j + k) % m;
      if (front(a, objective) != front(b, objective)) return front(a, objective) < front(b, objective);
    }
    return false;
  };
  Eigen::Index best = 0;
  for (Eigen::Index i = 1; i < front.rows(); ++i)
    if (better(i, best)) best = i;
  return best;
}

// Takes out of `direction` what lies along the unit vectors of an orthonormal basis.
void project_out(const std::vector<Eigen::VectorXd>& basis, Eigen::VectorXd& direction) {
  for (const Eigen::VectorXd& unit : basis) direction -= unit.dot(direction) * unit;
}

// An orthonormal basis of the directions from the first extreme to the others. Extremes that coincide or line up add
// no direction, so what is spanned may be less than a plane.
std::vector<Eigen::VectorXd> directions_between_extremes(const Eigen::MatrixXd& front, Eigen::Index first) {
  constexpr double negligible = 1e-9;  // of a unit box's side
  std::vector<Eigen::VectorXd> basis;
  for (Eigen::Index j = 1; j < front.cols(); ++j) {
    Eigen::VectorXd direction = (front.row(extreme_of(front, j)) - front.row(first)).transpose();
    for (int pass = 0; pass < 2; ++pass)
      project_out(basis, direction);  // twice is enough (Giraud, Langou, Rozloznik 2005)
    const double length = direction.norm();
    if (length > negligible) basis.push_back(direction / length);
  }
  return basis;
}

}  // namespace

std::optional<std::size_t> knee(const Eigen::Ref<const Eigen::MatrixXd>& points) {
  const std::vector<std::size_t> rows = non_dominated(points);
  if (rows.empty()) return std::nullopt;
  if (points.cols() == 0) return rows.front();
  Eigen::MatrixXd front(static_cast<Eigen::Index>(rows.size()), points.cols());
  for (std::size_t i = 0; i < rows.size(); ++i)
    front.row(static_cast<Eigen::Index>(i)) = points.row(static_cast<Eigen::Index>(rows[i]));
  front = scaled_to_unit_box(std::move(front));
  const Eigen::Index first = extreme_of(front, 0);
  const std::vector<Eigen::VectorXd> basis = directions_between_extremes(front, first);

  constexpr double tie = 1e-12;
  std::size_t farthest = 0;
  double greatest = -1;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    Eigen::VectorXd offset = (front.row(static_cast<Eigen::Index>(i)) - front.row(first)).transpose();
    project_out(basis, offset);
    if (const double distance = offset.norm(); distance > greatest + tie) {
      greatest = distance;
      farthest = i;
    }
  }
  return rows[farthest];
}

}  // namespace equipoise::inline v0
