# The generated headers build_info.h: what built this binary and from which commit; and
# engine_abi.h: which engines it works with. Records carry the commit, so it is looked up at every
# build, not only when CMake runs; a header is touched only when it changes.
set(build_info_folder ${PROJECT_BINARY_DIR}/generated)
set(build_info_command
    ${CMAKE_COMMAND}
    -D "SOURCE=${PROJECT_SOURCE_DIR}"
    -D "FOLDER=${build_info_folder}"
    -D "COMPILER=${CMAKE_C_COMPILER_ID} ${CMAKE_C_COMPILER_VERSION}"
    -D "BUILD_TYPE=${CMAKE_BUILD_TYPE}"
    -D "HAS_CUDA=${REASSESS_HAS_CUDA}"
    -P ${PROJECT_SOURCE_DIR}/cmake/WriteBuildInfo.cmake)

add_custom_target(reassess_write_build_info COMMAND ${build_info_command} VERBATIM
                  BYPRODUCTS ${build_info_folder}/build_info.h ${build_info_folder}/engine_abi.h)
add_library(reassess_build_info INTERFACE)
add_dependencies(reassess_build_info reassess_write_build_info)
target_include_directories(reassess_build_info INTERFACE ${build_info_folder})
