// Models in JSON, for whoever has one standing in a larger document.
#pragma once

#include <equipoise/scm/scm.hpp>

#include "core/json_reader.hpp"

namespace equipoise::inline v0 {

Scm scm_from_json(const JsonValue& root);
Json scm_to_json(const Scm& scm);

}  // namespace equipoise::inline v0
