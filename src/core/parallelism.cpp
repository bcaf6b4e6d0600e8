#include <equipoise/core/parallelism.hpp>

#include <thread>

namespace equipoise::inline v0 {

Parallelism Parallelism::max() noexcept { return exactly(std::thread::hardware_concurrency()); }

}  // namespace equipoise::inline v0
