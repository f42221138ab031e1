#!/usr/bin/env bash
# Everything that only a GPU can say, in one go, on a machine with a CUDA driver and nothing else:
#   tar xf gpu-bundle.tar.xz && gpu-bundle/run-on-gpu.sh [results-folder]
# Right first (tests, the host's bits), then fast. Each step leaves its log and a line in steps.tsv; what is missing
# here is said, noted in missing.txt and left out. At the end one file, <gpu>.json, holds all of it (docs/14-gpu-box.md).
# Exit code 0: all is right; 1: a step failed; 2: there is nothing to measure.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=${1:-gpu-results}
mkdir -p "$out" && out=$(cd "$out" && pwd) || exit 2
failed=0
: >"$out/steps.tsv"
: >"$out/missing.txt"
: >"$out/tools.tsv"
export TESTINGPLATFORM_TELEMETRY_OPTOUT=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
# The GPU that nvidia-smi names first is the one that runs.
export CUDA_DEVICE_ORDER=PCI_BUS_ID

has() { command -v "$1" >/dev/null; }

missing() {
    echo "$1"
    echo "$1" >>"$out/missing.txt"
}

tool() { printf '%s\t%s\n' "$1" "$2" >>"$out/tools.tsv"; }

# Longer than any of them takes: what exceeds it hangs.
limited() { timeout --kill-after=10 "${HYBRID_STEP_SECONDS:-1800}" "$@"; }

step() {
    local name=$1 code=0 began=$SECONDS
    shift
    echo "== $name"
    "$@" >"$out/$name.log" 2>&1 || code=$?
    printf '%s\t%s\t%s\n' "$name" "$code" $((SECONDS - began)) >>"$out/steps.tsv"
    tail -n 3 "$out/$name.log"
    [ "$code" -eq 0 ] && return
    echo "$name ended with $code; see $out/$name.log"
    failed=$((failed + 1))
}

if ! "$here/hybrid" devices >"$out/devices.log" 2>&1 || grep -q '^cuda  *none' "$out/devices.log"; then
    grep '^cuda' "$out/devices.log"
    echo "No GPU to measure. The PTX of its kernels runs without one: hybrid explain --plan vae --batch 8 --count"
    exit 2
fi
cat "$out/devices.log"

arch=sm_90
if has nvidia-smi; then
    nvidia-smi >"$out/nvidia-smi.log"
    nvidia-smi --query-gpu=name,driver_version,compute_cap,memory.total,power.limit,clocks.max.sm --format=csv >"$out/gpu.csv"
    tool cuda "$(grep -o 'CUDA Version: [0-9.]*' "$out/nvidia-smi.log" | head -n 1)"
    arch=sm_$(nvidia-smi --query-gpu=compute_cap --format=csv,noheader | head -n 1 | tr -d .)
else missing "nvidia-smi is not here: driver, clocks and architecture left out; ptxas takes $arch"; fi

# Every rung on the GPU, awkward shapes included. A test that was skipped has tested nothing.
kernel_tests() {
    limited "$here/Hybrid.Kernels.Tests" --filter TestCategory=Cuda --no-progress --no-ansi || return
    grep -q '^ *skipped: 0' "$out/tests.log" || {
        echo "Tests were skipped, so a device that 'hybrid devices' opened did not open for them."
        return 1
    }
}
step tests kernel_tests

# A training run must end in the host's parameters, to the bit.
train() {
    limited "$here/hybrid" train vae --json --epochs 2 --hidden 128,64 --latent 10 --out "$out/runs/$1" "${@:2}" \
        >"$out/train-$1.json"
}
same_bits() {
    local hash='"parametersHash":"[^"]*"' host cuda
    host=$(grep -o "$hash" "$out/train-host.json") || return
    cuda=$(grep -o "$hash" "$out/train-cuda.json") || return
    echo "host $host, cuda $cuda"
    [ "$host" = "$cuda" ]
}
step train-host train host --device host
step train-cuda train cuda --device cuda
step train-tf32 train tf32 --device cuda --precision tf32
step train-bf16 train bf16 --device cuda --precision bf16
step same-bits same_bits

# PyTorch brings a cuBLAS of its own, where the toolkit is not installed.
torch=
if has python3 && python3 -c 'import sys, torch; sys.exit(not torch.cuda.is_available())' 2>/dev/null; then
    torch=yes
    tool pytorch "$(python3 -c 'import torch; print(torch.__version__, "CUDA", torch.version.cuda)')"
    if [ -z "${HYBRID_CUBLAS:-}" ]; then
        cublas=$(python3 -c 'import glob, os, torch
root = os.path.dirname(os.path.dirname(torch.__file__))
print(*sorted(glob.glob(root + "/nvidia/*/lib/libcublas.so.1[23]"))[-1:])')
        [ -n "$cublas" ] && export HYBRID_CUBLAS=$cublas
    fi
fi

# Ladders against the host's bits, then against the roofline and cuBLAS; then models that are trained on the GPU, beside
# what theory knows.
step bench limited "$here/Hybrid.Bench" speed --device cuda --json "$out/bench.json"

step exactness limited "$here/Hybrid.Bench" exactness --device cuda --json "$out/exactness.json"

if [ -n "$torch" ]; then
    step peers limited "$here/Hybrid.Bench" peers --device cuda --filter steps/ --json "$out/peers.json"
else missing "python3 with a PyTorch that finds the GPU is not here: training steps beside PyTorch left out"; fi

# What ptxas makes of every kernel: registers and spills.
assemble() {
    local kernel code=0
    for kernel in "$out"/ptx/*.ptx; do
        echo "kernel $(basename "$kernel" .ptx)"
        ptxas -v -arch="$arch" -o /dev/null "$kernel" 2>&1 || code=1
    done
    return $code
}
step ptx "$here/Hybrid.Bench" ptx "$out/ptx"
if has ptxas; then
    tool ptxas "$(ptxas --version | tail -n 1)"
    step ptxas assemble
else missing "ptxas is not here: registers and spills left out"; fi

if has ncu; then
    tool ncu "$(ncu --version | tail -n 1)"
    for operation in KlRows Affine AffineTf32 AffineBf16 AffineGradInput AffineGradWeight Conv2d Attention; do
        step "ncu-$operation" limited ncu --set full --import-source yes --clock-control none -k regex:Kernel_ -f -o "$out/$operation" \
            "$here/Hybrid.Bench" profile "$operation"
    done
else missing "ncu is not here: profiles of the ladders left out"; fi

if has nsys; then
    tool nsys "$(nsys --version | tail -n 1)"
    step nsys limited nsys profile --trace=cuda,nvtx --force-overwrite=true -o "$out/train" \
        "$here/hybrid" train vae --epochs 1 --device cuda --out "$out/runs/nsys"
else missing "nsys is not here: the timeline of a training run left out"; fi

"$here/Hybrid.Bench" gpu-report "$out" || failed=$((failed + 1))
echo "results in $out; $failed steps failed"
[ "$failed" -eq 0 ]
