# reassess_list_commands(OUTPUT TEXT...): writes OUTPUT, the rows of which commands.h makes the
# table of commands, when CMake runs. A command is a TEXT, help/NAME.txt, that begins so:
#
#     order: 010
#     summary: one line
#     usage: [options] MODEL...
#
# Help lists commands by `order`; behind a blank line comes what help says of the command.
function(reassess_list_commands output)
    set(head "^order: ([0-9][0-9][0-9])\nsummary: ([^\n]+)\nusage:( [^\n]+)?\n\n[^\n]")
    set(orders "")
    foreach(text IN LISTS ARGN)
        set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${text})
        file(READ ${text} content)
        if(NOT content MATCHES "${head}")
            message(FATAL_ERROR "${text} does not begin as cmake/Commands.cmake says")
        endif()
        set(order ${CMAKE_MATCH_1})
        set(summary "${CMAKE_MATCH_2}")
        string(SUBSTRING "${CMAKE_MATCH_3} " 1 -1 usage)
        string(STRIP "${usage}" usage)
        if(order IN_LIST orders)
            message(FATAL_ERROR "${text}: there is another command of order ${order}")
        endif()
        if("${summary}${usage}" MATCHES "[\"\\\\]")
            message(FATAL_ERROR "${text}: a quote or backslash in the summary or the usage")
        endif()
        get_filename_component(name ${text} NAME_WE)
        string(TOUPPER ${name} id)
        list(APPEND orders ${order})
        set(row_${order} "RS_COMMAND(${id}, ${name}, \"${summary}\", \"${usage}\")\n")
    endforeach()
    list(SORT orders)
    set(rows "/* Made by cmake/Commands.cmake of host/cli/help. */\n")
    foreach(order IN LISTS orders)
        string(APPEND rows "${row_${order}}")
    endforeach()
    file(CONFIGURE OUTPUT ${output} CONTENT "${rows}" @ONLY)
endfunction()
