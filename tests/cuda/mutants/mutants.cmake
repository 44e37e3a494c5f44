# The checker is checked: bugs planted one at a time, each of which the tests must catch.
#
# A mutant is the engine with one piece of text replaced, so that the product's own sources know
# nothing of it. Text that is not found ends the configuration: the list cannot rot unseen. Every
# mutant is linked with mutant_check.cc; its test passes when that program fails and says what is
# written here as the catch of the build's kind: `plain`, `asan` (AddressSanitizer with
# UndefinedBehaviorSanitizer) or `tsan`. A kind without a catch does not build the mutant. docs/CUDA.md
# has the same table. `none` is the engine as it is.
set(mutant_folder ${CMAKE_CURRENT_BINARY_DIR}/mutants)
set(check_folder ${CMAKE_CURRENT_SOURCE_DIR}/mutants)
set(build_kind plain)
if(REASSESS_SANITIZE MATCHES "address")
    set(build_kind asan)
elseif(REASSESS_SANITIZE MATCHES "thread")
    set(build_kind tsan)
endif()

add_library(mutant_check OBJECT ${check_folder}/mutant_check.cc)
target_include_directories(mutant_check PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
target_link_libraries(mutant_check PRIVATE simt_cuda_engine reassess_test_base GTest::gtest)

# Links the check with what is planted, and with the unchanged engine for the rest.
function(rs_add_mutant_test name)
    add_executable(test_mutant_${name} $<TARGET_OBJECTS:mutant_check>)
    target_link_libraries(test_mutant_${name} PRIVATE ${ARGN} simt_cuda_engine
                          reassess_test_support reassess_test_base GTest::gtest GTest::gtest_main)
    add_dependencies(mutants test_mutant_${name})
    # A mutant that aborts ends like one that fails: what counts is what it says.
    add_test(NAME cuda.mutant.${name} COMMAND sh -c "\"$<TARGET_FILE:test_mutant_${name}>\" || exit 1")
    set_tests_properties(cuda.mutant.${name} PROPERTIES LABELS simt TIMEOUT 300
                         ENVIRONMENT "TSAN_OPTIONS=halt_on_error=1;${environment_${build_kind}}")
endfunction()

# Under ThreadSanitizer one run of the tests with several streams is enough, and all there is time for.
set(environment_tsan "GTEST_FILTER=Mutant.EverySeed*:Mutant.RowsOnTheDevice")

add_custom_target(mutants) # all of them
rs_add_mutant_test(none)

# rs_add_mutant(NAME FILE UNIT "text" "replacement" KIND "catch" [KIND "catch"...]): FILE is changed,
# UNIT is compiled.
function(rs_add_mutant name path unit text replacement)
    set(folder ${mutant_folder}/${name})
    file(READ ${PROJECT_SOURCE_DIR}/${path} original)
    string(REPLACE "${text}" "${replacement}" changed "${original}")
    if(changed STREQUAL original)
        message(FATAL_ERROR "mutant ${name}: ${path} no longer holds the text to replace")
    endif()
    cmake_parse_arguments(PARSE_ARGV 5 catch "" "plain;asan;tsan" "")
    if(NOT catch_${build_kind})
        return()
    endif()
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${path})
    set(before "")
    if(EXISTS ${folder}/${path})
        file(READ ${folder}/${path} before)
    endif()
    if(NOT before STREQUAL changed)
        file(WRITE ${folder}/${path} "${changed}")
    endif()
    set(source ${PROJECT_SOURCE_DIR}/${unit})
    if(unit STREQUAL path)
        set(source ${folder}/${path})
    endif()
    rs_add_simt_library(mutant_${name} ${source})
    target_include_directories(mutant_${name} BEFORE PRIVATE ${folder} ${folder}/host)
    target_include_directories(mutant_${name} PRIVATE ${PROJECT_SOURCE_DIR}
                                                      ${PROJECT_SOURCE_DIR}/host
                                                      ${PROJECT_SOURCE_DIR}/include)
    target_compile_options(mutant_${name} PRIVATE -O1 -w)
    rs_add_mutant_test(${name} -Wl,--whole-archive mutant_${name} -Wl,--no-whole-archive)
    set_tests_properties(cuda.mutant.${name} PROPERTIES PASS_REGULAR_EXPRESSION "${catch_${build_kind}}")
endfunction()

# ---- what a row means ----
rs_add_mutant(tie_order cuda/row_tile.cuh cuda/row_kernel_f32.cu
    "at < label_at ? other >= key : other > key" "at < label_at ? other > key : other >= key"
    plain "FAILED  . Mutant.CountsAgreeWithTheReference")
rs_add_mutant(prediction_tie cuda/row_kernel.cuh cuda/row_kernel_f32.cu
    "rs_warp_min(best == last ? best_column : RS_NO_COLUMN)"
    "rs_warp_max(best == last ? best_column : 0u)"
    plain "FAILED  . Mutant.PredictionsAgreeWithTheReference")
rs_add_mutant(nan_smallest host/base/row_order.h cuda/row_kernel_f32.cu
    "return (type)~(type)0;" "return (type)1;"
    plain "FAILED  . Mutant.CountsAgreeWithTheReference")
rs_add_mutant(nan_not_looked_for cuda/row_kernel.cuh cuda/row_kernel_f32.cu
    "if (!valid || flags || kCalibration) {" "if (flags || kCalibration) {"
    plain "FAILED  . Mutant.CountsAgreeWithTheReference")
rs_add_mutant(padding_beats_minus_infinity cuda/row_tile.cuh cuda/row_kernel_f32.cu
    "word = offset(s, 0) < end ? word : 0;" "word = offset(s, 0) < end ? word : word;"
    plain "FAILED  . Mutant.CountsAgreeWithTheReference")
rs_add_mutant(half_of_a_word cuda/row_type.cuh cuda/row_kernel_f16.cu
    "return element % 2 != 0 ? word >> 16 : word & 0xffffu;"
    "return element % 2 != 0 ? word >> 16 : word;"
    plain "FAILED  . Mutant.CountsAgreeWithTheReference")
rs_add_mutant(thirty_second_label cuda/row_kernel.cuh cuda/row_kernel_f32.cu
    "first <= labels.size; first += RS_WARP_LANES) {
            const rs_label_lanes lanes =
                rs_take_labels"
    "first < labels.size; first += RS_WARP_LANES) {
            const rs_label_lanes lanes =
                rs_take_labels"
    plain "FAILED  . Mutant.CountsAgreeWithTheReference")

# ---- addresses ----
rs_add_mutant(offset_of_32_bits cuda/row_kernel.cuh cuda/row_kernel_f32.cu
    "+ at * task.stride_bytes;"
    "+ static_cast<uint32_t>(at * task.stride_bytes);"
    plain "FAILED  . Mutant.RowsFarApart")
rs_add_mutant(vectors_without_alignment cuda/row_kernel.cuh cuda/row_kernel_f32.cu
    "whole_vectors((reinterpret_cast<uintptr_t>(given.rows) | given.stride_bytes) % 16 == 0 &&"
    "whole_vectors("
    plain "which is [0-9]+ bytes off its alignment")
rs_add_mutant(vector_across_the_end cuda/row_kernel.cuh cuda/row_kernel_f32.cu
    "given.columns % Type::kPerVector == 0)" "true)"
    plain "FAILED  . Mutant.RowsOnTheDevice")

# g++ puts no red zones around variables of templates, so the kernel of lists it is.
rs_add_mutant(one_too_far_in_shared_memory cuda/device_counters.cuh cuda/list_kernel.cu
    "i < RS_COUNT_SCALARS; i += blockDim.x) {
        counters->scalars[i] = 0;"
    "i <= RS_COUNT_SCALARS; i += blockDim.x) {
        counters->scalars[i] = 0;"
    asan "AddressSanitizer: global-buffer-overflow")
rs_add_mutant(one_too_far_in_global_memory cuda/row_kernel.cuh cuda/row_kernel_f32.cu
    "task.results.flags[at] = found.flags;"
    "task.results.flags[at] = found.flags; task.results.flags[at + 1] = 0;"
    plain "a byte 0 past the end of it was overwritten"
    asan "AddressSanitizer: use-after-poison")

# ---- threads ----
rs_add_mutant(increment_within_a_block cuda/device_counters.cuh cuda/row_kernel_f32.cu
    "atomicAdd(counters->scalars + index, 1u);" "counters->scalars[index] += 1u;"
    tsan "WARNING: ThreadSanitizer: data race")
rs_add_mutant(increment_between_blocks cuda/device_counters.cuh cuda/row_kernel_f32.cu
    "atomicAdd(counters->all + index, 1ull);" "counters->all[index] += 1ull;"
    tsan "WARNING: ThreadSanitizer: data race")
rs_add_mutant(missing_syncthreads cuda/device_counters.cuh cuda/row_kernel_f32.cu
    "counters)
{
    __syncthreads();" "counters)
{"
    plain "FAILED  . Mutant.EverySeedGivesTheSame"
    tsan "WARNING: ThreadSanitizer: data race")
rs_add_mutant(counters_not_zeroed_in_time cuda/device_counters.cuh cuda/row_kernel_f32.cu
    "    }
    __syncthreads();
}" "    }
}"
    plain "FAILED  . Mutant.EverySeedGivesTheSame"
    tsan "WARNING: ThreadSanitizer: data race")
rs_add_mutant(syncwarp_in_a_branch cuda/device_counters.cuh cuda/row_kernel_f32.cu
    "atomicAdd(counters->scalars + index, 1u);"
    "atomicAdd(counters->scalars + index, 1u); __syncwarp();"
    plain "deadlock, threads wait for others.* waits in __syncwarp at .*; .* waits in __syncthreads at ")
rs_add_mutant(lane_leaves_early cuda/row_kernel.cuh cuda/row_kernel_f32.cu
    "for (uint32_t r = 0; r < rows; ++r) {"
    "for (uint32_t r = 0; r < rows; ++r) { if (lane == 31) continue;"
    plain "deadlock, threads wait for others.* waits in __shfl_sync at .*; .* thread .31,0,0. waits in __syncthreads")
rs_add_mutant(wrong_mask cuda/warp.cuh cuda/row_kernel_f32.cu
    "#define RS_WHOLE_WARP 0xffffffffu" "#define RS_WHOLE_WARP 0x7fffffffu"
    plain "__shfl_sync: calling lane 31 is not in mask 0x7fffffff")

# ---- streams ----
rs_add_mutant(missing_stream_wait cuda/lane.c cuda/lane.c
    "RS_TRY(RS_CUDA(cudaStreamWaitEvent(lane->ring.stream[i], lane->ready, 0), device, error));"
    ""
    plain "FAILED  . Mutant.EverySeedGivesTheSame"
    tsan "WARNING: ThreadSanitizer: data race")
rs_add_mutant(buffer_reused_too_early cuda/cuda_engine.c cuda/cuda_engine.c
    "RS_TRY(RS_CUDA(cudaEventSynchronize(slot->done), slot->lane->device, error));" ""
    plain "FAILED  . Mutant.EverySeedGivesTheSame")
rs_add_mutant(counter_does_not_gather cuda/device_counter.c cuda/device_counter.c
    "return RS_CUDA(cudaStreamWaitEvent(counter->gather, counter->launched, 0), device, error);"
    "return RS_OK;"
    plain "FAILED  . Mutant.RowsOnTheDevice"
    tsan "WARNING: ThreadSanitizer: data race")
rs_add_mutant(stale_labels cuda/device_labels.c cuda/device_labels.c
    "if (hash == *known_hash) {" "if (*known_hash != 0) {"
    plain "FAILED  . Mutant.LabelsChange" asan "AddressSanitizer: use-after-poison")
