# SPDX-License-Identifier: GPL-3.0-or-later
#
# GIMP starts the extension by itself and does not have to wait for it, and
# nothing is loaded until the first job.

. "$(dirname "$0")/gimp-test.sh"

# Looks at the extension's process from outside, while GIMP waits for this function.
look_at_it ()
{
  while [ ! -e "$work/pid.known" ]; do sleep 0.05; done
  cp "/proc/$(told pid)/maps" "$work/maps"
  cp "/proc/$(told pid)/stat" "$work/stat"
  touch "$work/looked"
}

look_at_it &
in_gimp <<'SCM'
(tell "pid" (status "pid"))
(tell "pid.known" "")
(let wait ()
  (if (not (file-exists? (string-append *work* "/looked")))
      (wait)))

(claim "the status can be asked for right after the start"
       (> (status "pid") 0))
(claim= "no model is loaded" (status "loaded") #f)
(claim= "none was loaded before" (status "n-loads") 0)
(claim= "no memory is held" (status "resident-bytes") 0.0)
(claim "the model's folder is known"
       (> (string-length (status "model-folder")) 0))
SCM
wait

claim "it runs from the build tree" grep -q "$PISCES_PLUGIN/pisces/pisces" "$work/maps"
claim "none of the model's files is open" \
  bash -c '! grep safetensors "$1"' bash "$work/maps"

# Measures the processor time of the extension, which does not depend on other
# programs.  GIMP waits no longer than that.  `./dev bench gimp` measures the delay
# itself.
ticks=$(sed 's/.*) //' "$work/stat" | awk '{ print $12 + $13 }')
ms=$((ticks * 1000 / $(getconf CLK_TCK)))
note "the extension was ready after $ms ms of processor time"
claim "it is ready at once" [ "$ms" -le 150 ]

finish
