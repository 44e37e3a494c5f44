#!/bin/bash
# install_peers.sh - what the peers of the benchmark need: Debian's NumPy and torch for Python 3.
#
# Nothing in the build needs them. Without the right to install it prints the command.
set -eu

packages=(python3 python3-numpy python3-torch)

if /usr/bin/python3 -c 'import numpy, torch' 2>/dev/null; then
    /usr/bin/python3 -c 'import numpy, torch
print("NumPy", numpy.__version__, "torch", torch.__version__)'
    exit 0
fi
if ! command -v apt-get >/dev/null; then
    echo "install_peers: install NumPy and torch for /usr/bin/python3 with your package manager" >&2
    exit 1
fi
if [ "$(id -u)" -eq 0 ]; then
    apt-get install -y --no-install-recommends "${packages[@]}"
elif sudo -n true 2>/dev/null; then
    sudo apt-get install -y --no-install-recommends "${packages[@]}"
else
    echo "install_peers: run: sudo apt-get install --no-install-recommends ${packages[*]}" >&2
    exit 1
fi
