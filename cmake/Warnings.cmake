# Linked PRIVATE to this project's own targets, so that no user inherits a warning or a sanitizer flag.
add_library(equipoise_private_flags INTERFACE)
target_compile_options(equipoise_private_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wnon-virtual-dtor)
if(EQUIPOISE_WARNINGS_AS_ERRORS)
  target_compile_options(equipoise_private_flags INTERFACE -Werror)
endif()
if(EQUIPOISE_SANITIZE)
  target_compile_options(equipoise_private_flags INTERFACE -fsanitize=${EQUIPOISE_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(equipoise_private_flags INTERFACE -fsanitize=${EQUIPOISE_SANITIZE})
endif()
