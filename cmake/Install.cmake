install(TARGETS ${installed_library} ARCHIVE LIBRARY)
