# bash completion of reassess, made by: reassess help completion
_reassess() {
    local word=${COMP_WORDS[COMP_CWORD]}
    local previous=${COMP_WORDS[COMP_CWORD-1]}
    local command=${COMP_WORDS[1]} options=''
    if [ "$COMP_CWORD" -eq 1 ]; then
        mapfile -t COMPREPLY < <(compgen -W 'eval sweep run merge compare trend report mistakes labels propose tasks aggregate curve clean fit synth info help' -- "$word")
        return
    fi
    if [ "$command" = help ]; then
        local topics='eval sweep run merge compare trend report mistakes labels propose tasks aggregate curve clean fit synth info help man completion'
        [ "$previous" != completion ] || topics='bash zsh fish'
        mapfile -t COMPREPLY < <(compgen -W "$topics" -- "$word")
        return
    fi
    case "$previous" in
    --features)
        mapfile -t COMPREPLY < <(compgen -f -W '' -- "$word")
        return ;;
    --head)
        mapfile -t COMPREPLY < <(compgen -f -W '' -- "$word")
        return ;;
    --weights)
        mapfile -t COMPREPLY < <(compgen -W '' -- "$word")
        return ;;
    --space)
        mapfile -t COMPREPLY < <(compgen -W 'logit prob' -- "$word")
        return ;;
    --name)
        mapfile -t COMPREPLY < <(compgen -W '' -- "$word")
        return ;;
    --pred-scores)
        mapfile -t COMPREPLY < <(compgen -f -W '' -- "$word")
        return ;;
    --order)
        mapfile -t COMPREPLY < <(compgen -f -W 'file imagefolder' -- "$word")
        return ;;
    --deal)
        mapfile -t COMPREPLY < <(compgen -W '' -- "$word")
        return ;;
    --subset)
        mapfile -t COMPREPLY < <(compgen -f -W '' -- "$word")
        return ;;
    --limit)
        mapfile -t COMPREPLY < <(compgen -W '' -- "$word")
        return ;;
    --class-map)
        mapfile -t COMPREPLY < <(compgen -f -W '' -- "$word")
        return ;;
    --dtype)
        mapfile -t COMPREPLY < <(compgen -W 'f16 bf16 f32 f64 i32 i64' -- "$word")
        return ;;
    --shape)
        mapfile -t COMPREPLY < <(compgen -W '' -- "$word")
        return ;;
    --tensor)
        mapfile -t COMPREPLY < <(compgen -W '' -- "$word")
        return ;;
    --row-range)
        mapfile -t COMPREPLY < <(compgen -W '' -- "$word")
        return ;;
    --io)
        mapfile -t COMPREPLY < <(compgen -W 'auto mmap pread' -- "$word")
        return ;;
    --real)
        mapfile -t COMPREPLY < <(compgen -f -W '' -- "$word")
        return ;;
    --real-threshold)
        mapfile -t COMPREPLY < <(compgen -W '' -- "$word")
        return ;;
    --labels)
        mapfile -t COMPREPLY < <(compgen -f -W '' -- "$word")
        return ;;
    --synsets)
        mapfile -t COMPREPLY < <(compgen -f -W '' -- "$word")
        return ;;
    --names)
        mapfile -t COMPREPLY < <(compgen -f -W '' -- "$word")
        return ;;
    --classes)
        mapfile -t COMPREPLY < <(compgen -W '' -- "$word")
        return ;;
    --topk)
        mapfile -t COMPREPLY < <(compgen -W '' -- "$word")
        return ;;
    --values)
        mapfile -t COMPREPLY < <(compgen -W 'logits probs sigmoid' -- "$word")
        return ;;
    --oracle-cut)
        mapfile -t COMPREPLY < <(compgen -W '' -- "$word")
        return ;;
    --oracle-exclude)
        mapfile -t COMPREPLY < <(compgen -W '' -- "$word")
        return ;;
    --meta)
        mapfile -t COMPREPLY < <(compgen -f -W '' -- "$word")
        return ;;
    --oracle-rows)
        mapfile -t COMPREPLY < <(compgen -W 'in-set nonempty' -- "$word")
        return ;;
    --json)
        mapfile -t COMPREPLY < <(compgen -f -W '' -- "$word")
        return ;;
    --per-class)
        mapfile -t COMPREPLY < <(compgen -f -W '' -- "$word")
        return ;;
    --slice)
        mapfile -t COMPREPLY < <(compgen -f -W 'superclass labels' -- "$word")
        return ;;
    --per-slice)
        mapfile -t COMPREPLY < <(compgen -f -W '' -- "$word")
        return ;;
    --confusions)
        mapfile -t COMPREPLY < <(compgen -f -W '' -- "$word")
        return ;;
    --per-row)
        mapfile -t COMPREPLY < <(compgen -f -W '' -- "$word")
        return ;;
    --keep-topk)
        mapfile -t COMPREPLY < <(compgen -W '' -- "$word")
        return ;;
    --keep-dir)
        mapfile -t COMPREPLY < <(compgen -f -W '' -- "$word")
        return ;;
    --format)
        mapfile -t COMPREPLY < <(compgen -W 'table md csv latex' -- "$word")
        return ;;
    --backend)
        mapfile -t COMPREPLY < <(compgen -W 'auto cpu cuda' -- "$word")
        return ;;
    --threads | -j)
        mapfile -t COMPREPLY < <(compgen -W '' -- "$word")
        return ;;
    --isa)
        mapfile -t COMPREPLY < <(compgen -W 'auto portable avx2 avx512 neon' -- "$word")
        return ;;
    --device)
        mapfile -t COMPREPLY < <(compgen -W 'all' -- "$word")
        return ;;
    --batch)
        mapfile -t COMPREPLY < <(compgen -W '' -- "$word")
        return ;;
    --together)
        mapfile -t COMPREPLY < <(compgen -W '' -- "$word")
        return ;;
    --memory)
        mapfile -t COMPREPLY < <(compgen -W '' -- "$word")
        return ;;
    --seed)
        mapfile -t COMPREPLY < <(compgen -W '' -- "$word")
        return ;;
    --group)
        mapfile -t COMPREPLY < <(compgen -W 'family' -- "$word")
        return ;;
    --bootstrap)
        mapfile -t COMPREPLY < <(compgen -W '' -- "$word")
        return ;;
    --accuracy)
        mapfile -t COMPREPLY < <(compgen -W '' -- "$word")
        return ;;
    --by)
        mapfile -t COMPREPLY < <(compgen -W 'original real' -- "$word")
        return ;;
    --from-predictions)
        mapfile -t COMPREPLY < <(compgen -f -W '' -- "$word")
        return ;;
    --file-format)
        mapfile -t COMPREPLY < <(compgen -W 'npy npz safetensors raw' -- "$word")
        return ;;
    --nan-rows)
        mapfile -t COMPREPLY < <(compgen -W '' -- "$word")
        return ;;
    --inf-rows)
        mapfile -t COMPREPLY < <(compgen -W '' -- "$word")
        return ;;
    --tied-rows)
        mapfile -t COMPREPLY < <(compgen -W '' -- "$word")
        return ;;
    --votes)
        mapfile -t COMPREPLY < <(compgen -f -W '' -- "$word")
        return ;;
    --golden)
        mapfile -t COMPREPLY < <(compgen -f -W '' -- "$word")
        return ;;
    --golden-votes)
        mapfile -t COMPREPLY < <(compgen -f -W '' -- "$word")
        return ;;
    --raters)
        mapfile -t COMPREPLY < <(compgen -W '' -- "$word")
        return ;;
    --per-image)
        mapfile -t COMPREPLY < <(compgen -W '' -- "$word")
        return ;;
    --post)
        mapfile -t COMPREPLY < <(compgen -W '' -- "$word")
        return ;;
    --method)
        mapfile -t COMPREPLY < <(compgen -W 'golden em majority' -- "$word")
        return ;;
    --expert-classes)
        mapfile -t COMPREPLY < <(compgen -W '' -- "$word")
        return ;;
    --smoothing)
        mapfile -t COMPREPLY < <(compgen -W '' -- "$word")
        return ;;
    --iterations)
        mapfile -t COMPREPLY < <(compgen -W '' -- "$word")
        return ;;
    --tolerance)
        mapfile -t COMPREPLY < <(compgen -W '' -- "$word")
        return ;;
    --threshold)
        mapfile -t COMPREPLY < <(compgen -W '' -- "$word")
        return ;;
    --files)
        mapfile -t COMPREPLY < <(compgen -f -W '' -- "$word")
        return ;;
    --scores-out)
        mapfile -t COMPREPLY < <(compgen -f -W '' -- "$word")
        return ;;
    --raters-out)
        mapfile -t COMPREPLY < <(compgen -f -W '' -- "$word")
        return ;;
    --extra)
        mapfile -t COMPREPLY < <(compgen -W '' -- "$word")
        return ;;
    --min-recall)
        mapfile -t COMPREPLY < <(compgen -W '' -- "$word")
        return ;;
    --holdout)
        mapfile -t COMPREPLY < <(compgen -W '' -- "$word")
        return ;;
    --unjudged)
        mapfile -t COMPREPLY < <(compgen -W 'absent skip' -- "$word")
        return ;;
    --per-task)
        mapfile -t COMPREPLY < <(compgen -W '' -- "$word")
        return ;;
    --hierarchy)
        mapfile -t COMPREPLY < <(compgen -W 'wordnet none' -- "$word")
        return ;;
    --images)
        mapfile -t COMPREPLY < <(compgen -W '' -- "$word")
        return ;;
    --examples)
        mapfile -t COMPREPLY < <(compgen -W '' -- "$word")
        return ;;
    --example-count)
        mapfile -t COMPREPLY < <(compgen -W '' -- "$word")
        return ;;
    --title)
        mapfile -t COMPREPLY < <(compgen -W '' -- "$word")
        return ;;
    --html)
        mapfile -t COMPREPLY < <(compgen -f -W '' -- "$word")
        return ;;
    --svg)
        mapfile -t COMPREPLY < <(compgen -f -W '' -- "$word")
        return ;;
    --agreement)
        mapfile -t COMPREPLY < <(compgen -f -W '' -- "$word")
        return ;;
    --unit)
        mapfile -t COMPREPLY < <(compgen -W 'auto percent fraction' -- "$word")
        return ;;
    --output | -o)
        mapfile -t COMPREPLY < <(compgen -f -W '' -- "$word")
        return ;;
    --folds)
        mapfile -t COMPREPLY < <(compgen -f -W 'blocks stripes' -- "$word")
        return ;;
    --margin)
        mapfile -t COMPREPLY < <(compgen -W '' -- "$word")
        return ;;
    --dropped)
        mapfile -t COMPREPLY < <(compgen -f -W '' -- "$word")
        return ;;
    --loss)
        mapfile -t COMPREPLY < <(compgen -W 'softmax sigmoid' -- "$word")
        return ;;
    --keep)
        mapfile -t COMPREPLY < <(compgen -f -W '' -- "$word")
        return ;;
    --drop)
        mapfile -t COMPREPLY < <(compgen -f -W '' -- "$word")
        return ;;
    --epochs)
        mapfile -t COMPREPLY < <(compgen -W '' -- "$word")
        return ;;
    --lr)
        mapfile -t COMPREPLY < <(compgen -W '' -- "$word")
        return ;;
    --schedule)
        mapfile -t COMPREPLY < <(compgen -W 'cosine linear constant' -- "$word")
        return ;;
    --momentum)
        mapfile -t COMPREPLY < <(compgen -W '' -- "$word")
        return ;;
    --weight-decay)
        mapfile -t COMPREPLY < <(compgen -W '' -- "$word")
        return ;;
    --init)
        mapfile -t COMPREPLY < <(compgen -W 'prior zero uniform' -- "$word")
        return ;;
    --rater-scores)
        mapfile -t COMPREPLY < <(compgen -f -W '' -- "$word")
        return ;;
    --near)
        mapfile -t COMPREPLY < <(compgen -W '' -- "$word")
        return ;;
    --answers)
        mapfile -t COMPREPLY < <(compgen -f -W '' -- "$word")
        return ;;
    --wrong-by)
        mapfile -t COMPREPLY < <(compgen -W 'real original both either' -- "$word")
        return ;;
    --sample)
        mapfile -t COMPREPLY < <(compgen -W '' -- "$word")
        return ;;
    --show)
        mapfile -t COMPREPLY < <(compgen -W '' -- "$word")
        return ;;
    --tasks)
        mapfile -t COMPREPLY < <(compgen -f -W '' -- "$word")
        return ;;
    --consensus)
        mapfile -t COMPREPLY < <(compgen -f -W '' -- "$word")
        return ;;
    --out)
        mapfile -t COMPREPLY < <(compgen -f -W '' -- "$word")
        return ;;
    --list)
        mapfile -t COMPREPLY < <(compgen -f -W '' -- "$word")
        return ;;
    --data)
        mapfile -t COMPREPLY < <(compgen -f -W '' -- "$word")
        return ;;
    --shard)
        mapfile -t COMPREPLY < <(compgen -W '' -- "$word")
        return ;;
    --slurm)
        mapfile -t COMPREPLY < <(compgen -W '' -- "$word")
        return ;;
    --sbatch)
        mapfile -t COMPREPLY < <(compgen -W '' -- "$word")
        return ;;
    --sort)
        mapfile -t COMPREPLY < <(compgen -W '' -- "$word")
        return ;;
    --expect)
        mapfile -t COMPREPLY < <(compgen -W '' -- "$word")
        return ;;
    esac
    case "$command" in
    eval) options='--parts --ensemble --features --head --weights --space --name --pred-scores --order --deal --subset --limit --class-map --dtype --shape --tensor --row-range --io --real --real-threshold --labels --synsets --names --classes --topk --calibration --values --average-precision --row-flags --oracle-cut --oracle-exclude --oracle-rows --strict --json --per-class --slice --per-slice --confusions --per-row --keep-topk --keep-dir --hash --format --quiet --backend --threads --isa --device --memory --files --rater-scores --help --version ' ;;
    sweep) options='--parts --name --pred-scores --order --deal --subset --limit --class-map --dtype --shape --tensor --row-range --io --real --real-threshold --labels --synsets --names --classes --topk --calibration --values --average-precision --row-flags --oracle-cut --oracle-exclude --oracle-rows --slice --hash --quiet --backend --threads --isa --device --memory --files --rater-scores --out --list --shard --slurm --sbatch --dry-run --help --version ' ;;
    run) options='--subset --limit --class-map --dtype --real --real-threshold --labels --synsets --names --classes --topk --calibration --quiet --threads --device --batch --together --out --list --data --shard --help --version ' ;;
    merge) options='--per-slice --format --quiet --output --out --sort --mixed --expect --help --version ' ;;
    compare) options='--name --pred-scores --order --deal --subset --limit --class-map --dtype --shape --tensor --row-range --io --real --real-threshold --labels --synsets --names --classes --json --slice --per-slice --format --quiet --backend --threads --isa --device --memory --seed --factorial --bootstrap --agreement --output --help --version ' ;;
    trend) options='--real --real-threshold --labels --synsets --names --classes --json --format --quiet --seed --group --bootstrap --unit --output --help --version ' ;;
    report) options='--subset --limit --real --real-threshold --labels --synsets --names --classes --oracle-cut --oracle-exclude --meta --oracle-rows --golden --files --images --title --output --rater-scores --answers --help --version ' ;;
    mistakes) options='--parts --name --pred-scores --order --deal --subset --class-map --dtype --shape --tensor --io --real --real-threshold --labels --synsets --names --classes --json --format --quiet --backend --threads --isa --device --memory --seed --post --threshold --files --per-task --hierarchy --images --examples --example-count --title --html --output --rater-scores --near --answers --wrong-by --sample --show --tasks --consensus --help --version ' ;;
    labels) options='--subset --limit --real --real-threshold --labels --synsets --names --classes --fetch --oracle-cut --oracle-exclude --json --per-class --format --quiet --files --rater-scores --help --version ' ;;
    propose) options='--parts --name --pred-scores --order --deal --class-map --dtype --shape --tensor --io --real --real-threshold --labels --synsets --names --classes --values --json --format --quiet --golden --post --files --extra --min-recall --holdout --unjudged --ask --per-task --hierarchy --images --examples --example-count --title --html --output --rater-scores --help --version ' ;;
    tasks) options='--json --format --quiet --golden --raters --per-image --post --per-task --hierarchy --images --examples --example-count --title --html --output --help --version ' ;;
    aggregate) options='--labels --synsets --classes --json --format --quiet --votes --golden --golden-votes --method --expert-classes --smoothing --iterations --tolerance --threshold --files --scores-out --raters-out --output --help --version ' ;;
    curve) options='--name --labels --synsets --classes --json --format --quiet --votes --golden --golden-votes --threshold --files --svg --output --help --version ' ;;
    clean) options='--parts --pred-scores --order --deal --class-map --dtype --shape --tensor --io --labels --synsets --names --classes --json --per-class --format --quiet --backend --threads --isa --device --memory --files --output --folds --margin --dropped --help --version ' ;;
    fit) options='--features --order --dtype --shape --tensor --io --real --real-threshold --labels --synsets --classes --json --format --quiet --backend --threads --device --batch --memory --seed --files --output --loss --keep --drop --grid --epochs --lr --schedule --momentum --weight-decay --init --help --version ' ;;
    synth) options='--pred-scores --order --dtype --shape --real --real-threshold --labels --synsets --names --classes --quiet --seed --accuracy --by --from-predictions --file-format --nan-rows --inf-rows --tied-rows --output --help --version ' ;;
    info) options='--help --version ' ;;
    help) options='--help --version ' ;;
    esac
    if [[ $word == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word")
    else
        mapfile -t COMPREPLY < <(compgen -f -- "$word")
    fi
}
complete -o filenames -F _reassess reassess
