# cmake --install: program, library, headers, find_package and pkg-config files, man page,
# completion.
include(CMakePackageConfigHelpers)

set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/reassess)
set_target_properties(${installed_library} PROPERTIES EXPORT_NAME reassess)
install(TARGETS ${installed_library} EXPORT reassess ARCHIVE LIBRARY)
if(NOT BUILD_SHARED_LIBS) # who links a static library links what it stands on as well
    install(TARGETS reassess_dependencies EXPORT reassess)
endif()
install(EXPORT reassess FILE reassess-targets.cmake NAMESPACE reassess::
        DESTINATION ${package_folder})
configure_package_config_file(
    cmake/reassess-config.cmake.in ${PROJECT_BINARY_DIR}/generated/reassess-config.cmake
    INSTALL_DESTINATION ${package_folder} NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(
    ${PROJECT_BINARY_DIR}/generated/reassess-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/generated/reassess-config.cmake
              ${PROJECT_BINARY_DIR}/generated/reassess-config-version.cmake
        DESTINATION ${package_folder})

string(REPLACE ";" " " pc_modules "${reassess_modules}")
set(pc_libraries "")
foreach(library IN LISTS bundled_libraries) # for whoever links a static library
    install(FILES ${bundled_folder}/lib/${library} DESTINATION ${CMAKE_INSTALL_LIBDIR}/reassess)
    string(APPEND pc_libraries "\${libdir}/reassess/${library} ")
endforeach()
# Who links a shared library needs nothing of what it stands on: pkg-config would look for the
# development packages even of Requires.private.
set(pc_requires "")
set(pc_linked "")
if(NOT BUILD_SHARED_LIBS)
    set(pc_requires "Requires: ${pc_modules}\n")
    set(pc_linked " ${pc_libraries}-pthread -ldl -lm")
endif()
# Folders as given by the user may be absolute.
foreach(kind IN ITEMS LIB INCLUDE)
    set(pc_folder_${kind} ${CMAKE_INSTALL_${kind}DIR})
    if(NOT IS_ABSOLUTE ${pc_folder_${kind}})
        string(PREPEND pc_folder_${kind} "\${prefix}/")
    endif()
endforeach()
set(prefix "@prefix@") # stays open: it may be given as late as in `cmake --install --prefix`
configure_file(cmake/reassess.pc.in ${PROJECT_BINARY_DIR}/generated/reassess.pc.in @ONLY)
install(CODE "
    set(prefix \"\${CMAKE_INSTALL_PREFIX}\")
    configure_file(\"${PROJECT_BINARY_DIR}/generated/reassess.pc.in\"
                   \"${PROJECT_BINARY_DIR}/generated/reassess.pc\" @ONLY)")
install(FILES ${PROJECT_BINARY_DIR}/generated/reassess.pc
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

install(DIRECTORY include/reassess DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
        FILES_MATCHING PATTERN *.h)
install(FILES LICENSE docs/C_API.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES docs/examples/score_batches.c docs/examples/score_imagefolder.c
              docs/examples/diagnose_answers.c docs/examples/score_on_device.c
        DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples)

if(TARGET reassess)
    install(TARGETS reassess RUNTIME)
    install(PROGRAMS scripts/slurm/array.sh scripts/slurm/merge.sh
            DESTINATION ${CMAKE_INSTALL_DATADIR}/reassess/slurm)
    if(NOT CMAKE_CROSSCOMPILING) # the program writes them itself, from its table of options
        install(CODE "
            foreach(page IN ITEMS man \"completion bash\" \"completion zsh\" \"completion fish\")
                string(REPLACE \" \" \";\" words \"\${page}\")
                string(REPLACE \" \" _ file \"\${page}\")
                execute_process(COMMAND \"$<TARGET_FILE:reassess>\" help \${words}
                                OUTPUT_FILE \"${PROJECT_BINARY_DIR}/generated/\${file}\"
                                COMMAND_ERROR_IS_FATAL ANY)
            endforeach()")
        install(FILES ${PROJECT_BINARY_DIR}/generated/man
                DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 RENAME reassess.1)
        install(FILES ${PROJECT_BINARY_DIR}/generated/completion_bash
                DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME reassess)
        install(FILES ${PROJECT_BINARY_DIR}/generated/completion_zsh
                DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions RENAME _reassess)
        install(FILES ${PROJECT_BINARY_DIR}/generated/completion_fish
                DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d RENAME reassess.fish)
    endif()
endif()
