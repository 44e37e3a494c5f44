# What every source is compiled with.
#
# Results must not depend on the compiler or on where it was built: no -march=native, no
# -ffast-math, and no contraction of a*b+c unless the source asks for it by an intrinsic.
include(CheckCCompilerFlag)

set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_CXX_STANDARD 17)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT CMAKE_C_COMPILER_LAUNCHER)
    set(CMAKE_C_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
    # Without these it would not touch what uses a precompiled header (ccache(1), PRECOMPILED
    # HEADERS).
    set(sloppiness pch_defines,time_macros,include_file_mtime,include_file_ctime)
    set(CMAKE_CXX_COMPILER_LAUNCHER env CCACHE_SLOPPINESS=${sloppiness} ${CCACHE_PROGRAM})
endif()

set(warnings -Wall -Wextra -Wpedantic -Wshadow)
set(c_warnings -Wconversion -Wstrict-prototypes)
if(REASSESS_WERROR)
    list(APPEND warnings -Werror)
endif()

add_library(reassess_flags INTERFACE)
target_compile_definitions(reassess_flags INTERFACE _GNU_SOURCE)
if(REASSESS_TRACE)
    target_compile_definitions(reassess_flags INTERFACE RS_TRACE) # base/error.h
endif()
target_compile_options(reassess_flags INTERFACE
    -ffp-contract=off ${warnings} "$<$<COMPILE_LANGUAGE:C>:${c_warnings}>")

# Sanitizers reach every target, tests included.
if(REASSESS_SANITIZE)
    add_compile_options(-fsanitize=${REASSESS_SANITIZE} -fno-sanitize-recover=all
                        -fno-omit-frame-pointer)
    add_link_options(-fsanitize=${REASSESS_SANITIZE})
endif()

if(REASSESS_LTO)
    include(CheckIPOSupported)
    check_ipo_supported(LANGUAGES C)
    set(CMAKE_INTERPROCEDURAL_OPTIMIZATION ON)
endif()

# reassess_isa_flags(LIST): sources named *_avx2.c and *_avx512.c get their instruction set on
# x86-64 and leave LIST elsewhere, those named *_neon.c leave it but on 64-bit Arm, where every
# processor has NEON. Which of them runs is decided at run time.
function(reassess_isa_flags list_name)
    set(kept "")
    foreach(source IN LISTS ${list_name})
        if(source MATCHES "_avx(2|512)\\.c$")
            if(NOT CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|amd64|AMD64)$")
                continue()
            endif()
            set(isa -mavx2 -mfma -mf16c)
            if(source MATCHES "_avx512\\.c$")
                list(APPEND isa -mavx512f -mavx512bw -mavx512vl -mavx512dq)
            endif()
            set_source_files_properties(${source} PROPERTIES COMPILE_OPTIONS "${isa}")
        elseif(source MATCHES "_neon\\.c$" AND
               NOT CMAKE_SYSTEM_PROCESSOR MATCHES "^(aarch64|arm64|ARM64)$")
            continue()
        endif()
        list(APPEND kept ${source})
    endforeach()
    set(${list_name} ${kept} PARENT_SCOPE)
endfunction()
