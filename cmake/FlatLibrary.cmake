# REASSESS_FLAT: python/libreassess.so in the build folder, which exports the flat functions beside
# the public ones. The Python package opens it by its path, so it has no version in its name.
include(ExportMap)
file(GLOB flat_headers CONFIGURE_DEPENDS include/reassess/*.h)
list(APPEND flat_headers ${PROJECT_SOURCE_DIR}/host/flat/flat.h)
reassess_export_map(flat_map reassess_flat ${flat_headers})

add_library(reassess_flat MODULE $<TARGET_OBJECTS:reassess_objects>)
target_link_libraries(reassess_flat PRIVATE reassess_dependencies)
target_link_options(reassess_flat PRIVATE -Wl,--version-script=${flat_map})
set_target_properties(reassess_flat PROPERTIES
    OUTPUT_NAME reassess PREFIX lib SUFFIX .so LINK_DEPENDS ${flat_map}
    LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/python)

# The wheel (python/pyproject.toml) is made of the component "python": library and program, and what
# the licences of libraries built in ask for.
if(SKBUILD)
    install(TARGETS reassess_flat LIBRARY DESTINATION ${SKBUILD_PLATLIB_DIR}/reassess
            COMPONENT python)
    install(TARGETS reassess RUNTIME DESTINATION ${SKBUILD_SCRIPTS_DIR} COMPONENT python)
    foreach(name IN LISTS bundled_names)
        install(FILES ${bundled_folder}/${name}/src/bundled_${name}/${bundled_licence_${name}}
                DESTINATION ${SKBUILD_PLATLIB_DIR}/reassess/licences/${name} COMPONENT python)
    endforeach()
endif()
