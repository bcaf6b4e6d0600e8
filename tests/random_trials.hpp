#pragma once

// How many of `all` random trials to make: under sanitizers, where each costs many times as much, one in twenty.
// What is counted over them is then held against trials(least) as well.
constexpr int trials(int all) {
#ifdef EQUIPOISE_SANITIZED
  return (all + 19) / 20;
#else
  return all;
#endif
}
