# What the engine is compiled for by default, for versions of nvcc that are only asked for their
# names. cmake -D CMAKE_FOLDER=... -D SCRATCH=... -P
include(${CMAKE_FOLDER}/CudaArchitectures.cmake)
file(MAKE_DIRECTORY ${SCRATCH})

function(expect version)
    file(WRITE ${SCRATCH}/nvcc
         "#!/bin/sh\necho 'Cuda compilation tools, release ${version}, V${version}.1'\n")
    file(CHMOD ${SCRATCH}/nvcc PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE)
    reassess_cuda_architectures(${SCRATCH}/nvcc found)
    if(NOT found STREQUAL "${ARGN}")
        message(FATAL_ERROR "nvcc ${version}: ${found}, not ${ARGN}")
    endif()
endfunction()

expect(12.0 70-real 75-real 80-real 86-real 89-real 90)
expect(12.6 70-real 75-real 80-real 86-real 89-real 90)
expect(12.8 70-real 75-real 80-real 86-real 89-real 90-real 100-real 120)
expect(13.0 75-real 80-real 86-real 89-real 90-real 100-real 120)
expect(none 75-real 80-real 86-real 89-real 90-real 100-real 120)
