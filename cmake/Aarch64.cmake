# A toolchain file: 64-bit Arm by the cross compiler of Debian (g++-aarch64-linux-gnu), run by qemu.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_C_COMPILER aarch64-linux-gnu-gcc)
set(CMAKE_CXX_COMPILER aarch64-linux-gnu-g++)
find_program(qemu_aarch64 NAMES qemu-aarch64-static qemu-aarch64)
if(qemu_aarch64)
    set(CMAKE_CROSSCOMPILING_EMULATOR ${qemu_aarch64})
endif()
