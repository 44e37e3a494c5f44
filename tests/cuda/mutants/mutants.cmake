# The checker is checked: bugs planted one at a time, each of which the tests must catch.
#
# A mutant is the engine with one piece of text replaced, so that the product's own sources know
# nothing of it. Text that is not found ends the configuration: the list cannot rot unseen. Every
# mutant is linked with tests; its own test passes when that program fails and says what is written
# here as the catch of the build's kind: `plain`, `asan` (AddressSanitizer with
# UndefinedBehaviorSanitizer) or `tsan`. A kind without a catch does not build the mutant.
# docs/CUDA.md has the same table. `none` is the engine as it is; tests of heads and keys pass with
# it in test_cuda.
set(mutant_folder ${CMAKE_CURRENT_BINARY_DIR}/mutants)
set(check_folder ${CMAKE_CURRENT_SOURCE_DIR}/mutants)
set(build_kind plain)
if(REASSESS_SANITIZE MATCHES "address")
    set(build_kind asan)
elseif(REASSESS_SANITIZE MATCHES "thread")
    set(build_kind tsan)
endif()

# What a mutant is put through (CHECK): `rows`, a small part of the tests, for the row kernel and
# its pass; `images`, another, for scorers of a device; for heads, keys, training (`fit`) and
# ensembles the tests themselves, but for the sweeps of failures, up to the first that fails. Under
# ThreadSanitizer one run of the tests with several streams is enough, and all there is time for. A
# catch that names its tests is looked for in these alone, up to the first check that fails
# (mutant_main.cc).
rs_test_objects(mutant_main ${check_folder}/mutant_main.cc)
rs_test_objects(mutant_check ${check_folder}/mutant_check.cc
                LIBRARIES simt_cuda_engine INCLUDES ${CMAKE_CURRENT_SOURCE_DIR})
rs_test_objects(mutant_images ${check_folder}/mutant_images.cc
                LIBRARIES simt_cuda_engine INCLUDES ${CMAKE_CURRENT_SOURCE_DIR})
set(objects_rows ${objects_of_mutant_check})
set(objects_images ${objects_of_mutant_images})
set(objects_heads ${objects_of_cuda_head_tests} ${objects_of_engine_suite})
set(objects_devices ${objects_heads})
set(objects_keys ${objects_heads})
set(objects_full_device ${objects_heads})
set(objects_pairs ${objects_heads})
set(objects_fit ${objects_of_cuda_fit_tests})
set(objects_ensembles ${objects_of_cuda_ensemble_tests})
set(filter_rows "*")
set(filter_fit "CudaFit.*-CudaFit.Hundred*:CudaFit.AFullDevice*")
set(filter_images "*")
set(filter_ensembles "*")
set(filter_heads "Engines/EngineHeads.*/order_1")
set(filter_devices "CudaHeadsDevices.BitsAre*")
set(filter_keys "Engines/EngineKeys.*/order_1")
set(filter_full_device "CudaKeys.AD*")
set(filter_pairs "CudaPairs.*-CudaPairs.EveryCall*")
if(build_kind STREQUAL tsan)
    set(filter_rows "Mutant.EverySeed*:Mutant.PredictionsAgree*:Mutant.RowsOnTheDevice")
    set(filter_heads "Engines/EngineHeads.SmallMemory*/order_1")
    set(filter_fit "CudaFit.LossesAre*:CudaFit.Divergence*")
endif()
set(fast_rows 0)
set(fast_images 1)
set(fast_ensembles 1)
set(fast_heads 1)
set(fast_devices 1)
set(fast_keys 1)
set(fast_fit 1)
set(fast_full_device 1)
set(fast_pairs 1)

# Links the check with what is planted, and with the unchanged engine for the rest.
function(rs_add_mutant_test name check)
    add_executable(test_mutant_${name} ${objects_${check}} ${objects_of_mutant_main})
    set_target_properties(test_mutant_${name} PROPERTIES LINKER_LANGUAGE CXX)
    target_link_libraries(test_mutant_${name} PRIVATE ${ARGN} simt_cuda_engine
                          reassess_test_support reassess_test_base GTest::gtest)
    add_dependencies(mutants test_mutant_${name})
    # A mutant that aborts ends like one that fails: what counts is what it says.
    add_test(NAME cuda.mutant.${name}
             COMMAND sh -c "\"$<TARGET_FILE:test_mutant_${name}>\" || exit 1")
    set_tests_properties(cuda.mutant.${name} PROPERTIES LABELS simt TIMEOUT 300
                         ENVIRONMENT "GTEST_FILTER=${filter_${check}};\
GTEST_FAIL_FAST=${fast_${check}};\
TSAN_OPTIONS=halt_on_error=1")
endfunction()

# rs_expect_catch(NAME CHECK CATCH): what a mutant has to say, and what it is put through for that.
function(rs_expect_catch name check catch)
    set(end "*")
    if(filter_${check} MATCHES "/order_1$")
        set(end "*/order_1")
    endif()
    set(environment "TSAN_OPTIONS=halt_on_error=1;GTEST_FAIL_FAST=${fast_${check}}")
    set(filter "${filter_${check}}")
    if(catch MATCHES "^FAILED  \\. ([A-Za-z/]+)\\.\\(?([A-Za-z|]+)\\)?$")
        string(REPLACE "|" "${end}:${CMAKE_MATCH_1}." filter
               "${CMAKE_MATCH_1}.${CMAKE_MATCH_2}${end}")
    endif()
    if(catch MATCHES "^FAILED")
        string(APPEND environment ";MUTANT_ENDS_AT_ONCE=1")
    endif()
    set_tests_properties(cuda.mutant.${name} PROPERTIES PASS_REGULAR_EXPRESSION "${catch}"
                         ENVIRONMENT "${environment};GTEST_FILTER=${filter}")
endfunction()

add_custom_target(mutants) # all of them
rs_add_mutant_test(none rows)
rs_add_mutant_test(none_of_images images)

# What is planted, as a library of its own.
function(rs_add_mutant_library name source folder)
    if(source MATCHES "key_counts.cu$") # Thrust, which takes longest to compile: not optimised
        rs_add_key_counts(${name} ${source})
        target_compile_options(${name} PRIVATE -O0)
    else()
        # What each is asked takes a second; to optimise the kernels takes five.
        set(level -O0)
        if(REASSESS_SANITIZE)
            set(level -O1)
        endif()
        rs_add_simt_library(${name} ${source})
        target_compile_options(${name} PRIVATE ${level} -w)
    endif()
    target_include_directories(${name} BEFORE PRIVATE ${folder} ${folder}/host)
    target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR} ${PROJECT_SOURCE_DIR}/host
                                               ${PROJECT_SOURCE_DIR}/include)
endfunction()

# rs_add_mutant(NAME FILE UNIT "text" "replacement" KIND "catch" [KIND "catch"...] [CHECK heads]):
# FILE is changed, UNIT is compiled.
function(rs_add_mutant name path unit text replacement)
    set(folder ${mutant_folder}/${name})
    file(READ ${PROJECT_SOURCE_DIR}/${path} original)
    string(REPLACE "${text}" "${replacement}" changed "${original}")
    if(changed STREQUAL original)
        message(FATAL_ERROR "mutant ${name}: ${path} no longer holds the text to replace")
    endif()
    cmake_parse_arguments(PARSE_ARGV 5 catch "" "plain;asan;tsan;CHECK" "")
    if(NOT catch_${build_kind})
        return()
    endif()
    if(mutants IN_LIST REASSESS_LEAVE_OUT AND catch_plain AND NOT build_kind STREQUAL plain)
        return() # the gate asks for each once
    endif()
    if(NOT catch_CHECK)
        set(catch_CHECK rows)
    endif()
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${path})
    file(GLOB_RECURSE changed_once LIST_DIRECTORIES false RELATIVE ${folder} ${folder}/*)
    list(REMOVE_ITEM changed_once ${path})
    foreach(old IN LISTS changed_once) # by an earlier list, in this tree
        file(REMOVE ${folder}/${old})
    endforeach()
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
    rs_add_mutant_library(mutant_${name} ${source} ${folder})
    rs_add_mutant_test(${name} ${catch_CHECK} -Wl,--whole-archive mutant_${name}
                       -Wl,--no-whole-archive)
    rs_expect_catch(${name} ${catch_CHECK} "${catch_${build_kind}}")
endfunction()

# ---- what a row means ----
rs_add_mutant(tie_order cuda/row_tile.cuh cuda/row_kernel_f32.cu
    "< before ? below : value" "< before ? value : below"
    plain "FAILED  . Mutant.CountsAgreeWithTheReference")
rs_add_mutant(prediction_tie cuda/row_predictions.cuh cuda/row_kernel_f32.cu
    "rs_warp_min(best == last ? best_column : RS_NO_COLUMN)"
    "rs_warp_max(best == last ? best_column : 0u)"
    plain "FAILED  . Mutant.PredictionsAgreeWithTheReference")
rs_add_mutant(prediction_tie_of_candidates cuda/row_predictions.cuh cuda/row_kernel_f32.cu
    "<< 32 | ~column_b)" "<< 32 | column_b)"
    plain "FAILED  . Mutant.PredictionsAgreeWithTheReference")
rs_add_mutant(too_many_candidates cuda/row_predictions.cuh cuda/row_kernel_f32.cu
    "if (found > RS_WARP_LANES) {" "if (found > 2 * RS_WARP_LANES) {"
    plain "FAILED  . Mutant.(PredictionsAgreeWithTheReference|ListsAgreeWithRanks)")
rs_add_mutant(nan_smallest host/base/row_order.h cuda/row_kernel_f32.cu
    "return (type)~(type)0;" "return (type)1;"
    plain "FAILED  . Mutant.CountsAgreeWithTheReference")
rs_add_mutant(nan_not_looked_for cuda/row_kernel.cuh cuda/row_kernel_f32.cu
    "valid = largest != Type::kNan;" "valid = true;"
    plain "FAILED  . Mutant.CountsAgreeWithTheReference")
rs_add_mutant(nan_looked_for_in_the_sample cuda/row_kernel.cuh cuda/row_kernel_f32.cu
    "const bool look = !sound || (Reader::kInTiles && flags);" "const bool look = flags;"
    plain "FAILED  . Mutant.RowsThatAreNotLookedAt")
rs_add_mutant(padding_beats_minus_infinity cuda/row_tile.cuh cuda/row_kernel_f32.cu
    "word = Type::kPadding;" "word = 0;"
    plain "FAILED  . Mutant.CountsAgreeWithTheReference")
rs_add_mutant(half_of_a_word cuda/row_type.cuh cuda/row_kernel_f16.cu
    "return element % 2 != 0 ? word >> 16 : word & 0xffffu;"
    "return element % 2 != 0 ? word >> 16 : word;"
    plain "FAILED  . Mutant.CountsAgreeWithTheReference")
rs_add_mutant(thirty_second_label cuda/row_reader.cuh cuda/row_kernel_f32.cu
    "first = RS_WARP_LANES; first <= labels.size;" "first = RS_WARP_LANES; first < labels.size;"
    plain "FAILED  . Mutant.CountsAgreeWithTheReference")
rs_add_mutant(equal_columns_of_the_own_vector cuda/row_reader.cuh cuda/row_kernel_f32.cu
    "ahead += tile.count_equal(" "(void)tile.count_equal("
    plain "FAILED  . Mutant.CountsAgreeWithTheReference")
rs_add_mutant(equal_columns_of_any_vector cuda/row_tile.cuh cuda/row_kernel_f32.cu
    "if (s * static_cast<int>(RS_WARP_LANES) == own) {"
    "if (s * static_cast<int>(RS_WARP_LANES) <= own) {"
    plain "FAILED  . Mutant.CountsAgreeWithTheReference")
rs_add_mutant(equal_columns_behind_the_label cuda/row_tile.cuh cuda/row_kernel_f32.cu
    "equal += e < element && Type::is_same(" "equal += e != element && Type::is_same("
    plain "FAILED  . Mutant.CountsAgreeWithTheReference")
rs_add_mutant(equal_columns_after_the_label cuda/row_reader.cuh cuda/row_kernel_f32.cu
    "if (no_smaller - larger == 1u) {" "if (no_smaller - larger >= 1u) {"
    plain "FAILED  . Mutant.CountsAgreeWithTheReference")
rs_add_mutant(two_that_are_alone cuda/row_reader.cuh cuda/row_kernel_f32.cu
    "*alone = no_smaller == 1u;" "*alone = no_smaller <= 2u;"
    plain "FAILED  . Mutant.CountsAgreeWithTheReference")
rs_add_mutant(first_row_of_the_group_for_all cuda/row_grid.cuh cuda/row_kernel_f32.cu
    "reader.ask_for(row);" "if (r == 0) {
            reader.ask_for(row);
        }"
    plain "FAILED  . Mutant.RowsOnTheDevice")
rs_add_mutant(zeros_of_two_kinds cuda/row_type.cuh cuda/row_kernel_f32.cu
    "if ((held << 1) == 0) {" "if (held == 0x80000000u) {"
    plain "FAILED  . Mutant.CountsAgreeWithTheReference")
rs_add_mutant(infinity_proves_nothing cuda/row_type.cuh cuda/row_kernel_f32.cu
    "fabsf(__uint_as_float(held)) < HUGE_VALF" "fabsf(__uint_as_float(held)) <= HUGE_VALF"
    plain "FAILED  . Mutant.RowsThatAreNotLookedAt")
rs_add_mutant(labels_of_another_row_of_the_group cuda/row_labels.cuh cuda/row_kernel_f32.cu
    "row.begin - group.begin + index" "index"
    plain "FAILED  . Mutant.(CountsAgreeWithTheReference|RowsThatAreNotLookedAt)")

# ---- addresses ----
rs_add_mutant(offset_of_32_bits cuda/row_grid.cuh cuda/row_kernel_f32.cu
    "+ first * task.stride_bytes;"
    "+ static_cast<uint32_t>(first * task.stride_bytes);"
    plain "FAILED  . Mutant.RowsFarApart")
rs_add_mutant(vectors_without_alignment cuda/row_reader.cuh cuda/row_kernel_f32.cu
    "whole_vectors((reinterpret_cast<uintptr_t>(given.rows) | given.stride_bytes) % 16 == 0 &&"
    "whole_vectors("
    plain "which is [0-9]+ bytes off its alignment")
rs_add_mutant(vector_across_the_end cuda/row_reader.cuh cuda/row_kernel_f32.cu
    "given.columns % Type::kPerVector == 0)" "true)"
    plain "FAILED  . Mutant.RowsOnTheDevice")

# ---- a class map (of f64 there are the fewest kernels to compile) ----
set(in_columns cuda/row_columns.cuh cuda/row_kernel_f64_map.cu)
set(in_reader cuda/row_reader.cuh cuda/row_kernel_f64_map.cu)
rs_add_mutant(column_of_the_first_tile ${in_columns}
    "__ldg(map.column + rs_first_column(map, p))"
    "__ldg(map.column + rs_first_column(map, p - first))"
    plain "FAILED  . Mutant.ThroughAClassMap")
rs_add_mutant(one_column_of_a_class ${in_columns}
    "if (map.column_begin == nullptr) {
        return;
    }" "return;"
    plain "FAILED  . Mutant.ThroughAClassMap")
rs_add_mutant(column_of_the_next_class ${in_columns}
    "begin + 1, behind_last, places"
    "begin + 1, p + 1 < end ? behind_last + 1 : behind_last, places"
    plain "FAILED  . Mutant.ThroughAClassMap")
rs_add_mutant(value_of_a_column_for_a_position ${in_reader}
    "Type::hold(rs_bits_at<Type>(task.map, row, column))" "Type::hold(Type::bits(row, column))"
    plain "FAILED  . Mutant.ThroughAClassMap")
rs_add_mutant(likelihood_of_a_column_for_a_position
    cuda/row_calibration.cuh cuda/row_kernel_f64_map.cu
    "Type::exact(rs_bits_at<Type>(task.map, row, column))" "Type::exact(Type::bits(row, column))"
    plain "FAILED  . Mutant.ThroughAClassMap")
rs_add_mutant(nothing_behind_the_last_position ${in_columns}
    "places[end - first + lane] = Type::unkey(Type::kMinusInfinity);" ""
    plain "FAILED  . Mutant.ThroughAClassMap")
rs_add_mutant(one_behind_the_last_position ${in_columns}
    "% Type::kPerVector) % Type::kPerVector) {" "% Type::kPerVector) % Type::kPerVector + 1) {"
    plain "FAILED  . Mutant.ThroughAClassMap")
rs_add_mutant(tile_read_before_it_is_there ${in_reader}
    "        __syncwarp();
        tile.load_staged(" "        tile.load_staged("
    plain "FAILED  . Mutant.ThroughAClassMap")
rs_add_mutant(tile_overwritten_too_early ${in_reader}
    "__syncwarp(); /* all lanes have what was there before */" ""
    plain "FAILED  . Mutant.ThroughAClassMap")

# g++ puts no red zones around variables of templates, so the kernel of lists it is.
rs_add_mutant(one_too_far_in_shared_memory cuda/device_counters.cuh cuda/list_kernel.cu
    "i < RS_COUNT_SCALARS; i += blockDim.x) {
        counters->scalars[i] = 0;"
    "i <= RS_COUNT_SCALARS; i += blockDim.x) {
        counters->scalars[i] = 0;"
    asan "AddressSanitizer: global-buffer-overflow")
rs_add_mutant(one_too_far_in_global_memory cuda/row_grid.cuh cuda/row_kernel_f32.cu
    "out.flags[at] = static_cast<uint8_t>(flags);"
    "out.flags[at] = static_cast<uint8_t>(flags); out.flags[at + 1] = 0;"
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
    plain "deadlock, threads wait for others.* waits in __syncwarp at .*; .* \
waits in __syncthreads at ")
rs_add_mutant(lane_leaves_early cuda/row_grid.cuh cuda/row_kernel_f32.cu
    "row = rs_opaque(row + task.stride_bytes)) {"
    "row = rs_opaque(row + task.stride_bytes)) { if (lane == 31) continue;"
    plain "deadlock, threads wait for others.* waits in __shfl_sync at .*; .* \
thread .31,0,0. waits in __syncthreads")
rs_add_mutant(wrong_mask cuda/warp.cuh cuda/row_kernel_f32.cu
    "#define RS_WHOLE_WARP 0xffffffffu" "#define RS_WHOLE_WARP 0x7fffffffu"
    plain "__shfl_sync: calling lane 31 is not in mask 0x7fffffff")

rs_add_mutant(candidates_not_waited_for cuda/row_predictions.cuh cuda/row_kernel_f32.cu
    "__syncwarp(); /* also where they are too many, for those of the next row */" ""
    tsan "WARNING: ThreadSanitizer: data race")
rs_add_mutant(candidates_of_the_next_row cuda/row_predictions.cuh cuda/row_kernel_f32.cu
    "__syncwarp(); /* before those of the next row come */" ""
    tsan "WARNING: ThreadSanitizer: data race")

# ---- streams ----
rs_add_mutant(missing_stream_wait cuda/gpu.c cuda/gpu.c
    "RS_TRY(RS_CUDA(cudaStreamWaitEvent(gpu->ring.stream[i], gpu->ready, 0), device, error));"
    ""
    plain "FAILED  . Mutant.EverySeedGivesTheSame"
    tsan "WARNING: ThreadSanitizer: data race")
set(in_job cuda/gpu_job.c cuda/gpu_job.c)
rs_add_mutant(buffer_reused_too_early ${in_job}
    "RS_CUDA(cudaEventSynchronize(slot->done), slot->device, error);" "RS_OK;"
    plain "FAILED  . Mutant.EverySeedGivesTheSame")
rs_add_mutant(stale_labels cuda/device_labels.c cuda/device_labels.c
    "if (hash == *known_hash) {" "if (*known_hash != 0) {"
    plain "FAILED  . Mutant.LabelsChange" asan "AddressSanitizer: use-after-poison")

# ---- images: which of them came (of f64 there are the fewest kernels to compile) ----
set(in_images cuda/row_images.cuh cuda/row_kernel_f64_whole.cu)
rs_add_mutant(image_counts_again ${in_images}
    "if ((atomicOr(images.seen + image / 32u, bit) & bit) != 0) {" "if (false) {" CHECK images
    plain "FAILED  . MutantImages.AnImageCountsOnce")
rs_add_mutant(image_marked_without_an_atomic ${in_images}
    "if ((atomicOr(images.seen + image / 32u, bit) & bit) != 0) {"
    "const unsigned int before = images.seen[image / 32u];
    images.seen[image / 32u] = before | bit;
    if ((before & bit) != 0) {" CHECK images
    tsan "WARNING: ThreadSanitizer: data race")
rs_add_mutant(mark_of_another_image ${in_images}
    "1u << (image % 32u)" "1u << (image % 31u)" CHECK images
    plain "FAILED  . MutantImages.AnImageCountsOnce")
rs_add_mutant(repeats_not_told ${in_images}
    "atomicAdd(&images.state->repeats, 1ull);" "" CHECK images
    plain "FAILED  . MutantImages.AnImageCountsOnce")
rs_add_mutant(results_in_the_place_of_the_row ${in_images}
    "task.images.row[number] = row;" "task.images.row[number / 2] = row;" CHECK images
    plain "FAILED  . MutantImages.AnImageCountsOnce"
    tsan "WARNING: ThreadSanitizer: data race")
set(in_device_images cuda/device_images.c cuda/device_images.c)
rs_add_mutant(merged_images_not_marked ${in_device_images}
    "(uint32_t)(scored->row[i].counted != 0) << (i % 32)" "0" CHECK images
    plain "FAILED  . MutantImages.WhatIsMergedCountsOnce")

# ---- images: which one a row is ----
rs_add_mutant(index_one_too_far ${in_images}
    "if (image >= images.count) {" "if (image > images.count) {" CHECK images
    plain "past the end of it was overwritten|FAILED  . MutantImages.AnIndexThatIsNoImage"
    asan "AddressSanitizer")
rs_add_mutant(index_of_the_next_row ${in_images}
    "__ldg(images.index + at)" "__ldg(images.index + (at + 1))" CHECK images
    plain "FAILED  . MutantImages.AnImageCountsOnce")
rs_add_mutant(index_begins_again ${in_device_images}
    "(uint32_t)batch->index[first + i]" "(uint32_t)batch->index[i]" CHECK images
    plain "FAILED  . MutantImages.ALongIndexOfTheHost")
rs_add_mutant(wrong_index_not_told ${in_device_images}
    "if (to.state.outside > 0) {" "if (false) {" CHECK images
    plain "FAILED  . MutantImages.AnIndexThatIsNoImage")
rs_add_mutant(next_image_not_moved_on ${in_images}
    "state->next += task.row_count;" "" CHECK images
    plain "FAILED  . MutantImages.TheNextOnes")
rs_add_mutant(every_block_moves_on ${in_images}
    "if (atomicAdd(&state->finished, 1ull) + 1ull == gridDim.x) {"
    "if (atomicAdd(&state->finished, 1ull) + 1ull > 0) {" CHECK images
    plain "FAILED  . MutantImages.TheNextOnes"
    tsan "WARNING: ThreadSanitizer: data race")
rs_add_mutant(next_ones_in_no_order ${in_device_images}
    "RS_TRY(RS_CUDA(cudaStreamWaitEvent(batch->stream, images->added, 0), device, error));" ""
    CHECK images plain "FAILED  . MutantImages.TheNextOnes"
    tsan "WARNING: ThreadSanitizer: data race")
rs_add_mutant(an_event_in_a_graph ${in_device_images}
    "if (capture != cudaStreamCaptureStatusNone) {" "if (false) {" CHECK images
    plain "FAILED  . MutantImages.ReplaysCountOn")
rs_add_mutant(not_waited_for ${in_device_images}
    "RS_TRY(RS_CUDA(cudaDeviceSynchronize(), device, error));" "" CHECK images
    plain "FAILED  . MutantImages"
    tsan "WARNING: ThreadSanitizer: data race")

rs_add_mutant(device_of_a_pass_not_given_back cuda/cuda_engine.c cuda/cuda_engine.c
    "rs_range_end(engine->ranges);
    rs_device_back(before);
    return status;" "rs_range_end(engine->ranges);
    return status;" CHECK images
    plain "FAILED  . MutantImages.TheDeviceOfAPass")

# ---- images: which device ----
rs_add_mutant(device_not_looked_at ${in_device_images}
    "found.device != device" "false" CHECK images
    plain "FAILED  . MutantImages.RowsOfAnotherDevice")
rs_add_mutant(host_taken_for_a_device ${in_device_images}
    "*there = found.type == cudaMemoryTypeDevice ||" "*there = found.type != cudaMemoryTypeHost ||"
    CHECK images plain "FAILED  . MutantImages.RowsOfAnotherDevice")
rs_add_mutant(device_not_given_back ${in_device_images}
    "    if (before != device) {
        (void)cudaSetDevice(before);
    }
    return status;" "    return status;" CHECK images
    plain "FAILED  . MutantImages.RowsOfAnotherDevice")

# ---- heads: what is multiplied ----
set(in_heads cuda/device_heads.c cuda/device_heads.c)
set(in_cublas cuda/cublas_library.c cuda/cublas_library.c)
rs_add_mutant(head_leading_dimension ${in_heads}
    ".right_stride = run->info->columns," ".right_stride = columns," CHECK heads
    plain "cublasGemmEx failed on CUDA device 0 .*: CUBLAS_STATUS_INVALID_VALUE")
rs_add_mutant(head_not_transposed ${in_cublas}
    "shape->right_transposed ? CUBLAS_OP_T : CUBLAS_OP_N" "CUBLAS_OP_N" CHECK heads
    plain "cublasGemmEx failed on CUDA device 0 .*: CUBLAS_STATUS_INVALID_VALUE")
rs_add_mutant(product_keeps_what_was_there ${in_cublas}
    "shape->add ? keep : drop" "keep" CHECK heads
    plain "FAILED  . Engines/EngineHeads.EveryPairOfTypes")
rs_add_mutant(product_overwrites_the_bias ${in_cublas}
    "shape->add ? keep : drop" "drop" CHECK heads
    plain "FAILED  . Engines/EngineHeads.EveryPairOfTypes")
rs_add_mutant(halves_of_the_other_type ${in_cublas}
    "return CUDA_R_16BF;" "return CUDA_R_16F;" CHECK heads
    plain "FAILED  . Engines/EngineHeads.EveryPairOfTypes")
rs_add_mutant(bias_of_the_first_head ${in_heads}
    "rs_launch_bias(head->logits_dtype, head->bias.memory, columns"
    "rs_launch_bias(head->logits_dtype, run->heads[0].bias.memory, columns" CHECK heads
    plain "FAILED  . Engines/EngineHeads.EveryPairOfTypes")
rs_add_mutant(bias_in_half_precision ${in_heads}
    "narrow[c] = (float)from->bias[c];" "narrow[c] = (float)(_Float16)from->bias[c];" CHECK heads
    plain "FAILED  . Engines/EngineHeads.EveryPairOfTypes")
rs_add_mutant(bias_one_class_on cuda/head_kernel.cu cuda/head_kernel.cu
    "out[i] = bias[i % columns];" "out[i] = bias[(i + 1) % columns];" CHECK heads
    plain "FAILED  . Engines/EngineHeads.EveryPairOfTypes")
rs_add_mutant(widened_from_the_other_type cuda/element.cuh cuda/head_kernel.cu
    "return rs_##name##_to_f32(pattern);" "return rs_f16_to_f32(pattern);" CHECK heads
    plain "FAILED  . Engines/EngineHeads.EveryPairOfTypes")
rs_add_mutant(widened_but_for_the_end cuda/head_kernel.cu cuda/head_kernel.cu
    "to[i] = static_cast<To>(From::value(from[i]));"
    "if (i + 1 < count) to[i] = static_cast<To>(From::value(from[i]));" CHECK heads
    plain "FAILED  . Engines/EngineHeads.EveryPairOfTypes")
rs_add_mutant(widened_one_too_far cuda/head_kernel.cu cuda/head_kernel.cu
    "i < count;
         i += step) {
        to[i] = static_cast" "i <= count;
         i += step) {
        to[i] = static_cast" CHECK heads
    plain "rs_widen_kernel.* touches byte [0-9]+ of device allocation"
    asan "AddressSanitizer: use-after-poison")
rs_add_mutant(widened_for_another_type ${in_heads}
    "if (made[which]) {" "if (made[0] || made[1]) {" CHECK heads
    plain "FAILED  . Engines/EngineHeads.HeadsOfMixedTypes")

# ---- heads: which rows and which head ----
rs_add_mutant(last_row_of_a_tile ${in_heads}
    ".rows = run->plan.rows,
                .columns = columns," ".rows = run->plan.rows - 1,
                .columns = columns," CHECK heads
    plain "FAILED  . Engines/EngineHeads.SmallMemoryGivesTheSameRows")
rs_add_mutant(bias_without_the_last_row cuda/head_kernel.cu cuda/head_kernel.cu
    "const uint64_t count = rows * columns;" "const uint64_t count = (rows - 1) * columns;"
    CHECK heads plain "FAILED  . Engines/EngineHeads.SmallMemoryGivesTheSameRows")
rs_add_mutant(labels_of_rows_before_the_range ${in_heads}
    ".first_row = slot->first_row + skipped," ".first_row = slot->first_row," CHECK heads
    plain "FAILED  . Engines/EngineHeads.RangesAddUpToTheSameBits")
rs_add_mutant(tiles_begin_at_the_range cuda/head_pass.c cuda/head_pass.c
    "range->begin / tile * tile, range->end" "range->begin, range->end"
    CHECK heads plain "FAILED  . Engines/EngineHeads.RangesAddUpToTheSameBits")
rs_add_mutant(counters_of_the_first_head ${in_heads}
    "run->counters.memory + h * run->counter_count" "run->counters.memory" CHECK heads
    plain "FAILED  . Engines/EngineHeads.EveryPairOfTypes")
rs_add_mutant(counters_of_the_first_group cuda/head_pass.c cuda/head_pass.c
    "group.counters = task->counters + first;" "group.counters = task->counters;" CHECK heads
    plain "FAILED  . Engines/EngineHeads.SmallMemoryGivesTheSameRows")
rs_add_mutant(counters_of_the_first_device ${in_job}
    "i < run->job->set->count; ++i) {
        RS_TRY(rs_gpu_use" "i < 1; ++i) {
        RS_TRY(rs_gpu_use" CHECK devices
    plain "FAILED  . CudaHeadsDevices.BitsAreThoseOfOneDevice")
rs_add_mutant(device_not_chosen_for_a_tile ${in_job}
    "RS_TRY(rs_gpu_use(run->job->set->gpu[slot->gpu], error));
" "" CHECK devices
    plain "FAILED  . CudaHeadsDevices.BitsAreThoseOfOneDevice")
rs_add_mutant(a_head_between_groups cuda/head_pass.c cuda/head_pass.c
    "first += fitting) {" "first += fitting + 1) {" CHECK heads
    plain "FAILED  . Engines/EngineHeads.SmallMemoryGivesTheSameRows")

# ---- heads: streams ----
rs_add_mutant(features_not_waited_for ${in_heads}
    "return RS_CUDA(cudaStreamWaitEvent(run->stream, slot->done, 0), device, error);"
    "return RS_OK;" CHECK heads
    plain "FAILED  . Engines/EngineHeads"
    tsan "WARNING: ThreadSanitizer: data race")
rs_add_mutant(tile_reused_after_its_copy ${in_heads}
    "return RS_CUDA(cudaEventRecord(slot->done, run->stream), run->gpu->device, error);"
    "return RS_OK;" CHECK heads
    plain "FAILED  . Engines/EngineHeads"
    tsan "WARNING: ThreadSanitizer: data race")
rs_add_mutant(logits_scored_in_another_stream ${in_heads}
    "run->gpu->multiprocessors,
                              run->stream, error);" "run->gpu->multiprocessors,
                              slot->stream, error);" CHECK heads
    plain "FAILED  . Engines/EngineHeads.EveryPairOfTypes"
    tsan "WARNING: ThreadSanitizer: data race")
rs_add_mutant(tile_given_back_too_early ${in_job}
    "rs_range_begin(job->ranges, \"wait for the device\");"
    "rs_readers_give_back(&run->readers, slot);
#define rs_readers_give_back(readers, slot) (void)0
    rs_range_begin(job->ranges, \"wait for the device\");" CHECK heads
    plain "FAILED  . Engines/EngineHeads"
    tsan "WARNING: ThreadSanitizer: data race")
rs_add_mutant(tile_not_waited_for ${in_job}
    "RS_CUDA(cudaEventSynchronize(slot->done), slot->device, error);" "RS_OK;" CHECK heads
    plain "FAILED  . Engines/EngineHeads")
rs_add_mutant(results_before_their_kernel cuda/row_batch.c cuda/row_batch.c
    "cudaMemcpyDeviceToHost,
                                   stream)," "cudaMemcpyDeviceToHost,
                                   NULL)," CHECK heads
    plain "FAILED  . Engines/EngineHeads"
    tsan "WARNING: ThreadSanitizer: data race")

# ---- ensembles ----
set(in_average cuda/average_kernel.cu cuda/average_kernel.cu)
set(bits "FAILED  . EnsembleOnTheDevice.EveryValueHasTheBitsOfTheCpu")
rs_add_mutant(weight_of_the_first_member ${in_average}
    "sum[k] += task.member[m].weight * value[k];" "sum[k] += task.member[0].weight * value[k];"
    CHECK ensembles plain "${bits}")
rs_add_mutant(average_summed_in_float ${in_average}
    "sum[k] += task.member[m].weight * value[k];"
    "sum[k] = static_cast<float>(sum[k] + task.member[m].weight * value[k]);"
    CHECK ensembles plain "${bits}")
rs_add_mutant(average_without_its_scale ${in_average}
    "m + 1 == task.members ? task.scale : 1.0;" "1.0;" CHECK ensembles plain "${bits}")
rs_add_mutant(half_of_a_warp_not_folded ${in_average}
    "power[0] += __shfl_down_sync(RS_WHOLE_WARP, power[0], RS_EXP_LANES);" ""
    CHECK ensembles plain "${bits}")
rs_add_mutant(mass_summed_in_another_order ${in_average}
    "sum += rs_warp_from(power[0], lane);" "sum += rs_warp_from(power[0], 15 - lane);"
    CHECK ensembles plain "${bits}")
rs_add_mutant(nan_of_a_member_forgotten ${in_average}
    "(top.sound ? added : static_cast<double>(NAN))" "added" CHECK ensembles plain "${bits}")
rs_add_mutant(infinite_values_of_a_member_subtracted ${in_average}
    "value == top ? 0.0 : value - top;" "value - top;" CHECK ensembles plain "${bits}")
rs_add_mutant(softmax_of_the_last_member_alone ${in_average}
    "const double sum = m == 0 ? 0.0 : sums[column];" "const double sum = 0.0;"
    CHECK ensembles plain "${bits}")
rs_add_mutant(average_one_too_far ${in_average}
    "if (column < count) {" "if (column <= count) {"
    CHECK ensembles plain "a byte [0-9]+ past the end of it was overwritten|FAILED"
    asan "AddressSanitizer: (use-after-poison|heap-buffer-overflow)")
set(in_average cuda/average_batch.c cuda/average_batch.c)
rs_add_mutant(narrow_members_first ${in_average}
    "bytes += row_bytes > own ||" "bytes += m == of->count || row_bytes < own ||"
    CHECK ensembles plain "__ldg of 8 bytes at .*off its alignment")
rs_add_mutant(members_at_the_places_of_whole_chunks cuda/readers.c cuda/readers.c
    "host + slot->row_count * rs_averaging_bytes_before(of, m), error));"
    "host + readers->plan.chunk_rows * rs_averaging_bytes_before(of, m), error));"
    CHECK ensembles plain "FAILED  . EnsembleOnTheDevice")
rs_add_mutant(averages_not_waited_for cuda/row_pass.c cuda/row_pass.c
    "&gpu->labels, gpu->multiprocessors, slot->stream, error);"
    "&gpu->labels, gpu->multiprocessors, NULL, error);" CHECK ensembles
    plain "FAILED  . EnsembleOnTheDevice"
    tsan "WARNING: ThreadSanitizer: data race")
rs_add_mutant(too_many_members_for_a_launch cuda/cuda_engine.c cuda/cuda_engine.c
    "of->averaging->count <= RS_AVERAGED_MEMBERS;" "of->averaging->count <= 1000;"
    CHECK ensembles asan "runtime error: index 64 out of bounds")


# ---- ensembles behind a class map ----
set(mapped_bits "FAILED  . EnsembleOnTheDevice.BehindAClassMapEveryValueHasTheBitsOfTheCpu")
rs_add_mutant(map_of_members_left_out cuda/average_kernel.cu cuda/average_kernel.cu
    "task->map.column != nullptr ? launch<true>(" "task->map.column == nullptr ? launch<true>("
    CHECK ensembles plain "${mapped_bits}")
rs_add_mutant(one_column_of_a_class_averaged ${in_average}
    "rs_device_labels_member_columns(labels, of->map),"
    "{NULL, rs_device_labels_member_columns(labels, of->map).column},"
    CHECK ensembles plain "${mapped_bits}")
rs_add_mutant(members_as_wide_as_their_averages ${in_average}
    ".row_bytes = (uint32_t)info->row_bytes,"
    ".row_bytes = (uint32_t)(batch->info->columns * rs_dtype_bytes(info->dtype)),"
    CHECK ensembles plain "${mapped_bits}")
set(in_labels cuda/device_labels.c cuda/device_labels.c)
rs_add_mutant(members_by_the_map_of_the_pass ${in_labels}
    "columns_of(map, &labels->member_column_begin, &labels->member_column);"
    "columns_of(map, &labels->column_begin, &labels->column);"
    CHECK ensembles plain "${mapped_bits}")
rs_add_mutant(members_by_the_map_before ${in_labels}
    "return send_arrays(labels, parts, 2, &labels->member_map_hash, stream, error);"
    "return labels->member_map_hash != 0
               ? RS_OK
               : send_arrays(labels, parts, 2, &labels->member_map_hash, stream, error);"
    CHECK ensembles plain "FAILED  . EnsembleOnTheDevice.EachEnsembleGoesThroughItsOwnMap"
    asan "AddressSanitizer")
rs_add_mutant(every_map_in_place ${in_labels}
    " && map->column[p] == p) {" ") {" plain "FAILED  . Mutant.MapsOfOneColumnEach")

# ---- keys ----
set(in_keys cuda/device_keys.c cuda/device_keys.c)
rs_add_mutant(keys_in_another_stream ${in_keys}
    "gpu->ring.stream[0], error);
    rs_range_end(gpu->ranges);
    RS_TRY(status);" "gpu->ring.stream[1], error);
    rs_range_end(gpu->ranges);
    RS_TRY(status);" CHECK keys plain "FAILED  . Engines/EngineKeys"
    tsan "WARNING: ThreadSanitizer: data race")
rs_add_mutant(room_for_keys_too_small ${in_keys}
    "sizeof(rs_key_count) + sizeof(rs_key_sums) + sizeof(uint64_t);"
    "sizeof(rs_key_count) + sizeof(rs_key_sums);" CHECK keys
    plain "a byte [0-9]+ past the end of it was overwritten"
    asan "AddressSanitizer: use-after-poison")
rs_add_mutant(last_entry_not_fetched ${in_keys}
    "task->found * sizeof(rs_key_count)," "(task->found - 1) * sizeof(rs_key_count)," CHECK keys
    plain "FAILED  . Engines/EngineKeys")
rs_add_mutant(lack_of_room_for_keys_not_told ${in_keys}
    "return RS_CUDA(cudaErrorMemoryAllocation, device, error);" "return RS_OK;" CHECK full_device
    plain "FAILED  . CudaKeys.ADeviceThatIsFullWhileItSorts")

# ---- pairs, which a pass writes as keys ----
rs_add_mutant(pairs_of_the_first_rows ${in_keys}
    "(const int32_t *)labels->original.memory + first_row," "labels->original.memory,"
    CHECK pairs plain "FAILED  . CudaPairs.ChunksAndOrdersChangeNothing")
rs_add_mutant(pairs_in_another_stream ${in_keys}
    "rs_launch_pairs(&task, gpu->multiprocessors, stream)"
    "rs_launch_pairs(&task, gpu->multiprocessors, NULL)"
    CHECK pairs plain "FAILED  . CudaPairs"
    tsan "WARNING: ThreadSanitizer: data race")
rs_add_mutant(rows_of_other_devices_are_pairs ${in_keys}
    "cudaMemsetAsync(gpu->pair_keys.memory, 0xff," "cudaMemsetAsync(gpu->pair_keys.memory, 0,"
    CHECK pairs plain "FAILED  . CudaPairs.SeveralDevicesAddTheirs")
rs_add_mutant(rows_without_a_pair_counted ${in_keys}
    "if (counts->entry[i].key != RS_NO_PAIR >> RS_KEY_MARKS) {" "{"
    CHECK pairs plain "FAILED  . CudaPairs.AreThoseOfThePredictionsOfTheCpu")
rs_add_mutant(pairs_of_the_last_device_alone ${in_keys}
    "status = rs_key_counts_add(counts, &own, error);"
    "counts->count = 0; status = rs_key_counts_add(counts, &own, error);"
    CHECK pairs plain "FAILED  . CudaPairs.SeveralDevicesAddTheirs")
rs_add_mutant(lack_of_room_for_pairs_not_told ${in_keys}
    "if (status == RS_MEMORY) {" "if (false) {"
    CHECK pairs plain "FAILED  . CudaPairs.ADeviceThatIsFullWhileItSortsLeavesItToTheHost")
rs_add_mutant(pairs_of_any_prediction cuda/pair_kernel.cu cuda/pair_kernel.cu
    "task.prediction[i * task.keep]" "task.prediction[i]"
    CHECK pairs plain "FAILED  . CudaPairs.AreThoseOfThePredictionsOfTheCpu")
rs_add_mutant(last_label_accepts_alone host/engine/pair_key.h cuda/pair_kernel.cu
    "accepted = accepted || set[i] == predicted;" "accepted = set[i] == predicted;"
    CHECK pairs plain "FAILED  . CudaPairs.AreThoseOfThePredictionsOfTheCpu")
rs_add_mutant(room_for_held_predictions_too_small cuda/row_pass.c cuda/row_pass.c
    "rs_kept_on_device(&run->layout) * sizeof(int32_t);"
    "rs_kept_on_device(&run->layout) * sizeof(int16_t);"
    CHECK pairs plain "touches byte [0-9]+ of device allocation"
    asan "AddressSanitizer: use-after-poison")
if(SIMT_CCCL_INCLUDE)
    set(in_thrust cuda/key_counts.cu cuda/key_counts.cu)
    rs_add_mutant(key_of_32_bits ${in_thrust}
        "return key >> RS_KEY_MARKS;" "return static_cast<uint32_t>(key) >> RS_KEY_MARKS;"
        CHECK keys plain "FAILED  . Engines/EngineKeys")
    rs_add_mutant(keys_not_sorted ${in_thrust}
        "thrust::sort(policy, task->keys, end);" ""
        CHECK keys plain "FAILED  . Engines/EngineKeys")
    rs_add_mutant(last_run_of_keys ${in_thrust}
        "static_cast<size_t>(ends.first - task->unique);"
        "static_cast<size_t>(ends.first - task->unique) - 1;"
        CHECK keys plain "FAILED  . Engines/EngineKeys")
    rs_add_mutant(ties_of_keys_turned_round ${in_thrust}
        "return a.count > b.count;" "return a.count != b.count ? a.count > b.count : a.key > b.key;"
        CHECK keys plain "FAILED  . Engines/EngineKeys")
    rs_add_mutant(marks_of_the_first_key ${in_thrust}
        "a.marked[1] + b.marked[1]}};" "a.marked[1]}};"
        CHECK keys plain "FAILED  . Engines/EngineKeys")
endif()

# ---- training: what is computed ----
set(in_losses cuda/fit_kernel.cu cuda/fit_kernel.cu)
set(in_trainer cuda/device_trainer.c cuda/device_trainer.c)
rs_add_mutant(softmax_without_the_largest ${in_losses}
    "z[j] = rs_exp_below(z[j] - top);" "z[j] = rs_exp_below(z[j]);" CHECK fit
    plain "FAILED  . CudaFit.")
rs_add_mutant(infinite_logits_pass ${in_losses}
    "+ (x - x) * 0.0;" ";" CHECK fit plain "FAILED  . CudaFit.LogitsThatAreNoNumbers")
rs_add_mutant(sigmoid_shares_its_labels ${in_losses}
    "sigmoid ? scale : scale / labels.count" "scale / labels.count" CHECK fit
    plain "FAILED  . CudaFit.HeadsAreNear")
rs_add_mutant(softmax_takes_labels_whole ${in_losses}
    "sigmoid ? scale : scale / labels.count" "scale" CHECK fit
    plain "FAILED  . CudaFit.HeadsAreNear")
rs_add_mutant(labels_of_the_place_in_the_batch ${in_losses}
    "const uint32_t row = task.row[i];" "const uint32_t row = static_cast<uint32_t>(i);" CHECK fit
    plain "FAILED  . CudaFit.HeadsAreNear")
rs_add_mutant(dropped_rows_teach ${in_losses}
    "if (labels.count == 0 || dropped) {" "if (labels.count == 0) {" CHECK fit
    plain "FAILED  . CudaFit.HeadsAreNear")
rs_add_mutant(dropped_rows_keep_their_logits ${in_losses}
    "            z[j] = 0;
" "" CHECK fit plain "FAILED  . CudaFit.HeadsAreNear")
rs_add_mutant(thirty_third_label_of_a_row ${in_losses}
    "    for (uint32_t k = lane; k < labels.count; k += RS_WARP_LANES) {
        z[" "    for (uint32_t k = lane; k < min(labels.count, 32u); k += RS_WARP_LANES) {
        z[" CHECK fit plain "FAILED  . CudaFit.LossesAreThose")
rs_add_mutant(probabilities_not_waited_for ${in_losses}
    "__syncwarp(); /* all probabilities are there */" "" CHECK fit
    tsan "WARNING: ThreadSanitizer: data race")
rs_add_mutant(logits_overwritten_too_early ${in_losses}
    "    __syncwarp(); /* every lane has read what another one overwrites now */
" "" CHECK fit tsan "WARNING: ThreadSanitizer: data race")
rs_add_mutant(rate_of_the_first_head ${in_losses}
    "task.rate[blockIdx.y]" "task.rate[0]" CHECK fit plain "FAILED  . CudaFit.")
rs_add_mutant(decay_of_the_bias ${in_losses}
    "static_cast<Real>(sum), static_cast<Real>(0), rate);"
    "static_cast<Real>(sum), static_cast<Real>(rate.weight_decay), rate);" CHECK fit
    plain "FAILED  . CudaFit.HeadsAreNear")
rs_add_mutant(bias_without_the_last_row_of_a_batch ${in_losses}
    "row < task.rows; ++row" "row + 1 < task.rows; ++row" CHECK fit
    plain "FAILED  . CudaFit.HeadsAreNear")
rs_add_mutant(heads_without_rows_move ${in_losses}
    "if (!(rate.scale > 0.0)) {
        return;
    }
    for" "for" CHECK fit plain "FAILED  . CudaFit.ABatchWithoutRows")
rs_add_mutant(gather_in_the_order_of_the_file ${in_losses}
    "row != nullptr ? row[i] : i" "i" CHECK fit plain "FAILED  . CudaFit.HeadsAreNear")
rs_add_mutant(gather_one_too_far ${in_losses}
    "j < columns; j += blockDim.x) {
            out" "j <= columns; j += blockDim.x) {
            out" CHECK fit
    plain "a byte [0-9]+ past the end of it was overwritten|FAILED  . CudaFit"
    asan "AddressSanitizer: use-after-poison")

# ---- training: products and copies ----
rs_add_mutant(gradient_not_transposed ${in_cublas}
    "shape->left_transposed ? CUBLAS_OP_T : CUBLAS_OP_N" "CUBLAS_OP_N" CHECK fit
    plain "FAILED  . CudaFit.HeadsAreNear")
rs_add_mutant(logits_without_the_bias ${in_trainer}
    "shape->add = forward;" "shape->add = false;" CHECK fit plain "FAILED  . CudaFit.HeadsAreNear")
rs_add_mutant(features_sent_before_the_last_are_there ${in_trainer}
    "        RS_TRY(RS_CUDA(cudaStreamSynchronize(of->stream), of->gpu->device, error));
    }" "    }" CHECK fit plain "FAILED  . CudaFit")
rs_add_mutant(losses_not_waited_for ${in_trainer}
    "const cudaError_t code = cudaStreamSynchronize(of->stream); /* also after a failure */"
    "const cudaError_t code = cudaSuccess;" CHECK fit plain "FAILED  . CudaFit"
    tsan "WARNING: ThreadSanitizer: data race")
rs_add_mutant(losses_of_a_whole_batch ${in_trainer}
    "of->fetched + h * rows" "of->fetched + h * of->task.batch" CHECK fit
    plain "FAILED  . CudaFit.HeadsAreNear")
rs_add_mutant(velocity_does_not_come_back ${in_trainer}
    "fetch_head(of, &parts[i], fetch[i]" "fetch_head(of, &parts[0], fetch[i]" CHECK fit
    plain "FAILED  . CudaFit.GoesOnFromItsOwn")
