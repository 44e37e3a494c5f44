# The libraries reassess stands on: those of the system, found by pkg-config, or with
# REASSESS_BUNDLED built here. OpenBLAS is not among them: it is opened at run time, when a matrix
# product is first asked for. scripts/deps.sh installs what is missing.
add_library(reassess_dependencies INTERFACE)
if(REASSESS_BUNDLED)
    include(Bundled)
    target_include_directories(reassess_dependencies SYSTEM INTERFACE
                               $<BUILD_INTERFACE:${bundled_folder}/include>)
    foreach(name IN LISTS bundled_names)
        add_dependencies(reassess_dependencies bundled_${name})
    endforeach()
    foreach(library IN LISTS bundled_libraries)
        target_link_libraries(reassess_dependencies INTERFACE
            $<BUILD_INTERFACE:${bundled_folder}/lib/${library}>
            $<INSTALL_INTERFACE:$<INSTALL_PREFIX>/${CMAKE_INSTALL_LIBDIR}/reassess/${library}>)
    endforeach()
    set(reassess_modules "")
else()
    find_package(PkgConfig REQUIRED)
    set(reassess_modules libcjson libzip zlib libdeflate libxxhash)
    foreach(module IN LISTS reassess_modules)
        pkg_check_modules(${module} IMPORTED_TARGET ${module})
        if(NOT ${module}_FOUND)
            message(FATAL_ERROR
                    "reassess: ${module} is missing; run scripts/deps.sh, which installs it, "
                                "or build without the system's: -D REASSESS_BUNDLED=ON")
        endif()
        target_link_libraries(reassess_dependencies INTERFACE PkgConfig::${module})
    endforeach()
    set(bundled_libraries "")
endif()
set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)
target_link_libraries(reassess_dependencies INTERFACE Threads::Threads ${CMAKE_DL_LIBS} m)
