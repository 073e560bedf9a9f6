# SPDX-License-Identifier: GPL-3.0-or-later
"""What the machine gives, as bench-cpu measures it: bytes and operations a second."""
import json
import os
import subprocess


def with_threads(n):
    """The environment in which a program uses so many threads."""
    return dict(os.environ, PISCES_THREADS=str(n), OMP_NUM_THREADS=str(n),
                OPENBLAS_NUM_THREADS=str(n), OMP_WAIT_POLICY="passive")


def measure(build, folder, n_threads):
    path = f"{folder}/walls.json"
    subprocess.run([f"{build}/tests/cpu/bench-cpu", path, "(no op)"], check=True,
                   stdout=subprocess.DEVNULL, env=with_threads(n_threads))
    with open(path) as file:
        return json.load(file)


def sentence(wall):
    return (f"{wall['machine']}: memory {wall['memory_bytes_per_second'] * 1e-9:.1f} GB/s, "
            f"float32 {wall['float32_per_second'] * 1e-9:.0f} GFLOP/s, "
            f"bfloat16 {wall['bfloat16_per_second'] * 1e-9:.0f}")
