# Run by every build (see BuildInfo.cmake): writes build_info.h when it would change.
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
configure_file(${TEMPLATE} ${HEADER} @ONLY)
