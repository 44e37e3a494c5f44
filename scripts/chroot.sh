# shellcheck shell=bash
# chroot.sh - sourced, in the root of the tree, by scripts that try it on a Debian with nothing in
# it. As root and with debootstrap; where that cannot be had they end with exit status 77 and a word
# as the last line. The packages come from where apt takes those of this Debian.
# shellcheck disable=SC2016  # what apt expands

skip() {
    echo "$*"
    exit 77
}

# make_chroot SUITE FOLDER: a base system, once
make_chroot() {
    local suite=$1 folder=$2 mirror
    [ "$(id -u)" -eq 0 ] || skip 'only root can make a chroot'
    command -v debootstrap >/dev/null || skip 'there is no debootstrap'
    [ -e "$folder/usr/bin/dpkg" ] && [ ! -e "$folder/debootstrap" ] && return
    mirror=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' 2>/dev/null |
        grep -E '/debian/?$' | head -n 1)
    [ -n "$mirror" ] || skip "apt of this machine names no Debian to take $suite from"
    rm -rf --one-file-system "$folder"
    mkdir -p "$folder"
    debootstrap --variant=minbase "$suite" "$folder" "$mirror" ||
        skip "debootstrap cannot make a $suite here"
    umount "$folder/proc" 2>/dev/null
    return 0
}

# enter_chroot FOLDER: what in_chroot needs, undone at the end
enter_chroot() {
    root=$1
    trap 'umount "$root/proc" 2>/dev/null' EXIT
    mount -t proc proc "$root/proc" || skip 'proc cannot be mounted in a chroot here'
    cp -L /etc/resolv.conf "$root/etc/resolv.conf"
    index=()
    [ -z "${PIP_INDEX_URL:-}" ] || index+=("PIP_INDEX_URL=$PIP_INDEX_URL")
    if [ -n "${PIP_CERT:-}" ]; then
        cp -L "$PIP_CERT" "$root/etc/pip.crt" && index+=(PIP_CERT=/etc/pip.crt)
    fi
}

# in_chroot COMMAND...: in an environment that says nothing of this machine but where pip finds
# packages
in_chroot() {
    chroot "$root" env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
        LC_ALL=C.UTF-8 HOME=/root DEBIAN_FRONTEND=noninteractive "${index[@]}" "$@"
}

# copy_tree TO: the files that git knows or would, with their changes; without those that are gone
copy_tree() {
    rm -rf "$1/host" "$1/tests"
    mkdir -p "$1"
    git ls-files -z --cached --others --exclude-standard |
        while IFS= read -r -d '' file; do [ -e "$file" ] && printf '%s\0' "$file"; done |
        tar --null --files-from=- -cf - | tar -C "$1" -xf -
}
