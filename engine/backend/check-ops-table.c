/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * check-ops-table.c: the table of test cases: every op of backend.h in many
 * shapes: one row, odd widths, sizes around those of a kernel's tiles, and
 * shapes of the networks.
 */

#include "engine/backend/check-ops-cases.h"

#define F32(op, ...)  { #op, pisces_op_run_##op, PISCES_F32, 0, { __VA_ARGS__ } }
#define HALVES(op, ...) \
  { #op, pisces_op_run_##op, PISCES_F16,  0, { __VA_ARGS__ } }, \
  { #op, pisces_op_run_##op, PISCES_BF16, 0, { __VA_ARGS__ } }
#define ALL(op, ...) \
  F32 (op, __VA_ARGS__), HALVES (op, __VA_ARGS__)
#define ROUNDED(op, ...) \
  { #op, pisces_op_run_##op, PISCES_F16,  8, { __VA_ARGS__ } }, \
  { #op, pisces_op_run_##op, PISCES_BF16, 8, { __VA_ARGS__ } }, \
  { #op, pisces_op_run_##op, PISCES_F16,  4, { __VA_ARGS__ } }, \
  { #op, pisces_op_run_##op, PISCES_F32,  4, { __VA_ARGS__ } }
#define ACTIVATIONS(op, ...) \
  F32 (op, __VA_ARGS__, PISCES_ACT_SILU), \
  F32 (op, __VA_ARGS__, PISCES_ACT_GELU), \
  F32 (op, __VA_ARGS__, PISCES_ACT_GELU_TANH), \
  F32 (op, __VA_ARGS__, PISCES_ACT_GELU_QUICK)

const PiscesOpCase pisces_op_cases[] =
{
  F32 (copy, 1, 1), F32 (copy, 7, 3), F32 (copy, 33, 129),

  ALL (linear, 1, 1, 1, PISCES_ACT_NONE, FALSE, FALSE),
  ALL (linear, 1, 264, 19, PISCES_ACT_NONE, TRUE, TRUE),
  ALL (linear, 1, 4096, 40, PISCES_ACT_NONE, FALSE, FALSE),
  ALL (linear, 3, 130, 66, PISCES_ACT_GELU, FALSE, TRUE),
  ALL (linear, 4, 64, 9, PISCES_ACT_SILU, FALSE, FALSE),
  ALL (linear, 5, 33, 65, PISCES_ACT_GELU_TANH, FALSE, TRUE),
  ALL (linear, 67, 35, 70, PISCES_ACT_NONE, TRUE, FALSE),
  ALL (linear, 64, 64, 64, PISCES_ACT_GELU_QUICK, FALSE, TRUE),
  ALL (linear, 77, 1152, 130, PISCES_ACT_NONE, FALSE, TRUE),

  HALVES (linear_of_operands, 1, 264, 19, PISCES_ACT_NONE, TRUE, TRUE),
  HALVES (linear_of_operands, 3, 130, 66, PISCES_ACT_GELU, FALSE, TRUE),
  HALVES (linear_of_operands, 67, 72, 70, PISCES_ACT_NONE, FALSE, FALSE),
  HALVES (linear_of_operands, 77, 136, 130, PISCES_ACT_NONE, TRUE, TRUE),
  HALVES (operands, 1, 40), HALVES (operands, 7, 257),

  ALL (fused_linear, 1, 264, 19, TRUE, PISCES_GATE_NONE, PISCES_ACT_NONE),
  ALL (fused_linear, 1, 4096, 24, TRUE, PISCES_GATE_FIRST, PISCES_ACT_SILU),
  ALL (fused_linear, 3, 130, 33, TRUE, PISCES_GATE_LAST, PISCES_ACT_GELU),
  ALL (fused_linear, 67, 72, 70, TRUE, PISCES_GATE_FIRST, PISCES_ACT_SILU),
  ALL (fused_linear, 77, 136, 66, FALSE, PISCES_GATE_LAST, PISCES_ACT_GELU),
  HALVES (fused_linear_of_operands, 2, 72, 17, FALSE, PISCES_GATE_LAST, PISCES_ACT_GELU),
  HALVES (fused_linear_of_operands, 77, 136, 72, FALSE, PISCES_GATE_LAST, PISCES_ACT_GELU),
  HALVES (fused_linear_of_operands, 130, 40, 65, FALSE, PISCES_GATE_NONE, PISCES_ACT_GELU_TANH),
  ROUNDED (fused_linear, 1, 2048, 24, TRUE, PISCES_GATE_FIRST, PISCES_ACT_SILU),
  ROUNDED (fused_linear, 3, 96, 33, TRUE, PISCES_GATE_NONE, PISCES_ACT_NONE),
  ROUNDED (fused_linear_of_operands, 67, 64, 40, FALSE, PISCES_GATE_LAST, PISCES_ACT_GELU),

  ROUNDED (linear, 1, 32, 1, PISCES_ACT_NONE, FALSE, FALSE),
  ROUNDED (linear, 1, 2048, 40, PISCES_ACT_SILU, FALSE, TRUE),
  ROUNDED (linear, 4, 96, 33, PISCES_ACT_NONE, FALSE, TRUE),
  ROUNDED (linear, 67, 64, 70, PISCES_ACT_GELU, FALSE, TRUE),
  ROUNDED (linear, 515, 32, 40, PISCES_ACT_NONE, FALSE, TRUE),
  ROUNDED (linear_of_operands, 2, 160, 65, PISCES_ACT_NONE, FALSE, TRUE),
  ROUNDED (linear_of_operands, 65, 96, 40, PISCES_ACT_NONE, TRUE, FALSE),
  ROUNDED (linear_of_operands, 515, 32, 70, PISCES_ACT_NONE, FALSE, TRUE),

  ALL (conv2d, 2, 5, 7, 3, 5, 3, 3, 1, 1, 1, 1, 1, PISCES_ACT_SILU, FALSE),
  ALL (conv2d, 1, 9, 8, 33, 65, 3, 3, 2, 0, 0, 1, 1, PISCES_ACT_NONE, TRUE),
  ALL (conv2d, 1, 8, 12, 3, 10, 4, 4, 4, 0, 0, 0, 0, PISCES_ACT_NONE, FALSE),
  ALL (conv2d, 3, 3, 3, 8, 4, 1, 1, 1, 0, 0, 0, 0, PISCES_ACT_GELU, FALSE),
  ALL (conv2d, 1, 4, 5, 2, 3, 2, 3, 1, 1, 2, 0, 1, PISCES_ACT_NONE, FALSE),
  ALL (conv2d, 1, 16, 16, 64, 64, 3, 3, 1, 1, 1, 1, 1, PISCES_ACT_NONE, FALSE),

  ALL (conv2d_with_shift, 2, 5, 7, 8, 20, 2, FALSE),
  ALL (conv2d_with_shift, 3, 3, 4, 3, 5, 1, TRUE),

  F32 (attention, 1, 1, 1, 8, 1, 1, 0, TRUE),
  F32 (attention, 2, 4, 2, 40, 1, 131, 140, TRUE),
  F32 (attention, 1, 2, 1, 160, 1, 70, 0, FALSE),
  F32 (attention, 1, 4, 1, 128, 1, 300, 0, TRUE),
  F32 (attention, 2, 2, 1, 24, 37, 50, 60, TRUE),
  F32 (attention, 1, 2, 2, 72, 5, 77, 0, FALSE),
  F32 (attention, 2, 3, 3, 64, 64, 77, 0, FALSE),
  F32 (attention, 1, 1, 1, 160, 33, 33, 0, FALSE),
  F32 (attention, 1, 1, 1, 515, 2, 40, 0, TRUE),

  HALVES (attention_of_operands, 1, 1, 1, 8, 1, 1, 0, TRUE),
  HALVES (attention_of_operands, 2, 4, 2, 40, 1, 131, 140, TRUE),
  HALVES (attention_of_operands, 2, 2, 1, 24, 37, 50, 60, TRUE),
  HALVES (attention_of_operands, 1, 2, 2, 72, 65, 77, 0, FALSE),
  HALVES (attention_of_operands, 2, 3, 3, 64, 70, 77, 0, FALSE),
  HALVES (attention_of_operands, 2, 4, 2, 128, 66, 150, 160, TRUE),
  HALVES (attention_of_operands, 1, 1, 1, 512, 66, 70, 0, FALSE),

  ALL (attention_of_lengths, 4, 4, 2, 40, 1, 150, TRUE, 0),
  ALL (attention_of_lengths, 2, 2, 1, 24, 3, 90, TRUE, 0),
  ALL (attention_of_lengths, 3, 2, 2, 64, 70, 130, FALSE, 0),
  ALL (attention_of_lengths, 2, 1, 1, 512, 5, 80, FALSE, 0),
  ALL (attention_of_lengths, 2, 3, 3, 64, 40, 77, FALSE, 3),
  ALL (attention_of_lengths, 2, 4, 2, 40, 33, 71, TRUE, 1),
  ALL (attention_of_windows, 2, 2, 80, FALSE, 64, 64, 16, 64, 1, 20),
  ALL (attention_of_windows, 2, 1, 24, TRUE, 70, 3, 33),
  ALL (attention_of_windows, 1, 1, 512, FALSE, 66, 2),

  F32 (rms_norm, 1, 1, TRUE), F32 (rms_norm, 13, 40, TRUE), F32 (rms_norm, 2, 4096, FALSE),
  F32 (rms_norm_heads, 1, 1, 1, TRUE), F32 (rms_norm_heads, 5, 3, 64, TRUE),
  F32 (rms_norm_heads, 7, 9, 40, FALSE), F32 (rms_norm_heads, 2, 2, 515, TRUE),
  HALVES (rms_norm_heads_of_operands, 5, 3, 64, TRUE), HALVES (rms_norm_heads_of_operands, 2, 4, 128, TRUE),
  F32 (layer_norm, 1, 1, TRUE), F32 (layer_norm, 5, 257, TRUE), F32 (layer_norm, 3, 1152, FALSE),
  F32 (group_norm, 1, 1, 8, 4, PISCES_ACT_NONE),
  F32 (group_norm, 2, 70, 12, 3, PISCES_ACT_SILU),
  F32 (group_norm, 1, 201, 66, 33, PISCES_ACT_SILU),
  F32 (group_norm, 1, 64, 320, 32, PISCES_ACT_SILU),

  F32 (rope, 3, 8, 7, 2001, FALSE), F32 (rope, 9, 72, 1, 500, FALSE),
  F32 (rope, 2, 10, 7, 0, TRUE), F32 (rope, 4, 128, 5, 131, FALSE),
  F32 (rope, 3, 8, 7, 0, FALSE, 4), F32 (rope, 2, 80, 9, 0, FALSE, 20, 20),
  F32 (rope, 2, 128, 5, 0, FALSE, 16, 24, 24), F32 (rope, 3, 20, 6, 0, TRUE, 3, 1, 4, 2),
  HALVES (rope_of_operands, 3, 8, 7, 2001, FALSE), HALVES (rope_of_operands, 2, 10, 7, 0, TRUE),
  HALVES (rope_of_operands, 2, 128, 5, 0, FALSE, 16, 24, 24),
  ALL (rope_append, 4, 2, 128, 1, 1023), ALL (rope_append, 3, 1, 8, 5, 0),
  ALL (rope_append, 4, 2, 128, 1, 1023, 16, 24, 24), ALL (rope_append, 3, 1, 8, 5, 7, 2, 2),
  ALL (rope_append_of_sequences, 3, 1, 4, 2, 40, 50), ALL (rope_append_of_sequences, 2, 5, 2, 1, 8, 20),
  ALL (rope_append_of_sequences, 3, 1, 2, 1, 128, 50, 16, 24, 24),
  ALL (captured_step, 4, 2, 40, 6, 61, 70, 1), ALL (captured_step, 2, 1, 128, 5, 0, 0, 1),
  ALL (captured_step, 2, 1, 128, 5, 61, 70, 1, 16, 24, 24),
  ALL (captured_step, 4, 2, 40, 6, 61, 70, 3), ALL (captured_step, 2, 1, 128, 5, 0, 70, 2, 16, 24, 24),
  ALL (gather_rows, 1, 3, 1, FALSE), ALL (gather_rows, 9, 5, 33, TRUE), ALL (gather_rows, 64, 40, 1280, FALSE),
  ALL (gather, 1, 3, 1), ALL (gather, 9, 5, 33), ALL (gather, 2, 300, 1024),

  ACTIVATIONS (activate, 1, 1), ACTIVATIONS (activate, 7, 259),
  ACTIVATIONS (glu, 1, 1), ACTIVATIONS (glu, 7, 259),
  F32 (add_broadcast, 7, 3, 7, 1), F32 (add_broadcast, 12, 65, 2, 6), F32 (add_broadcast, 12, 40, 2, 3),
  F32 (add_weight, 1, 1, 1), F32 (add_weight, 12, 65, 3), F32 (add_weight, 5, 1153, 1),
  F32 (combine, 1, 1), F32 (combine, 13, 40), F32 (combine, 3, 1025),

  ALL (modulate, 1, 1, 1), ALL (modulate, 12, 65, 2), ALL (modulate, 15, 40, 3), ALL (modulate, 6, 2432, 2),
  ALL (add_gated, 1, 1, 1), ALL (add_gated, 12, 65, 2), ALL (add_gated, 15, 40, 3), ALL (add_gated, 6, 2432, 2),

  F32 (upsample, 1, 1, 1, 1), F32 (upsample, 2, 3, 5, 33),
  F32 (average_pool, 1, 2, 2, 1, 2), F32 (average_pool, 2, 6, 9, 33, 3),
  F32 (fold, 1, 2, 2, 1, 2), F32 (fold, 2, 6, 9, 5, 3), F32 (fold, 1, 8, 8, 96, 4),

  F32 (sample, 1, 7, 100, 1), F32 (sample, 1500, 0, 100, 3), F32 (sample, 5000, 30, 100, 6),
  F32 (sample, 33, 60, 100, 6), F32 (sample, 2049, 40, 90, 6), F32 (sample, 1024, 50, 70, 6)
};

const guint pisces_n_op_cases = G_N_ELEMENTS (pisces_op_cases);
