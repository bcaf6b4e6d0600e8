#include <equipoise/scm/activation.hpp>

#include <string>

#include <catch2/catch.hpp>

using namespace equipoise;

TEST_CASE("activations are named as files name them", "[scm]") {
  CHECK(std::string(to_string(Activation::tanh)) == "tanh");
  CHECK(std::string(to_string(Activation::relu)) == "relu");
}
