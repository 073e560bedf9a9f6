/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-styles.h: named templates for prompts, "{prompt} on a transparent
 * background", in a key file of the user's.  Needs no display.
 *
 * Signals: "changed" (styles, user_data).
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define PISCES_STYLE_PLACE "{prompt}"

#define PISCES_TYPE_STYLES (pisces_styles_get_type ())
G_DECLARE_FINAL_TYPE (PiscesStyles, pisces_styles, PISCES, STYLES, GObject)

PiscesStyles * pisces_styles_new            (const gchar   *path);
gchar        * pisces_styles_get_path       (void);
gboolean       pisces_styles_load           (PiscesStyles  *styles,
                                             GError       **error);

guint          pisces_styles_get_n          (PiscesStyles  *styles);
const gchar  * pisces_styles_get_name       (PiscesStyles  *styles,
                                             guint          index);
const gchar  * pisces_styles_get_template   (PiscesStyles  *styles,
                                             guint          index);
gint           pisces_styles_find           (PiscesStyles  *styles,
                                             const gchar   *name);

gboolean       pisces_styles_check          (const gchar   *name,
                                             const gchar   *pattern,
                                             GError       **error);
gboolean       pisces_styles_put            (PiscesStyles  *styles,
                                             const gchar   *old_name,
                                             const gchar   *name,
                                             const gchar   *pattern,
                                             GError       **error);
gboolean       pisces_styles_remove         (PiscesStyles  *styles,
                                             const gchar   *name,
                                             GError       **error);
gboolean       pisces_styles_reset          (PiscesStyles  *styles,
                                             GError       **error);

gchar        * pisces_style_apply           (const gchar   *pattern,
                                             const gchar   *prompt);
gchar        * pisces_style_take_off        (const gchar   *pattern,
                                             const gchar   *text);

G_END_DECLS
