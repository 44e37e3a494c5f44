# The generated header slurm_scripts.h: the scripts of scripts/slurm/ as C strings, so that the program
# can hand them in wherever it is installed. A changed script is seen when the build starts.
function(rs_script_as_string script result)
    set_property(DIRECTORY ${PROJECT_SOURCE_DIR} APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${script})
    file(READ ${script} text)
    string(REPLACE "\\" "\\\\" text "${text}")
    string(REPLACE "\"" "\\\"" text "${text}")
    string(REPLACE "\n" "\\n\"\n    \"" text "${text}")
    set(${result} "\"${text}\"" PARENT_SCOPE)
endfunction()

rs_script_as_string(${PROJECT_SOURCE_DIR}/scripts/slurm/array.sh SLURM_ARRAY_SCRIPT)
rs_script_as_string(${PROJECT_SOURCE_DIR}/scripts/slurm/merge.sh SLURM_MERGE_SCRIPT)
configure_file(${PROJECT_SOURCE_DIR}/cmake/slurm_scripts.h.in
               ${PROJECT_BINARY_DIR}/generated/slurm_scripts.h @ONLY)
