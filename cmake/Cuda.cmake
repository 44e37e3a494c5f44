# The CUDA engine. Without a compiler for it the program is complete, only slower where a GPU is.
#
# CMAKE_CUDA_ARCHITECTURES overrides what it is compiled for, as usual; by default machine code for
# every architecture that this nvcc knows, from Volta (13 has left it behind) or Turing on, and PTX
# for what comes later. REASSESS_CUDA_FEW is for tests: the one that most is tuned for, and where
# the machine has a device, PTX of the first for all others.
set(REASSESS_HAS_CUDA 0)
set(cuda_reason "")
if(NOT REASSESS_CUDA)
    set(cuda_reason "REASSESS_CUDA=${REASSESS_CUDA}")
elseif(NOT EXISTS ${PROJECT_SOURCE_DIR}/cuda/CMakeLists.txt)
    set(cuda_reason "cuda/ holds no engine")
else()
    include(CheckLanguage)
    check_language(CUDA)
    if(CMAKE_CUDA_COMPILER)
        if(NOT DEFINED CMAKE_CUDA_ARCHITECTURES) # before the language is enabled, which sets it
            include(CudaArchitectures)
            reassess_cuda_architectures(${CMAKE_CUDA_COMPILER} CMAKE_CUDA_ARCHITECTURES)
            if(REASSESS_CUDA_FEW)
                set(CMAKE_CUDA_ARCHITECTURES 90-real)
                if(EXISTS /dev/nvidiactl)
                    list(PREPEND CMAKE_CUDA_ARCHITECTURES 75-virtual)
                endif()
            endif()
        endif()
        enable_language(CXX) # what nvcc hands the host's part to
        enable_language(CUDA)
        find_package(CUDAToolkit REQUIRED)
        set(REASSESS_HAS_CUDA 1)
    else()
        set(cuda_reason "no CUDA compiler was found")
    endif()
endif()
if(NOT REASSESS_HAS_CUDA)
    if(REASSESS_CUDA STREQUAL "ON")
        message(FATAL_ERROR "reassess: REASSESS_CUDA=ON, but ${cuda_reason}")
    endif()
    message(STATUS "reassess: building without CUDA (${cuda_reason})")
endif()
