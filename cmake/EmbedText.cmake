# reassess_embed_text(OUTPUT NAME FILE NAME FILE ...): writes the C file OUTPUT when CMake runs,
# with each FILE as the text rs_NAME, so that the program needs no files beside it. A FILE that
# changes makes CMake run again.
function(reassess_embed_text output)
    set(content "/* Made by cmake/EmbedText.cmake. */\n")
    while(ARGN)
        list(POP_FRONT ARGN name file)
        set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
        file(READ ${file} hex HEX)
        string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
        string(REPEAT "." 80 line)
        string(REGEX REPLACE "(${line})" "\\1\n" bytes "${bytes}")
        string(APPEND content "extern const char rs_${name}[];\n"
                              "const char rs_${name}[] = {\n${bytes}0x00};\n")
    endwhile()
    file(CONFIGURE OUTPUT ${output} CONTENT "${content}" @ONLY)
endfunction()
