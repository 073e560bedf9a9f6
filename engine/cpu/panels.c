/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * panels.c: finds where the panels of a weight lie and how wide they are.  cpu.h
 * describes what is in them.
 */

#include "engine/cpu/cpu.h"


/**
 * pisces_cpu_panel_width:
 * @panel: its number.
 *
 * Returns: the number of outputs in the panel: 64, or fewer in the last panel.
 */
gint64
pisces_cpu_panel_width (const PiscesCpuWeight *weight,
                        gint64                 panel)
{
  const gint64 left = weight->n_out - panel * PISCES_PANEL;

  /* A last panel that is not full exists in float32 only.  The models that are
   * held in bfloat16 have sizes that are multiples of 64 anyway, and oneDNN needs
   * whole panels.  */
  if (weight->bf16 || left >= PISCES_PANEL)
    return PISCES_PANEL;
  return (left + PISCES_PANEL_STEP - 1) / PISCES_PANEL_STEP * PISCES_PANEL_STEP;
}

/**
 * pisces_cpu_weight_panel:
 * @panel: its number.
 * @width: (out): the width of the panel, as pisces_cpu_panel_width() returns it.
 *
 * Returns: the panel, `[n_taps][n_in][width]` in float32 or
 *   `[n_taps][n_in / 2][width][2]` in bfloat16.  The weight owns it.
 */
const guint8 *
pisces_cpu_weight_panel (const PiscesCpuWeight *weight,
                         gint64                 panel,
                         gint64                *width)
{
  *width = pisces_cpu_panel_width (weight, panel);
  return (const guint8 *) weight->data +
         panel * PISCES_PANEL * weight->n_in * weight->n_taps *
         (weight->bf16 ? 2 : 4);
}
