// Models in files: JSON that reads back to the same model, bit for bit.
#pragma once

#include <string>
#include <string_view>

#include <equipoise/scm/scm.hpp>

namespace equipoise::inline v0 {

/// Reads a model from a file as docs/formats.md describes it. Throws json_* or graph_* or scm_* at the
/// file's place (`scm.json#/mechanisms/Y/coefficients/X`), with a suggestion for what is misspelt.
Scm read_scm(const std::string& path);
/// The same from text; `file` begins the places of errors.
Scm parse_scm(std::string_view text, std::string file = "scm.json");

/// The model as the text of such a file. Throws scm_invalid for a mechanism of a user's own kind, which has no
/// place in a file.
std::string scm_text(const Scm& scm);
/// Writes it, whole or not at all.
void write_scm(const std::string& path, const Scm& scm);

}  // namespace equipoise::inline v0
