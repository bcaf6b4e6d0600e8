// Distributions in JSON.
#pragma once

#include <equipoise/scm/noise.hpp>

#include "core/json_reader.hpp"

namespace equipoise::inline v0 {

/// `{"kind": "normal", "mean": 0, "scale": 1}`. Throws json_* at the value's place.
Noise noise_from_json(const JsonValue& value);
Json noise_to_json(const Noise& noise);

}  // namespace equipoise::inline v0
