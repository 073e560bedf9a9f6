/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * qwen-windows.c: see qwen-windows.h.  The same order as that of `get_window_index`
 * and `rot_pos_emb` in transformers' Qwen2_5_VisionTransformerPretrainedModel.
 */

#include "engine/networks/qwen-windows.h"

static void add_window (PiscesQwenWindows *windows,
                        gint               across,
                        gint               merge_size,
                        gint               top,
                        gint               left,
                        gint               bottom,
                        gint               right);

/**
 * pisces_qwen_windows_new:
 * @n_rows: of patches, whole units.
 * @n_columns: the same.
 * @merge_size: patches along the side of a unit.
 * @window_size: units along the side of a window.  Windows at the right and at the
 *   bottom may be smaller.
 *
 * Returns: (transfer full): the order.
 */
PiscesQwenWindows *
pisces_qwen_windows_new (gint n_rows,
                         gint n_columns,
                         gint merge_size,
                         gint window_size)
{
  PiscesQwenWindows *windows = g_new0 (PiscesQwenWindows, 1);
  const gint         down    = n_rows / merge_size;
  const gint         across  = n_columns / merge_size;
  const gint         most    = ((down + window_size - 1) / window_size) *
                               ((across + window_size - 1) / window_size);

  windows->starts    = g_new0 (gint64, most + 1);
  windows->patches   = g_new (gint32, n_rows * n_columns);
  windows->places    = g_new (gint32, down * across);
  windows->positions = g_new (gfloat, 2 * n_rows * n_columns);

  for (gint top = 0; top < down; top += window_size)
    for (gint left = 0; left < across; left += window_size)
      {
        add_window (windows, across, merge_size, top, left,
                    MIN (top + window_size, down), MIN (left + window_size, across));
        windows->starts[++windows->n_windows] = windows->n_patches;
      }

  return windows;
}

void
pisces_qwen_windows_free (PiscesQwenWindows *windows)
{
  if (! windows)
    return;

  g_free (windows->starts);
  g_free (windows->patches);
  g_free (windows->places);
  g_free (windows->positions);
  g_free (windows);
}


/*  private functions  */

/* The patches of a unit stay together, so that they can be merged.  */
static void
add_window (PiscesQwenWindows *windows,
            gint               across,
            gint               merge_size,
            gint               top,
            gint               left,
            gint               bottom,
            gint               right)
{
  const gint n = merge_size * merge_size;

  for (gint y = top; y < bottom; y++)
    for (gint x = left; x < right; x++)
      {
        const gint unit = y * across + x;

        windows->places[unit] = windows->n_units++;
        for (gint i = 0; i < n; i++)
          {
            const gint place = windows->n_patches++;

            windows->patches[place]           = unit * n + i;
            windows->positions[2 * place]     = y * merge_size + i / merge_size;
            windows->positions[2 * place + 1] = x * merge_size + i % merge_size;
          }
      }
}
