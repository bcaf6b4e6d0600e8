# Linked PRIVATE to this project's own targets, so that no user inherits a warning, a sanitizer or a
# processor's instructions.
add_library(equipoise_private_flags INTERFACE)
target_compile_options(equipoise_private_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wnon-virtual-dtor)
# GCC 12 warns of its own inlined std::string (https://gcc.gnu.org/PR105651).
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  target_compile_options(equipoise_private_flags INTERFACE -Wno-restrict)
endif()
if(EQUIPOISE_WARNINGS_AS_ERRORS)
  target_compile_options(equipoise_private_flags INTERFACE -Werror)
endif()
if(EQUIPOISE_SANITIZE)
  target_compile_options(equipoise_private_flags INTERFACE -fsanitize=${EQUIPOISE_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(equipoise_private_flags INTERFACE -fsanitize=${EQUIPOISE_SANITIZE})
endif()
if(EQUIPOISE_COVERAGE)
  target_compile_options(equipoise_private_flags INTERFACE --coverage)
  target_link_options(equipoise_private_flags INTERFACE --coverage)
endif()
if(EQUIPOISE_TUNED)
  target_compile_options(equipoise_private_flags INTERFACE -march=x86-64-v3)
endif()
