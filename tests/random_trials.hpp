#pragma once

// How many of `all` random trials to make: under sanitizers, where each costs some fifty times as much, one in twenty.
// What is counted over trials must then be counted against trials(all) as well.
constexpr int trials(int all) {
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
  return (all + 19) / 20;
#else
  return all;
#endif
#elif defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  return (all + 19) / 20;
#else
  return all;
#endif
}
