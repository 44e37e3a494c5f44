# shellcheck shell=bash disable=SC2034 # what is set here is read where this is sourced
# selection.sh - which tests the gate runs in one of its two builds only: those that take long or
# hardly differ between them. docs/TESTING.md says why that hides no fault; the long tier runs all
# of them in both. scripts/every_test.py holds that each has run in one of them.

# Labels: programs whose tests run under the sanitizers, and of which the optimised build runs what
# is named below alone.
only_sanitized='analyse;base;cli;evaluate;fit;flat;formats;labels;relabel;report;sweep;synth;tally'

# Names, of which a filter of GoogleTest is made: tests that the optimised build alone runs.
slow=(
    # real data
    'EvalRealModels.*' 'Models/*' 'CompareReal.*' 'ConfusionsReal.*' 'CleanCommand.Real*'
    'MergeCommand.AReal*' 'ProposeCommand.real*' 'MistakesCommand.RealModels'
    'MistakesCommand.Published*' 'ReportRealModels.*' 'SoundModels.*' 'WholeChain.*'
    'AggregateCommand.published_labels*' 'AggregateCommand.streams*' 'RealPredictions.AllModels*'
    'Consensus.of_21*' 'Mistakes.real_predictions*' 'PublishedVotes.*' 'RealModelsOnCuda.*'
    # large files, bounded memory
    'FullSize.*' 'Dtypes/ZooFullSize.*' 'RaterScores.logits_give*' 'CleanCommand.Streams*'
    'SweepMemory.*'
    # a browser, signals, processes that end
    'RealReport.*' 'ReportBrowser.*' 'ReportScript.*' 'Signals.*' 'SweepFaults.*' 'Help.*'
    # simulations of levels, coverage and what is drawn
    'FitNoise.*' 'ChoiceOfRealLabels.who_draws*' 'ClusteredShare.Intervals*' 'BrokenStick.Finds*'
    'BrokenStick.TestHolds*' 'BrokenStick.IntervalsCover*' 'Coverage.*' 'Tango.Covers*' 'Power.*'
    'Factorial.without*' 'Factorial.intervals*' 'StatisticsReference.RegressionsOfTimms*'
    'ErrorBarCoverage.*' 'Largest.as_sorting*' 'Mistakes.intervals*' 'ProposeScan.as_sorting*'
    'SynthLogits.Accuracy*' 'SynthLogits.NoTwo*' 'SynthLogits.LooksLike*'
    # engines: all types, orders and widths again
    'HeadsTest.CountsAndLogits*' 'FurtherSets.ByAnEngine*' 'Engines/EngineHeads.EveryPair*'
    'Engines/EngineRows.*order_*' 'Engines/EngineCalibration.*order_*' 'All/RowKernel.*'
    'All/RowKernelTest.AgreesOnVeryWide*' 'All/RowKernelTest.AgreesOnHardRows*' 'CudaFit.Hundred*'
    'EnsembleOnCuda.Likelihood*' 'EnsembleOnCuda.HardRows*' 'CudaDevices.Counters*'
    'CudaHeadsDevices.BitsAre*' 'Cuda*Devices.ThePassesAfterALostDevice*' 'Seeds/DeviceRows.*/0'
    'Seeds/DeviceRows.*/2' 'Seeds/DeviceRows.*/3' 'Seeds/DeviceRows.*/4'
)
only_optimised=$(IFS=: && echo "${slow[*]}")
