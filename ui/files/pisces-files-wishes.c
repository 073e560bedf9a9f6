/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-files-wishes.c: what the Describe Files window asks of the model for each
 * file, and which of it is remembered.
 */

#include <string.h>

#include "ui/files/pisces-files-window-private.h"
#include "ui/widgets/pisces-alt-texts.h"
#include "ui/widgets/pisces-context-field.h"

#define GROUP        "files"      /* of the key file */
#define KEY_KEYWORDS "keywords"

/**
 * pisces_files_window_set_abilities:
 * @abilities: (nullable): what the model that describes can do. %NULL: it is not
 *   known, and a job will say what has no effect.
 */
void
pisces_files_window_set_abilities (PiscesFilesWindow     *window,
                                   const PiscesAbilities *abilities)
{
  pisces_context_field_set_possible (PISCES_CONTEXT_FIELD (window->context),
                                     ! abilities || abilities->follows_context);
}

/**
 * pisces_files_window_make_request:
 * @image: the picture of a file.
 * @language: (nullable): which language the text is to be in; %NULL: the model's own.
 *
 * Returns: (transfer full): a request for its short text and, if the user wants them,
 *   its keywords.
 */
PiscesDescribeRequest *
pisces_files_window_make_request (PiscesFilesWindow *window,
                                  PiscesImage       *image,
                                  const gchar       *language)
{
  PiscesDescribeFlags    what    = PISCES_DESCRIBE_SHORT;
  PiscesDescribeRequest *request;

  if (gtk_toggle_button_get_active (window->find_keywords))
    what |= PISCES_DESCRIBE_KEYWORDS;

  request = pisces_describe_request_new (image, what);
  if (language && strcmp (language, PISCES_ALT_TEXT_DEFAULT) != 0)
    request->language = g_strdup (language);
  request->context = g_strdup (pisces_context_field_get (PISCES_CONTEXT_FIELD (window->context)));

  return request;
}

/**
 * pisces_files_window_get_settings:
 * @settings: receives what the window remembers from one session to the next, in the
 *   group "files".
 */
void
pisces_files_window_get_settings (PiscesFilesWindow *window,
                                  GKeyFile          *settings)
{
  g_key_file_set_boolean (settings, GROUP, KEY_KEYWORDS,
                          gtk_toggle_button_get_active (window->find_keywords));
}

/**
 * pisces_files_window_set_settings:
 * @settings: what pisces_files_window_get_settings() gave earlier.
 */
void
pisces_files_window_set_settings (PiscesFilesWindow *window,
                                  GKeyFile          *settings)
{
  gtk_toggle_button_set_active (window->find_keywords,
                                g_key_file_get_boolean (settings, GROUP, KEY_KEYWORDS, NULL));
}
