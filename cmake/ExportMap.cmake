# reassess_export_map(RESULT NAME HEADER...): RESULT is the path of a linker script, NAME.map, by
# which a shared library exports the functions that the headers declare and nothing else. The list
# is taken from the headers themselves.
function(reassess_export_map result name)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${ARGN})
    set(exported "")
    foreach(header IN LISTS ARGN)
        file(STRINGS ${header} lines REGEX "^[a-z].*[ *]rs_[a-z0-9_]+\\(")
        foreach(line IN LISTS lines)
            string(REGEX MATCH "rs_[a-z0-9_]+\\(" symbol "${line}")
            string(REPLACE "(" ";" symbol "${symbol}")
            string(APPEND exported "        ${symbol}\n")
        endforeach()
    endforeach()
    set(map ${PROJECT_BINARY_DIR}/generated/${name}.map)
    file(CONFIGURE OUTPUT ${map} @ONLY CONTENT
"REASSESS_@PROJECT_VERSION_MAJOR@ {
    global:
@exported@    local:
        *;
};
")
    set(${result} ${map} PARENT_SCOPE)
endfunction()
