/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-ui.h: what all widgets of this folder need before their first
 * template is read.
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define PISCES_UI_PATH "/pisces/ui/"

void      pisces_ui_ensure_resources (void);

void      pisces_ui_set_name         (GtkWidget     *widget,
                                      const gchar   *name);
void      pisces_ui_name_combo       (GtkWidget     *combo,
                                      const gchar   *name);
void      pisces_ui_explain          (GtkWidget     *widget,
                                      const gchar   *why);
void      pisces_ui_set_usable       (GtkWidget     *widget,
                                      gboolean       usable,
                                      const gchar   *why);
void      pisces_ui_empty            (GtkContainer  *container);
gchar   * pisces_ui_get_text         (GtkTextBuffer *buffer);
void      pisces_ui_put_text         (GtkTextBuffer *buffer,
                                      const gchar   *text);

gboolean  pisces_ui_is_key           (const GdkEventKey *event,
                                      guint          keyval,
                                      GdkModifierType modifiers);

void      pisces_ui_get_geometry     (GtkWindow     *window,
                                      GtkPaned      *paned,
                                      GKeyFile      *settings,
                                      const gchar   *group);
void      pisces_ui_set_geometry     (GtkWindow     *window,
                                      GtkPaned      *paned,
                                      GKeyFile      *settings,
                                      const gchar   *group);
void      pisces_ui_load_toggle      (GKeyFile      *settings,
                                      const gchar   *group,
                                      const gchar   *key,
                                      GtkWidget     *toggle);
void      pisces_ui_load_number      (GKeyFile      *settings,
                                      const gchar   *group,
                                      const gchar   *key,
                                      GtkWidget     *spin);

G_END_DECLS
