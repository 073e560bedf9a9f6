/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * check-ops-cases.h: functions that run one op in one shape.  A comment before
 * each function says what the numbers mean.  Only for check-ops-table.c.
 */

#pragma once

#include "engine/backend/check-ops.h"

G_BEGIN_DECLS

void pisces_op_run_linear                   (PiscesOpRun *run, const gint *n);
void pisces_op_run_linear_of_operands       (PiscesOpRun *run, const gint *n);
void pisces_op_run_operands                 (PiscesOpRun *run, const gint *n);
void pisces_op_run_fused_linear             (PiscesOpRun *run, const gint *n);
void pisces_op_run_fused_linear_of_operands (PiscesOpRun *run, const gint *n);
void pisces_op_run_conv2d                   (PiscesOpRun *run, const gint *n);
void pisces_op_run_conv2d_with_shift        (PiscesOpRun *run, const gint *n);
void pisces_op_run_attention                (PiscesOpRun *run, const gint *n);
void pisces_op_run_attention_of_operands    (PiscesOpRun *run, const gint *n);
void pisces_op_run_attention_of_lengths     (PiscesOpRun *run, const gint *n);
void pisces_op_run_attention_of_windows     (PiscesOpRun *run, const gint *n);
void pisces_op_run_rms_norm                 (PiscesOpRun *run, const gint *n);
void pisces_op_run_rms_norm_heads           (PiscesOpRun *run, const gint *n);
void pisces_op_run_rms_norm_heads_of_operands
                                            (PiscesOpRun *run, const gint *n);
void pisces_op_run_layer_norm               (PiscesOpRun *run, const gint *n);
void pisces_op_run_group_norm               (PiscesOpRun *run, const gint *n);
void pisces_op_run_copy                     (PiscesOpRun *run, const gint *n);
void pisces_op_run_rope                     (PiscesOpRun *run, const gint *n);
void pisces_op_run_rope_of_operands         (PiscesOpRun *run, const gint *n);
void pisces_op_run_rope_append              (PiscesOpRun *run, const gint *n);
void pisces_op_run_rope_append_of_sequences (PiscesOpRun *run, const gint *n);
void pisces_op_run_captured_step            (PiscesOpRun *run, const gint *n);
void pisces_op_run_gather                   (PiscesOpRun *run, const gint *n);
void pisces_op_run_gather_rows              (PiscesOpRun *run, const gint *n);
void pisces_op_run_activate                 (PiscesOpRun *run, const gint *n);
void pisces_op_run_glu                      (PiscesOpRun *run, const gint *n);
void pisces_op_run_add_broadcast            (PiscesOpRun *run, const gint *n);
void pisces_op_run_add_weight               (PiscesOpRun *run, const gint *n);
void pisces_op_run_combine                  (PiscesOpRun *run, const gint *n);
void pisces_op_run_modulate                 (PiscesOpRun *run, const gint *n);
void pisces_op_run_add_gated                (PiscesOpRun *run, const gint *n);
void pisces_op_run_upsample                 (PiscesOpRun *run, const gint *n);
void pisces_op_run_average_pool             (PiscesOpRun *run, const gint *n);
void pisces_op_run_fold                     (PiscesOpRun *run, const gint *n);
void pisces_op_run_sample                   (PiscesOpRun *run, const gint *n);

G_END_DECLS
