# The sources that REASSESS_BUNDLED builds: upstream's releases, pinned by SHA-256. Also a script,
# for machines without a network:
#
#     cmake -D TO=sources -P cmake/BundledSources.cmake
#
# fetches what is not yet in the folder `sources`, for REASSESS_BUNDLED_SOURCES.
# Each: name; file; SHA-256; where it is to be had.
set(bundled_names cjson zlib libdeflate xxhash libzip)
set(bundled_cjson cJSON-1.7.19.tar.gz
    7fa616e3046edfa7a28a32d5f9eacfd23f92900fe1f8ccd988c1662f30454562
    https://github.com/DaveGamble/cJSON/archive/refs/tags/v1.7.19.tar.gz)
set(bundled_zlib zlib-1.3.1.tar.gz
    9a93b2b7dfdac77ceba5a558a580e74667dd6fede4585b91eefb60f03b72df23
    https://github.com/madler/zlib/releases/download/v1.3.1/zlib-1.3.1.tar.gz
    https://zlib.net/fossils/zlib-1.3.1.tar.gz)
set(bundled_libdeflate libdeflate-1.23.tar.gz
    1ab18349b9fb0ce8a0ca4116bded725be7dcbfa709e19f6f983d99df1fb8b25f
    https://github.com/ebiggers/libdeflate/archive/refs/tags/v1.23.tar.gz)
set(bundled_xxhash xxHash-0.8.3.tar.gz
    aae608dfe8213dfd05d909a57718ef82f30722c392344583d3f39050c7f29a80
    https://github.com/Cyan4973/xxHash/archive/refs/tags/v0.8.3.tar.gz)
set(bundled_libzip libzip-1.7.3.tar.xz
    a60473ffdb7b4260c08bfa19c2ccea0438edac11193c3afbbb1f17fbcf6c6132
    https://libzip.org/download/libzip-1.7.3.tar.xz)

# bundled_find(NAME FOLDER RESULT): the archive in FOLDER that has the right sum, whatever its name;
# or a folder called like the archive, which is somebody's to answer for; or nothing.
function(bundled_find name folder result)
    list(GET bundled_${name} 0 file)
    list(GET bundled_${name} 1 sum)
    set(${result} "" PARENT_SCOPE)
    file(GLOB archives ${folder}/*.tar.*)
    foreach(archive IN LISTS archives)
        file(SHA256 ${archive} its)
        if(its STREQUAL sum)
            set(${result} ${archive} PARENT_SCOPE)
            return()
        endif()
    endforeach()
    string(REGEX REPLACE "\\.tar\\..*" "" stem ${file})
    if(IS_DIRECTORY ${folder}/${stem})
        set(${result} ${folder}/${stem} PARENT_SCOPE)
    endif()
endfunction()

# bundled_fetch(NAME FOLDER): puts the archive there, from the first address that has the right one.
function(bundled_fetch name folder)
    set(addresses ${bundled_${name}})
    list(POP_FRONT addresses file sum)
    set(said "")
    foreach(address IN LISTS addresses)
        message(STATUS "reassess: fetching ${address}")
        file(DOWNLOAD ${address} ${folder}/${file}.part STATUS status TLS_VERIFY ON
             INACTIVITY_TIMEOUT 30)
        list(POP_FRONT status code why)
        if(code EQUAL 0)
            file(SHA256 ${folder}/${file}.part its)
            if(its STREQUAL sum)
                file(RENAME ${folder}/${file}.part ${folder}/${file})
                return()
            endif()
            set(why "its SHA-256 is ${its}, not ${sum}")
        endif()
        file(REMOVE ${folder}/${file}.part)
        string(APPEND said "\n  ${address}: ${why}")
    endforeach()
    message(FATAL_ERROR "reassess: ${file} cannot be fetched:${said}\n"
        "On a machine that can: cmake -D TO=sources -P cmake/BundledSources.cmake\n"
        "Then here: -D REASSESS_BUNDLED_SOURCES=that folder")
endfunction()

if(CMAKE_SCRIPT_MODE_FILE STREQUAL CMAKE_CURRENT_LIST_FILE)
    if(NOT TO)
        message(FATAL_ERROR "usage: cmake -D TO=FOLDER -P cmake/BundledSources.cmake")
    endif()
    get_filename_component(folder ${TO} ABSOLUTE)
    foreach(name IN LISTS bundled_names)
        bundled_find(${name} ${folder} found)
        if(NOT found)
            bundled_fetch(${name} ${folder})
        endif()
    endforeach()
    message(STATUS "reassess: ${folder} has the sources")
endif()
