# The host SIMT executor (tests/simt/README.md): compiles .cu files as plain C++ and runs their
# kernels on the CPU. For tests only; nothing of it is installed.
#
#     include(Simt)
#     rs_add_simt_library(NAME sources.cu... [ARCH 900] [DEFINITIONS X=1...])
#
# makes a static library of the sources, which may be .c and .cc too, as seen by a GPU of compute
# capability ARCH / 100 (75 x 10 and so on: what __CUDA_ARCH__ says). What links it sees the
# executor's headers instead of the toolkit's and reaches tests/simt/include/simt/simt.h, the test's
# steering wheel. A program can link libraries of one ARCH only.
include_guard(GLOBAL)

set(simt_folder ${PROJECT_SOURCE_DIR}/tests/simt)

file(GLOB simt_sources CONFIGURE_DEPENDS ${simt_folder}/executor/*.cc ${simt_folder}/runtime/*.cc)
add_library(simt_executor STATIC EXCLUDE_FROM_ALL ${simt_sources})
target_include_directories(simt_executor PRIVATE ${simt_folder}
                           PUBLIC ${simt_folder}/include)
set_target_properties(simt_executor PROPERTIES POSITION_INDEPENDENT_CODE ON) # for modules too
target_link_libraries(simt_executor PRIVATE reassess_flags PUBLIC Threads::Threads ${CMAKE_DL_LIBS})
target_compile_options(simt_executor PRIVATE -O2) # in every build: it is switched 10^8 times
target_compile_definitions(simt_executor PRIVATE SIMT_CUDA_ARCH=900)
if(REASSESS_SANITIZE MATCHES "thread")
    # Each CUDA thread is a thread of its own to TSan; the code that switches them is none of them.
    target_compile_options(simt_executor PRIVATE -fno-sanitize=thread)
    target_compile_definitions(simt_executor PUBLIC SIMT_TSAN=1)
endif()

function(rs_add_simt_library name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "ARCH" "DEFINITIONS")
    if(NOT arg_ARCH)
        set(arg_ARCH 900)
    endif()
    foreach(source IN LISTS arg_UNPARSED_ARGUMENTS)
        if(source MATCHES "\\.cu$")
            set_source_files_properties(${source} PROPERTIES LANGUAGE CXX)
        endif()
    endforeach()
    add_library(${name} STATIC EXCLUDE_FROM_ALL ${arg_UNPARSED_ARGUMENTS})
    set_target_properties(${name} PROPERTIES POSITION_INDEPENDENT_CODE ON)
    target_link_libraries(${name} PUBLIC simt_executor PRIVATE reassess_flags)
    target_compile_definitions(${name} PUBLIC SIMT_CUDA_ARCH=${arg_ARCH} PRIVATE ${arg_DEFINITIONS})
    set(level -O2)
    if(REASSESS_SANITIZE)
        set(level -O1)
    elseif(CMAKE_CXX_COMPILER_ID MATCHES "Clang") # takes three times as long as gcc for kernels
        set(level -Oz)
    endif()
    target_compile_options(${name} PRIVATE ${level} -Wno-unknown-pragmas) # #pragma unroll
endfunction()
