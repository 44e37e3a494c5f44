# Run by every build (see BuildInfo.cmake): writes build_info.h and engine_abi.h when they would
# change.
cmake_minimum_required(VERSION 3.22) # a script of its own
set(COMMIT unknown)
# Only when SOURCE itself is the checkout: an unpacked release inside somebody's repository is not.
if(EXISTS ${SOURCE}/.git)
    execute_process(COMMAND git -C ${SOURCE} describe --always --dirty --abbrev=12 --exclude=*
                    OUTPUT_VARIABLE described RESULT_VARIABLE failed ERROR_QUIET
                    OUTPUT_STRIP_TRAILING_WHITESPACE)
    if(NOT failed)
        set(COMMIT ${described})
    endif()
endif()
configure_file(${SOURCE}/cmake/build_info.h.in ${FOLDER}/build_info.h @ONLY)
include(${CMAKE_CURRENT_LIST_DIR}/EngineAbi.cmake) # ENGINE_ABI
configure_file(${SOURCE}/cmake/engine_abi.h.in ${FOLDER}/engine_abi.h @ONLY)
