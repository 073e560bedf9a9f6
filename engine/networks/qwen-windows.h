/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * qwen-windows.h: the order in which Qwen2.5-VL's vision encoder sees the patches of
 * a picture: window by window.  Only for qwen-vit.c.
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A unit is a square of patches that becomes one row of a text.  */
typedef struct
{
  gint    n_patches;
  gint    n_units;
  gint    n_windows;
  gint64 *starts;           /* [n_windows + 1]: the first patch of each window      */
  gint32 *patches;          /* [n_patches]: which patch is at each place            */
  gint32 *places;           /* [n_units]: at which place each unit is               */
  gfloat *positions;        /* [n_patches, 2]: row and column of the patch at each
                             * place, in the picture                                */
} PiscesQwenWindows;

PiscesQwenWindows * pisces_qwen_windows_new  (gint               n_rows,
                                              gint               n_columns,
                                              gint               merge_size,
                                              gint               window_size);
void                pisces_qwen_windows_free (PiscesQwenWindows *windows);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PiscesQwenWindows, pisces_qwen_windows_free)

G_END_DECLS
