# The libraries reassess stands on. OpenBLAS is not among them: it is opened at run time, when a
# matrix product is first asked for. scripts/deps.sh installs what is missing.
find_package(PkgConfig REQUIRED)
set(reassess_modules libcjson libzip zlib libdeflate libxxhash)
foreach(module IN LISTS reassess_modules)
    pkg_check_modules(${module} IMPORTED_TARGET ${module})
    if(NOT ${module}_FOUND)
        message(FATAL_ERROR "reassess: ${module} is missing; run scripts/deps.sh, which installs it")
    endif()
endforeach()
set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)

add_library(reassess_dependencies INTERFACE)
foreach(module IN LISTS reassess_modules)
    target_link_libraries(reassess_dependencies INTERFACE PkgConfig::${module})
endforeach()
target_link_libraries(reassess_dependencies INTERFACE Threads::Threads ${CMAKE_DL_LIBS} m)
