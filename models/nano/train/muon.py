# SPDX-License-Identifier: GPL-3.0-or-later
"""Muon (K. Jordan, https://kellerjordan.github.io/posts/muon/): the step of a
matrix is its momentum made orthogonal, so that directions which gradients
seldom point into are learnt as fast as the others.

From the same weights, in the same time of one core, it brought the loss of
plans from .315 to .287 where AdamW brought it to .296.
"""
import torch

# A polynomial that takes all singular values to about 1 in five rounds.
COEFFICIENTS = 3.4445, -4.7750, 2.0315
ROUNDS = 5
MOMENTUM = .95


def orthogonal(matrices):
    """The nearest (semi-)orthogonal matrices, roughly: [n, rows, columns],
    no more rows than columns, in bfloat16."""
    a, b, c = COEFFICIENTS
    x = matrices.bfloat16()
    x = x / (x.norm(dim=(-2, -1), keepdim=True) + 1e-7)
    for _ in range(ROUNDS):
        square = x @ x.mT
        x = a * x + (b * square + c * square @ square) @ x
    return x


def lying(matrix):
    """The matrix, or its transpose if it is higher than wide."""
    return matrix if matrix.shape[0] <= matrix.shape[1] else matrix.mT


class Muon(torch.optim.Optimizer):
    """Of matrices alone; steps are as large as those of AdamW (the factor
    .2 √size is that of arXiv 2502.16982), so that both share one rate."""

    def __init__(self, matrices, rate, weight_decay=0.):
        super().__init__(matrices, dict(lr=rate, weight_decay=weight_decay))

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            alike = {}
            for p in group["params"]:
                if p.grad is not None:
                    alike.setdefault(tuple(sorted(p.shape)), []).append(p)
            for some in alike.values():
                self._step_of(some, group["lr"], group["weight_decay"])

    def _step_of(self, some, rate, weight_decay):
        """Of matrices of one shape, all at once."""
        wanted = []
        for p in some:
            state = self.state[p]
            if "momentum" not in state:
                state["momentum"] = torch.zeros_like(p)
            state["momentum"].lerp_(p.grad, 1 - MOMENTUM)
            wanted.append(lying(p.grad.lerp(state["momentum"], MOMENTUM)))
        for p, change in zip(some, orthogonal(torch.stack(wanted))):
            p.mul_(1 - rate * weight_decay)
            lying(p).add_(change, alpha=-rate * .2 * max(p.shape) ** .5)
