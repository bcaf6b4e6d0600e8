// Monotone functions in JSON.
#pragma once

#include <equipoise/scm/monotone_function.hpp>

#include "core/json_reader.hpp"

namespace equipoise::inline v0 {

/// `{"kind": "exp"}`, or a list of such steps, each applied to what the one before gives. Throws json_* at the value's
/// place.
MonotoneFunction monotone_from_json(const JsonValue& value);
Json monotone_to_json(const MonotoneFunction& function);

}  // namespace equipoise::inline v0
