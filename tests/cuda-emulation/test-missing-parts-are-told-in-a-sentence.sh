# SPDX-License-Identifier: GPL-3.0-or-later
#
# On a machine without a driver, with a driver that is too old, without a
# device or with too little memory, the CUDA backend says so in a sentence;
# without a supported cuBLAS it computes with its own kernels.
#
#   PISCES_TOOL   the tool      PISCES_BACKEND_DIR   of the emulated backend
#   CUBLAS        the emulated library               MODEL   a model folder

set -u
work=$(mktemp -d "${TMPDIR:-/tmp}/pisces-cuda-test.XXXXXX")
trap 'rm -rf "$work"' EXIT
unset LD_LIBRARY_PATH
export PISCES_FALLBACK=no
n=0

ends ()   # text, code, words, command...
{
  local text=$1 code=$2 words=$3 rc=0 said
  shift 3
  n=$((n + 1))
  said=$("$@" 2>&1) || rc=$?
  said=${said##*$'\n'}
  if [ "$rc" = "$code" ] && grep -qF -- "$words" <<<"$said" && [ ! -e "$work/picture.png" ]; then
    echo "ok $n - $text"
  else
    echo "not ok $n - $text"
  fi
  echo "# $said (exit status $rc)"
}

draw=("$PISCES_TOOL" generate --prompt star --plan star --steps 1 --model "$MODEL"
      --backend cuda-emulated --output "$work/picture.png")
check=("$PISCES_TOOL" check-ops --backend cuda-emulated)

echo 1..14
ends "no driver" 1 "there is no NVIDIA driver on this machine." \
     env CUDA_EMULATION_DRIVER=0 "${draw[@]}"
ends "a driver that is too old" 1 "The NVIDIA driver of this machine is too old: it is 550.163.01, for CUDA 12.4, and this build of Pisces needs CUDA 13, which drivers from 580.65.06 on have. Install a newer driver, or build Pisces with a toolkit of CUDA 12." \
     env CUDA_EMULATION_DRIVER=12040 "${draw[@]}"
ends "a driver that no toolkit helps" 1 "for CUDA 11.4, and this build of Pisces needs CUDA 13, which drivers from 580.65.06 on have. Install a newer driver." \
     env CUDA_EMULATION_DRIVER=11040 "${draw[@]}"
ends "a device that is too old" 1 "is too old: its compute capability is 6.1, and 7.5 is needed." \
     env CUDA_EMULATION_CAPABILITY=61 "${draw[@]}"
ends "the oldest that serves" 0 " cases, 0 wrong" \
     env CUDA_EMULATION_CAPABILITY=75 "${check[@]}"
ends "no device" 1 "no CUDA-capable device is detected." \
     env CUDA_EMULATION_DEVICES=0 "${draw[@]}"
ends "too little memory for the weights" 1 "refused" \
     env CUDA_EMULATION_MEMORY=200000 "${draw[@]}"
ends "too little memory for what is computed" 1 "refused" \
     env CUDA_EMULATION_MEMORY=900000 "${draw[@]}"
ends "a form of weights that is not known" 1 "PISCES_WEIGHTS is 'q5_1', which is not known: set it to q8_0 or q4_0" \
     env PISCES_WEIGHTS=q5_1 "${draw[@]}"

rc=0
n=$((n + 1))
said=$(env -u PISCES_FALLBACK CUDA_EMULATION_DEVICES=0 "${draw[@]}" 2>&1) || rc=$?
if [ "$rc" = 0 ] && [ -s "$work/picture.png" ] &&
   grep -qF "pisces: The CPU is used: No CUDA device: no CUDA-capable device is detected." <<<"$said"; then
  echo "ok $n - where that is not forbidden the CPU draws, and it is said"
else
  echo "not ok $n - where that is not forbidden the CPU draws, and it is said"
fi
sed 's/^/# /' <<<"$said"
rm -f "$work/picture.png"

with_cublas ()   # library, its name
{
  rm -rf "$work/lib"
  mkdir "$work/lib"
  ln -s "$1" "$work/lib/$2"
  env LD_LIBRARY_PATH="$work/lib" "${check[@]}"
}
ends "no cuBLAS: own kernels" 0 "device, without cuBLAS: " "${check[@]}"
ends "the cuBLAS of CUDA 12 is taken" 0 "device: " \
     with_cublas "$CUBLAS" libcublas.so.12
ends "that of CUDA 11 is not" 0 "device, without cuBLAS: " \
     with_cublas "$CUBLAS" libcublas.so.11
echo "not a library" >"$work/text"
ends "a damaged one is passed over" 0 "device, without cuBLAS: " \
     with_cublas "$work/text" libcublas.so.13
