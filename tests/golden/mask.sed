# What differs between runs and machines by its nature, and nothing else.

# How long it took.
s/pass [0-9.]+ m?s(, [0-9.]+ [MG]B\/s)?/pass # ms/g
s/trained in [0-9.]+ s/trained in # s/g
s/"timing":\{[^}]*\}/"timing":{#}/g

# What the processor has: its instruction set, its number of threads; which library multiplies.
s/cpu \((portable|avx2|avx512|neon), [0-9]+ threads?\)/cpu (#, # threads)/g
s/cpu \((OpenBLAS [0-9.]+|plain C|a BLAS), [0-9]+ threads?\)/cpu (#, # threads)/g
s/"engine":\{[^}]*\}/"engine":{#}/g

# What the program was built from.
s/"tool":\{[^}]*\}/"tool":{#}/g
s/\<(reassess )[0-9]+\.[0-9]+\.[0-9]+\>/\1#/g

# Where the program lies.
s/(REASSESS=)[^ ]*\/reassess\>/\1reassess/g
