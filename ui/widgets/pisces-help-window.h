/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-help-window.h: the help of a window: what it is for, and its keys.
 * It needs neither GIMP's manual nor a browser nor the network.
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

typedef enum
{
  PISCES_HELP_GENERATE,
  PISCES_HELP_DESCRIBE,
  PISCES_HELP_FILES,
  PISCES_HELP_MODELS
} PiscesHelpTopic;

void        pisces_help_add          (GtkWindow       *window,
                                      PiscesHelpTopic  topic);
GtkWidget * pisces_help_window_open  (GtkWindow       *parent,
                                      PiscesHelpTopic  topic);

G_END_DECLS
