# REASSESS_BUNDLED: the libraries of Dependencies.cmake, built here, static, from the sources of
# BundledSources.cmake: for machines without root, where a compiler and CMake is all there is. The
# program then needs libc, libm and libpthread alone.
include(BundledSources)
include(ExternalProject)
if(POLICY CMP0135) # times of unpacked files: those of the unpacking
    cmake_policy(SET CMP0135 NEW)
endif()

set(REASSESS_BUNDLED_SOURCES "$ENV{REASSESS_BUNDLED_SOURCES}" CACHE PATH
    "With REASSESS_BUNDLED: a folder with the sources, in the place of a network")

set(bundled_folder ${PROJECT_BINARY_DIR}/bundled)
file(MAKE_DIRECTORY ${bundled_folder}/include) # has to be there before anything is built

# What all of them are built with. They are C, and older ones ask for a CMake that is no more.
set(bundled_settings
    -DCMAKE_C_COMPILER=${CMAKE_C_COMPILER}
    -DCMAKE_C_COMPILER_LAUNCHER=${CMAKE_C_COMPILER_LAUNCHER}
    -DCMAKE_MAKE_PROGRAM=${CMAKE_MAKE_PROGRAM}
    -DCMAKE_BUILD_TYPE=Release
    -DCMAKE_POSITION_INDEPENDENT_CODE=ON
    -DCMAKE_POLICY_VERSION_MINIMUM=3.5
    -DCMAKE_INSTALL_PREFIX=${bundled_folder}
    -DCMAKE_INSTALL_LIBDIR=lib
    -DBUILD_SHARED_LIBS=OFF)
if(CMAKE_TOOLCHAIN_FILE)
    get_filename_component(toolchain ${CMAKE_TOOLCHAIN_FILE} ABSOLUTE)
    list(APPEND bundled_settings -DCMAKE_TOOLCHAIN_FILE=${toolchain})
endif()

# add_bundled(NAME LIBRARY LICENCE [SUBFOLDER folder] [LISTS file] [DEPENDS name] [SETTINGS ...])
# LISTS: takes the place of its CMakeLists.txt
set(bundled_libraries "") # as the linker wants them: libzip before zlib
function(add_bundled name library licence)
    cmake_parse_arguments(PARSE_ARGV 3 arg "" "SUBFOLDER;LISTS;DEPENDS" "SETTINGS")
    set(folder ${REASSESS_BUNDLED_SOURCES})
    if(NOT folder)
        set(folder ${bundled_folder}/sources)
    endif()
    bundled_find(${name} ${folder} source)
    if(NOT source AND NOT REASSESS_BUNDLED_SOURCES)
        bundled_fetch(${name} ${folder})
        bundled_find(${name} ${folder} source)
    elseif(NOT source)
        list(GET bundled_${name} 0 file)
        list(GET bundled_${name} 1 sum)
        message(FATAL_ERROR
                "reassess: ${folder} (REASSESS_BUNDLED_SOURCES) holds no archive with the "
                "SHA-256 ${sum} of ${file}")
    endif()
    list(GET bundled_${name} 1 sum)
    set(from URL ${source} URL_HASH SHA256=${sum})
    if(IS_DIRECTORY ${source})
        message(STATUS "reassess: ${name} is built from ${source}, which no checksum holds")
        set(from DOWNLOAD_COMMAND ${CMAKE_COMMAND} -E copy_directory ${source} <SOURCE_DIR>)
    endif()
    if(arg_SUBFOLDER)
        list(APPEND from SOURCE_SUBDIR ${arg_SUBFOLDER})
    endif()
    if(arg_LISTS)
        list(APPEND from PATCH_COMMAND
             ${CMAKE_COMMAND} -E copy ${arg_LISTS} <SOURCE_DIR>/CMakeLists.txt)
    endif()
    if(arg_DEPENDS)
        list(APPEND from DEPENDS bundled_${arg_DEPENDS})
    endif()
    ExternalProject_Add(bundled_${name} ${from} PREFIX ${bundled_folder}/${name}
        CMAKE_ARGS ${bundled_settings} ${arg_SETTINGS}
        BUILD_BYPRODUCTS ${bundled_folder}/lib/${library}
        LOG_DOWNLOAD ON LOG_CONFIGURE ON LOG_BUILD ON LOG_INSTALL ON LOG_OUTPUT_ON_FAILURE ON)
    install(FILES ${bundled_folder}/${name}/src/bundled_${name}/${licence}
            DESTINATION ${CMAKE_INSTALL_DOCDIR}/licences/${name})
    set(bundled_libraries ${library} ${bundled_libraries} PARENT_SCOPE)
    set(bundled_licence_${name} ${licence} PARENT_SCOPE)
endfunction()

add_bundled(cjson libcjson.a LICENSE
    SETTINGS -DENABLE_CJSON_TEST=OFF -DENABLE_CUSTOM_COMPILER_FLAGS=OFF)
add_bundled(zlib libz.a LICENSE LISTS ${PROJECT_SOURCE_DIR}/cmake/BundledZlib.txt)
add_bundled(libdeflate libdeflate.a COPYING
    SETTINGS -DLIBDEFLATE_BUILD_SHARED_LIB=OFF -DLIBDEFLATE_BUILD_GZIP=OFF)
add_bundled(xxhash libxxhash.a LICENSE SUBFOLDER cmake_unofficial
    SETTINGS -DXXHASH_BUILD_XXHSUM=OFF)
add_bundled(libzip libzip.a LICENSE DEPENDS zlib
    SETTINGS -DZLIB_LIBRARY=${bundled_folder}/lib/libz.a
             -DZLIB_INCLUDE_DIR=${bundled_folder}/include
             -DENABLE_COMMONCRYPTO=OFF -DENABLE_GNUTLS=OFF -DENABLE_MBEDTLS=OFF -DENABLE_OPENSSL=OFF
             -DENABLE_BZIP2=OFF -DENABLE_LZMA=OFF -DBUILD_TOOLS=OFF -DBUILD_REGRESS=OFF
             -DBUILD_EXAMPLES=OFF -DBUILD_DOC=OFF)
