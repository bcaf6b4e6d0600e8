# The house from left to right: a module may include only itself and what stands before it.
set(EQUIPOISE_MODULES core data graph identify scm predictor objective fairness privacy invariance recourse train frontier report)

# The modules whose tests take longest, the longest last.
set(EQUIPOISE_LONGEST_TESTS privacy graph train identify scm)

# Objects of one module, compiled from src/<module>/*.cpp (a module may be headers only).
function(equipoise_add_module module)
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${module}/*.cpp)
  if(NOT sources)
    return()
  endif()
  add_library(equipoise_${module} OBJECT ${sources})
  target_include_directories(equipoise_${module} PRIVATE ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(equipoise_${module}
    PUBLIC equipoise_headers PRIVATE equipoise_private_flags nlohmann_json::nlohmann_json Boost::headers)
  set_target_properties(equipoise_${module} PROPERTIES POSITION_INDEPENDENT_CODE ON)
endfunction()

# One test program a module, linked with that module's objects and those to its left alone.
function(equipoise_add_module_test module)
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/${module}/*_test.cpp)
  if(NOT sources)
    return()
  endif()
  add_executable(equipoise_${module}_test ${sources})
  target_include_directories(equipoise_${module}_test PRIVATE ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR}/tests)
  target_link_libraries(equipoise_${module}_test PRIVATE
    equipoise_headers equipoise_private_flags equipoise_catch_main nlohmann_json::nlohmann_json Boost::headers Threads::Threads)
  target_compile_definitions(equipoise_${module}_test PRIVATE EQUIPOISE_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  # The library under test keeps all its optimisation; for tests it would cost a third of their compile time more.
  target_compile_options(equipoise_${module}_test PRIVATE $<$<CONFIG:Release>:-O1>)
  foreach(left IN LISTS EQUIPOISE_MODULES)
    if(TARGET equipoise_${left})
      target_link_libraries(equipoise_${module}_test PRIVATE equipoise_${left})
    endif()
    if(left STREQUAL module)
      break()
    endif()
  endforeach()
  if(EQUIPOISE_SANITIZE)  # where verdicts on rates over thousands of runs, and sweeps that shorter ones stand for, say
    set(left_out "~[rate]~[long]")  # nothing more, and take half an hour
    target_compile_definitions(equipoise_${module}_test PRIVATE EQUIPOISE_SANITIZED)
  endif()
  add_test(NAME ${module} COMMAND equipoise_${module}_test ${left_out})
  list(FIND EQUIPOISE_LONGEST_TESTS ${module} rank)
  math(EXPR cost "10 * (1 + ${rank})")  # the longest begin first, so that none is left to run alone
  set_tests_properties(${module} PROPERTIES COST ${cost} TIMEOUT 3600)  # under sanitizers, without optimisation
endfunction()
