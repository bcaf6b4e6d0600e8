// A decomposition as studies' files and the command line write it.
#pragma once

#include <equipoise/scm/decomposition.hpp>

#include "core/json_reader.hpp"

namespace equipoise::inline v0 {

Json decomposition_json(const Decomposition& decomposition);

/// What decomposition_json wrote. Files without a method are of tables whose cells were counted. Throws Error with the
/// place.
Decomposition read_decomposition(const JsonValue& json);

}  // namespace equipoise::inline v0
