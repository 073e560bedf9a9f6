/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-describe-wishes.c: what the Describe Image window asks of the model: in
 * which language, with which words about the image, and how closely to look.  What
 * the chosen model cannot do cannot be asked for.
 */

#include <glib/gi18n-lib.h>

#include "ui/describe/pisces-describe-window-private.h"
#include "ui/describe/pisces-texts-pane.h"
#include "ui/widgets/pisces-context-field.h"

#define GROUP           "describe"      /* of the key file */
#define KEY_LOOK_CLOSER "look-closer"

/**
 * pisces_describe_window_set_abilities:
 * @abilities: (nullable): what the model that describes can do. %NULL: it is not
 *   known, and a job will say what has no effect.
 *
 * What the model cannot follow cannot be asked for, and a tooltip says why.
 */
void
pisces_describe_window_set_abilities (PiscesDescribeWindow  *window,
                                      const PiscesAbilities *abilities)
{
  const gboolean looks_closer = ! abilities || abilities->looks_closer;

  pisces_context_field_set_possible (PISCES_CONTEXT_FIELD (window->context),
                                     ! abilities || abilities->follows_context);
  gtk_widget_set_sensitive (window->look_closer, looks_closer);
  gtk_widget_set_tooltip_text (window->look_closer,
                               looks_closer ?
                               _("Look at parts of the picture too, so that small text can be "
                                 "read. This takes several times as long.") :
                               _("This model sees a picture only as a whole. Choose another one "
                                 "in Models and Memory to use this."));
}

/**
 * pisces_describe_window_make_request:
 * @image: what to describe.
 * @what: which texts are wanted.
 *
 * Returns: (transfer full): a request for texts in the language that is shown, with
 *   what the user says about the image.
 */
PiscesDescribeRequest *
pisces_describe_window_make_request (PiscesDescribeWindow *window,
                                     PiscesImage          *image,
                                     PiscesDescribeFlags   what)
{
  PiscesDescribeRequest *request  = pisces_describe_request_new (image, what);
  const gchar           *language = pisces_texts_pane_get_language (PISCES_TEXTS_PANE (window->texts));

  if (g_strcmp0 (language, PISCES_ALT_TEXT_DEFAULT) != 0)
    request->language = g_strdup (language);
  request->context     = g_strdup (pisces_context_field_get (PISCES_CONTEXT_FIELD (window->context)));
  request->look_closer = gtk_widget_get_sensitive (window->look_closer) &&
                         gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (window->look_closer));

  return request;
}

/**
 * pisces_describe_window_get_settings:
 * @settings: receives what the window remembers from one session to the next, in
 *   the group "describe".
 */
void
pisces_describe_window_get_settings (PiscesDescribeWindow *window,
                                     GKeyFile             *settings)
{
  g_key_file_set_boolean (settings, GROUP, KEY_LOOK_CLOSER,
                          gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (window->look_closer)));
}

/**
 * pisces_describe_window_set_settings:
 * @settings: what pisces_describe_window_get_settings() gave earlier.
 */
void
pisces_describe_window_set_settings (PiscesDescribeWindow *window,
                                     GKeyFile             *settings)
{
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (window->look_closer),
                                g_key_file_get_boolean (settings, GROUP, KEY_LOOK_CLOSER, NULL));
}
