# libreassess.so: the same objects, exporting the functions that the public headers declare and
# nothing else.
include(ExportMap)
file(GLOB public_headers CONFIGURE_DEPENDS include/reassess/*.h)
reassess_export_map(export_map reassess ${public_headers})

add_library(reassess_shared SHARED $<TARGET_OBJECTS:reassess_objects>)
target_link_libraries(reassess_shared PRIVATE reassess_dependencies)
target_link_options(reassess_shared PRIVATE -Wl,--version-script=${export_map})
target_include_directories(reassess_shared INTERFACE
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
    $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
# Before 1.0 every minor version may change the ABI.
set_target_properties(reassess_shared PROPERTIES
    OUTPUT_NAME reassess VERSION ${PROJECT_VERSION} LINK_DEPENDS ${export_map}
    SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
