# SPDX-License-Identifier: GPL-3.0-or-later
#
# pisces check-ops: all ops of the emulated CUDA backend agree with the CPU's.
# If one was made wrong on purpose, or fails, it is named, and the exit status
# shows it.
#
#   PISCES_TOOL   the tool      PISCES_BACKEND_DIR   of the emulated backends

set -u
n=0

# Ends with that code, and the words are in what it prints.
claim ()   # text, code, words, command...
{
  local text=$1 code=$2 words=$3 rc=0 said
  shift 3
  n=$((n + 1))
  said=$("$@" 2>&1) || rc=$?
  if [ "$rc" = "$code" ] && grep -qF -- "$words" <<<"$said"; then
    echo "ok $n - $text"
    # What begins so is shown at the end of ./dev test.
    case $text in every*) mark="# cuda: " ;; *) mark="# " ;; esac
    tail -n 1 <<<"$said" | sed "s/^/$mark/"
  else
    echo "not ok $n - $text"
    sed 's/^/# /' <<<"$said"
    echo "# exit status $rc"
  fi
}

check=("$PISCES_TOOL" check-ops --backend)
# The op that must be named, and the mistake (mistakes.c): those of one line are made
# in one run, which takes seconds.
mistakes=(
  "rope:rope-begins-late rope_append:rope-turns-by-the-cache-row captured_step:attention-keeps-its-position
   modulate:modulate-swaps-scale-and-shift add_gated:add-gated-forgets-the-stride
   rms_norm_heads:rms-norm-heads-takes-two-for-one gather_rows:gather-forgets-the-stride"
  "rope:rope-takes-another-axis modulate:modulate-takes-one-row-for-all
   attention_of_lengths:attention-takes-one-length-for-all attention_of_windows:attention-leaves-out-a-window"
  "rope:rope-forgets-the-stride attention_of_lengths:attention-has-one-bias-for-all-heads
   rope_append_of_sequences:rope-append-takes-one-length-for-all"
)
all=(${mistakes[*]})
echo 1..$((7 + ${#all[@]}))
claim "the CPU agrees with itself" 0 ", 0 wrong" "${check[@]}" cpu
claim "every op agrees with the CPU" 0 ", 0 wrong" "${check[@]}" cuda-emulated
claim "and so with the launchers that can be made wrong" 0 ", 0 wrong" "${check[@]}" cuda-mistaken
for together in "${mistakes[@]}"; do
  said=$(PISCES_TEST_MISTAKE=$together "${check[@]}" cuda-mistaken 2>&1)
  for one in $together; do
    n=$((n + 1))
    if grep -qE "^${one%%:*} +[0-9]+ cases +[1-9][0-9]* wrong" <<<"$said"; then
      echo "ok $n - the check names ${one%%:*} for the mistake ${one#*:}"
    else
      echo "not ok $n - the check names ${one%%:*} for the mistake ${one#*:}"
      sed 's/^/# /' <<<"$said"
    fi
  done
done
claim "the first op that is wrong is told in words" 1 "'rope' differs from the CPU" \
      env PISCES_TEST_MISTAKE=rope-begins-late "${check[@]}" cuda-mistaken
claim "and so is an op whose kernel cannot be launched" 1 "failed: The CUDA device failed at" \
      env CUDA_EMULATION_FAIL=cudaLaunchKernel:100:701 "${check[@]}" cuda-emulated
claim "without a device there is a sentence" 1 "no CUDA-capable device is detected." \
      env CUDA_EMULATION_DEVICES=0 "${check[@]}" cuda-emulated
claim "and for a name that no backend has" 1 "There is no backend 'cuda-nowhere'" \
      "${check[@]}" cuda-nowhere
