# What `cmake --install` puts where, and how find_package and pkg-config find it again.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/equipoise)

set_target_properties(equipoise_headers PROPERTIES EXPORT_NAME headers)
install(TARGETS equipoise equipoise_headers EXPORT equipoiseTargets)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/equipoise DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
if(TARGET equipoise_cli)
  install(TARGETS equipoise_cli)
endif()

install(EXPORT equipoiseTargets NAMESPACE equipoise:: DESTINATION ${package_dir})
configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/equipoiseConfig.cmake.in
  ${PROJECT_BINARY_DIR}/equipoiseConfig.cmake INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/equipoiseConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/equipoiseConfig.cmake ${PROJECT_BINARY_DIR}/equipoiseConfigVersion.cmake
  DESTINATION ${package_dir})

# The prefix is told from where the .pc file lies, so that an installed tree can be moved.
file(RELATIVE_PATH path_to_prefix /prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig /prefix)
configure_file(${PROJECT_SOURCE_DIR}/cmake/equipoise.pc.in ${PROJECT_BINARY_DIR}/equipoise.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/equipoise.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
