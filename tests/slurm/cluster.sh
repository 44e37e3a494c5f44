#!/bin/bash
# cluster.sh start|stop DIR - a real SLURM of one's own: munged, slurmctld and two slurmd in DIR.
#
# Without systemd, without cgroups, on ports of its own on the loopback address; nothing under /etc
# or /run is read or written. Each node claims 2 processors and 2 GPUs, which are links to
# /dev/null: what SLURM does with them (CUDA_VISIBLE_DEVICES, one task a GPU) is real.
#
# start prints lines for eval (SLURM_CONF, PATH). Exit status 77: it cannot run on this machine,
# with the reason. stop ends what start began, and what jobs left running.
set -euo pipefail

readonly nodes=2 processors=2 gpus=2
readonly start_seconds=30
export PATH=$PATH:/usr/sbin:/sbin

cannot() {
    echo "cluster.sh: $*" >&2
    exit 77
}

failed() {
    echo "cluster.sh: $*" >&2
    tail -n 20 "$folder"/log/* >&2 || true
    bash "$0" stop "$folder" >&2 || true
    exit 1
}

# The daemons bind the address of the host's name. Where that is not a loopback address, they get a
# host name of their own, in a namespace.
find_address() {
    local own
    getent ahostsv4 127.0.0.1 >/dev/null ||
        cannot 'no IPv4 name can be resolved; try: ip addr add 127.0.0.2/8 dev lo'
    own=$(getent ahostsv4 "$(uname -n)" | awk '{print $1; exit}') || own=''
    in_namespace=''
    case $own in
        127.*) address=$own ;;
        *)
            unshare --uts sh -c 'hostname localhost' 2>/dev/null ||
                cannot 'the host name is no loopback address, and it may not be changed in a' \
                    'namespace'
            address=127.0.0.1 in_namespace=yes
            ;;
    esac
}

daemon() {
    local name=$1 log=$folder/log/$1.out
    shift
    if [ -n "$in_namespace" ]; then
        set -- unshare --uts sh -c 'hostname localhost && exec "$@"' -- "$@"
    fi
    "$@" >"$log" 2>&1 || failed "$name does not start: $(cat "$log")"
}

listens() { (exec 3<>"/dev/tcp/$address/$1") 2>/dev/null; }

# Below the ports that the kernel hands out, and from a random one on: two starts at once do not
# meet.
find_ports() {
    local port=$((10000 + RANDOM % 690 * 32))
    ports=()
    while [ ${#ports[@]} -le $nodes ]; do
        port=$((port + 1))
        listens $port || ports+=("$port")
    done
}

write_configuration() {
    local node gpu
    cat <<END >"$folder/slurm.conf"
ClusterName=reassess$$
SlurmctldHost=localhost($address)
SlurmctldPort=${ports[0]}
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
SlurmUser=$(id -un)
SlurmdUser=$(id -un)
AuthType=auth/munge
CredType=cred/munge
# cred_expire is also how long a requeued job waits before it may start again
AuthInfo=socket=$folder/socket/munge.socket,cred_expire=5
MailProg=/bin/true
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool/%n
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd-%n.pid
SlurmctldLogFile=$folder/log/slurmctld.log
SlurmdLogFile=$folder/log/slurmd-%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
SwitchType=switch/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerParameters=batch_sched_delay=0,sched_interval=2,bf_interval=2
SlurmdParameters=config_overrides
PropagateResourceLimits=NONE
ReturnToService=2
KillWait=3
MinJobAge=3600
JobRequeue=1
GresTypes=gpu
END
    : >"$folder/gres.conf"
    for ((node = 1; node <= nodes; node++)); do
        for ((gpu = 0; gpu < gpus; gpu++)); do
            ln -sfn /dev/null "$folder/device/node$node-gpu$gpu"
        done
        echo "NodeName=node$node Name=gpu File=$folder/device/node$node-gpu[0-$((gpus - 1))]" \
            >>"$folder/gres.conf"
        echo "NodeName=node$node NodeAddr=$address Port=${ports[$node]} CPUs=$processors" \
            "RealMemory=2000 Gres=gpu:$gpus State=UNKNOWN" >>"$folder/slurm.conf"
    done
    echo 'PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP' >>"$folder/slurm.conf"
    # The other plugin asks systemd for a scope.
    echo 'CgroupPlugin=cgroup/v1' >"$folder/cgroup.conf"
}

start() {
    local tool node end
    for tool in munged slurmctld slurmd sbatch scontrol; do
        command -v $tool >/dev/null ||
            cannot "$tool is not installed; on Debian: apt-get install slurm-wlm munge"
    done
    find_address
    find_ports
    chmod 755 "$folder"
    mkdir -p "$folder"/{munge,state,log,spool,device,socket}
    chmod 700 "$folder"/{munge,state}
    (umask 077 && head -c 128 /dev/urandom >"$folder/munge/key")
    write_configuration
    export SLURM_CONF=$folder/slurm.conf

    daemon munged munged --key-file="$folder/munge/key" --socket="$folder/socket/munge.socket" \
        --pid-file="$folder/munge/munged.pid" --log-file="$folder/log/munged.log" \
        --seed-file="$folder/munge/seed"
    daemon slurmctld slurmctld -f "$SLURM_CONF"
    for ((node = 1; node <= nodes; node++)); do
        mkdir -p "$folder/spool/node$node"
        daemon "slurmd$node" slurmd -f "$SLURM_CONF" -N "node$node"
    done
    end=$((SECONDS + start_seconds))
    until [ "$(sinfo -h -N -t idle -o %N 2>/dev/null | wc -l)" = $nodes ]; do
        [ $SECONDS -lt $end ] || failed "nodes are not idle after $start_seconds s"
        sleep 0.1
    done
    printf 'export SLURM_CONF=%q PATH=%q\n' "$SLURM_CONF" "$PATH"
}

# pid_in FILE: the process that FILE names, if it is one of ours
pid_in() {
    local pid
    [ -s "$1" ] && read -r pid <"$1" && tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null |
        grep -qF "$folder/" && echo "$pid"
}

end_process() { # with patience, then without
    local try
    kill -TERM "$1" 2>/dev/null || return 0
    for ((try = 0; try < 80; try++)); do
        kill -0 "$1" 2>/dev/null || return 0
        grep -q '^State:.Z' "/proc/$1/status" 2>/dev/null && return 0
        sleep 0.1
    done
    kill -KILL "$1" 2>/dev/null || true
}

has_variable() { # PID VARIABLE=: whether its environment has such a line
    { tr '\0' '\n' <"/proc/$1/environ"; } 2>/dev/null | grep -q "^$2"
}

stop() {
    local file pid process
    export SLURM_CONF=$folder/slurm.conf
    timeout 5 scancel --full -u "$(id -un)" >/dev/null 2>&1 || true
    for _ in {1..50}; do
        [ -z "$(timeout 5 squeue -h 2>/dev/null)" ] && break
        sleep 0.1
    done
    for file in "$folder"/slurmd-*.pid "$folder/slurmctld.pid"; do
        pid=$(pid_in "$file") && end_process "$pid"
    done
    # What a crash left: step daemons, and processes of jobs.
    for process in /proc/[0-9]*; do
        pid=${process#/proc/}
        if [ "$pid" != $$ ] && has_variable "$pid" "SLURM_CONF=$folder/slurm.conf$" &&
            has_variable "$pid" SLURM_JOB_ID=; then
            kill -KILL "$pid" 2>/dev/null || true
        fi
    done
    pid=$(pid_in "$folder/munge/munged.pid") && end_process "$pid"
    return 0
}

if [ $# -ne 2 ] || [ ! -d "$2" ]; then
    echo 'usage: cluster.sh start|stop DIR' >&2
    exit 2
fi
folder=$(cd "$2" && pwd)
case $1 in
    start) start ;;
    stop) stop ;;
    *)
        echo 'usage: cluster.sh start|stop DIR' >&2
        exit 2
        ;;
esac
