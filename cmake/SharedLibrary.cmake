# libreassess.so: the same objects, exporting the functions that the public headers declare and
# nothing else. The list is taken from the headers themselves.
file(GLOB public_headers CONFIGURE_DEPENDS include/reassess/*.h)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${public_headers})
set(exported "")
foreach(header IN LISTS public_headers)
    file(STRINGS ${header} lines REGEX "^[a-z].*[ *]rs_[a-z0-9_]+\\(")
    foreach(line IN LISTS lines)
        string(REGEX MATCH "rs_[a-z0-9_]+\\(" name "${line}")
        string(REPLACE "(" ";" name "${name}")
        string(APPEND exported "        ${name}\n")
    endforeach()
endforeach()
set(export_map ${PROJECT_BINARY_DIR}/generated/reassess.map)
file(CONFIGURE OUTPUT ${export_map} @ONLY CONTENT
"REASSESS_@PROJECT_VERSION_MAJOR@ {
    global:
@exported@    local:
        *;
};
")

add_library(reassess_shared SHARED $<TARGET_OBJECTS:reassess_objects>)
target_link_libraries(reassess_shared PRIVATE reassess_dependencies)
target_link_options(reassess_shared PRIVATE -Wl,--version-script=${export_map})
target_include_directories(reassess_shared INTERFACE
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
# Before 1.0 every minor version may change the ABI.
set_target_properties(reassess_shared PROPERTIES
    OUTPUT_NAME reassess VERSION ${PROJECT_VERSION} LINK_DEPENDS ${export_map}
    SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
