#!/usr/bin/env bash
# Everything that only a GPU can say, in one go, on a machine with a CUDA driver and nothing else:
#   tar xf gpu-bundle.tar.xz && gpu-bundle/run-on-gpu.sh [results-folder]
# Right first (the host's bits), then fast. Each step leaves its log; what is missing here is said and left out.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=${1:-gpu-results}
mkdir -p "$out" || exit 2
failed=0

step() {
    local name=$1
    shift
    echo "== $name"
    if "$@" >"$out/$name.log" 2>&1; then tail -n 3 "$out/$name.log"
    else
        echo "$name ended with $?; see $out/$name.log"
        tail -n 5 "$out/$name.log"
        failed=$((failed + 1))
    fi
}

if ! "$here/hybrid" devices >"$out/devices.log" 2>&1 || grep -q '^cuda  *none' "$out/devices.log"; then
    grep '^cuda' "$out/devices.log"
    echo "No GPU to measure. The PTX of its kernels runs without one: hybrid explain --plan vae --batch 8 --count"
    exit 2
fi
cat "$out/devices.log"
command -v nvidia-smi >/dev/null && nvidia-smi >"$out/nvidia-smi.log"

# A training run must end in the host's parameters, to the bit.
train() { "$here/hybrid" train vae --json --epochs 2 --hidden 128,64 --latent 10 --out "$out/$1" "${@:2}"; }
hash_of() { grep -o '"parametersHash":"[^"]*"' "$1"; }
step train-host train host --device host
step train-cuda train cuda --device cuda
step train-tf32 train tf32 --device cuda --precision tf32
step train-bf16 train bf16 --device cuda --precision bf16
on_host=$(hash_of "$out/train-host.log")
on_cuda=$(hash_of "$out/train-cuda.log")
if [ -n "$on_host" ] && [ "$on_host" = "$on_cuda" ]; then echo "same bits: $on_cuda"
else
    echo "DIFFERENT BITS: host ${on_host:-none}, cuda ${on_cuda:-none}"
    failed=$((failed + 1))
fi

# Ladders against the host's bits, then against the roofline; exactness of trained models.
step bench "$here/Hybrid.Bench" --json "$out/bench.json"

# What ptxas makes of every kernel: registers and spills.
step ptx "$here/Hybrid.Bench" ptx "$out/ptx"
if command -v ptxas >/dev/null; then
    arch=$(nvidia-smi --query-gpu=compute_cap --format=csv,noheader | head -n 1 | tr -d .)
    for kernel in "$out"/ptx/*.ptx; do
        echo "$(basename "$kernel" .ptx): $(ptxas -v -arch="sm_$arch" -o /dev/null "$kernel" 2>&1 | grep -E 'registers|spill' | tr '\n' ' ')"
    done >"$out/ptxas.log"
    echo "== ptxas: $(grep -c registers "$out/ptxas.log") kernels"
else echo "ptxas is not here: registers and spills left out"; fi

if command -v ncu >/dev/null; then
    for operation in KlRows Affine Conv2d; do
        step "ncu-$operation" ncu --set full -k regex:Kernel_ -f -o "$out/$operation" "$here/Hybrid.Bench" profile "$operation"
    done
else echo "ncu is not here: profiles left out"; fi

echo "results in $out; $failed steps failed"
[ "$failed" -eq 0 ]
