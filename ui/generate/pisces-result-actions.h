/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-result-actions.h: what can be done with a result: the actions that
 * buttons and menus share, and their longer functions.
 */

#pragma once

#include <gtk/gtk.h>

#include "ui/generate/pisces-picture-file.h"

G_BEGIN_DECLS

typedef struct _PiscesResultPane PiscesResultPane;

/* The toggle that keeps prompts out of files.  The procedures of GIMP read it
 * from the group "generate" of the settings.
 */
#define PISCES_KEEP_PROMPTS_OUT "keep-prompts-out"

/* The toggle that marks files and images as made by a model.  It is read in
 * the same way.
 */
#define PISCES_MARK_AS_AI       "mark-as-ai"

/**
 * PiscesResultAction:
 * @name: its name in the group, without a prefix.
 * @activate: (nullable): what it does; a toggle calls it after its state has
 *   changed.
 * @is_toggle: whether it can be switched on and off.
 * @begins_on: whether it is on until the user switches it off.
 */
typedef struct
{
  const gchar  *name;
  void       (* activate) (PiscesResultPane *pane);
  gboolean      is_toggle;
  gboolean      begins_on;
} PiscesResultAction;

GSimpleActionGroup    * pisces_result_actions_new
                                          (const PiscesResultAction *actions,
                                           guint                     n_actions,
                                           PiscesResultPane         *pane);
void                    pisces_result_actions_update
                                          (GSimpleActionGroup       *group,
                                           PiscesPicture            *picture,
                                           PiscesPicture            *second,
                                           gboolean                  has_before,
                                           gboolean                  has_target,
                                           gboolean                  replaceable);
PiscesPictureFileFlags  pisces_result_actions_get_file_flags
                                          (GSimpleActionGroup       *group);
gboolean                pisces_result_actions_is_checking
                                          (GSimpleActionGroup       *group);
gboolean                pisces_result_actions_is_on
                                          (GSimpleActionGroup       *group,
                                           const gchar              *name);

void                    pisces_result_actions_show_details
                                          (PiscesPicture            *picture,
                                           gboolean                  is_draft,
                                           const gchar              *none,
                                           GtkWidget                *label);
void                    pisces_result_actions_pop_up
                                          (GMenuModel               *model,
                                           GtkWidget                *parent,
                                           GtkWidget                *place,
                                           GdkEvent                 *event);

void    pisces_result_actions_set_limits   (GtkWidget *widget,
                                            GtkWidget *vary,
                                            const gchar *vary_refusal,
                                            gboolean   takes_references,
                                            gboolean   has_score);
void    pisces_result_actions_get_settings (GtkWidget *widget,
                                            GKeyFile  *settings);
void    pisces_result_actions_set_settings (GtkWidget *widget,
                                            GKeyFile  *settings);

G_END_DECLS
