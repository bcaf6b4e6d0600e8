// What a number without causes could be.
#pragma once

#include <vector>

#include <equipoise/scm/candidates.hpp>

namespace equipoise::inline v0::detail {

std::vector<Candidate> number_root_candidates(const NodeData& data);

}  // namespace equipoise::inline v0::detail
