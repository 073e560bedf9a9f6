/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-picture-json.c: what a picture was made from, as a JSON object.  It
 * does not contain the pixels.  It may come from a stranger's file, so lengths
 * and numbers are limited.  Needs no display.
 */

#include <string.h>

#include <glib/gi18n-lib.h>

#include "ui/generate/pisces-picture-json.h"

/* The longest name that is read, in bytes.  */
#define NAME_BYTES_MAX   256
#define DIGEST_BYTES_MAX 128

/* The length of a SHA-256 in hexadecimal.  */
#define DIGEST_LETTERS   64

/* The longest side that is read, in pixels.  */
#define SIDE_MAX 65536

static gboolean get_text (yyjson_val   *object,
                          const gchar  *member,
                          gsize         n_bytes_max,
                          gchar       **text);

/**
 * pisces_picture_to_json:
 * @document: the document that will own the object.
 * @picture: a picture.
 *
 * Returns: (transfer none): an object of @document; missing texts are empty
 *   strings.
 */
yyjson_mut_val *
pisces_picture_to_json (yyjson_mut_doc      *document,
                        const PiscesPicture *picture)
{
  yyjson_mut_val *object = yyjson_mut_obj (document);
  const struct
  {
    const gchar *name;
    const gchar *value;
  } texts[] =
  {
    { "version",         PISCES_VERSION           },
    { "prompt",          picture->prompt          },
    { "negative-prompt", picture->negative_prompt },
    { "plan",            picture->plan            },
    { "model",           picture->model_name      },
    { "model-digest",    picture->model_digest    },
    { "backend",         picture->backend         }
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    pisces_json_add_text (document, object, texts[i].name, texts[i].value);

  yyjson_mut_obj_add_uint (document, object, "seed", picture->seed);
  yyjson_mut_obj_add_uint (document, object, "steps", picture->steps);
  if (picture->width > 0)
    {
      yyjson_mut_obj_add_uint (document, object, "width", picture->width);
      yyjson_mut_obj_add_uint (document, object, "height", picture->height);
    }
  yyjson_mut_obj_add_real (document, object, "guidance", picture->guidance_scale);
  yyjson_mut_obj_add_real (document, object, "temperature", picture->temperature);
  yyjson_mut_obj_add_uint (document, object, "references", picture->n_references);
  if (picture->strength > 0.0)
    yyjson_mut_obj_add_real (document, object, "strength", picture->strength);
  if (picture->begun_with)
    {
      pisces_json_add_text (document, object, "begun-with", picture->begun_with);
      yyjson_mut_obj_add_real (document, object, "begun-strength", picture->begun_strength);
    }

  return object;
}

/**
 * pisces_picture_to_text:
 * @picture: a picture.
 *
 * Returns: (transfer full): a JSON object, with one member on each line.
 */
gchar *
pisces_picture_to_text (const PiscesPicture *picture)
{
  g_autoptr (yyjson_mut_doc) document = yyjson_mut_doc_new (NULL);

  yyjson_mut_doc_set_root (document, pisces_picture_to_json (document, picture));

  return pisces_json_write (document, TRUE);
}

/**
 * pisces_picture_from_json:
 * @object: (nullable): what pisces_picture_to_json() made earlier, or any
 *   other JSON: files may be damaged, edited, or made by strangers.
 *
 * Returns: (transfer full) (nullable): a picture without an image; %NULL if
 *   @object does not describe a picture, or one of its texts is too long.  All
 *   its texts are valid UTF-8.
 */
PiscesPicture *
pisces_picture_from_json (yyjson_val *object)
{
  g_autoptr (PiscesPicture) picture = NULL;

  if (! pisces_json_get_text (object, "prompt"))
    return NULL;

  picture = pisces_picture_new ();

  if (! get_text (object, "prompt", PISCES_PICTURE_TEXT_BYTES_MAX,
                  &picture->prompt) ||
      ! get_text (object, "negative-prompt", PISCES_PICTURE_TEXT_BYTES_MAX,
                  &picture->negative_prompt) ||
      ! get_text (object, "plan", PISCES_PICTURE_TEXT_BYTES_MAX,
                  &picture->plan) ||
      ! get_text (object, "model", NAME_BYTES_MAX, &picture->model_name) ||
      ! get_text (object, "model-digest", DIGEST_BYTES_MAX,
                  &picture->model_digest) ||
      ! get_text (object, "backend", NAME_BYTES_MAX, &picture->backend))
    return NULL;

  picture->seed            = pisces_json_get_number (object, "seed", 0, G_MAXUINT32, 0);
  picture->steps           = pisces_json_get_number (object, "steps", 0, 1000, 0);
  picture->guidance_scale  = pisces_json_get_number (object, "guidance", -1, 50, -1);
  picture->temperature     = pisces_json_get_number (object, "temperature", -1, 5, -1);
  picture->n_references    = pisces_json_get_number (object, "references", 0, 64, 0);
  picture->strength        = pisces_json_get_number (object, "strength", 0, 1, 0);
  picture->begun_strength  = pisces_json_get_number (object, "begun-strength", 0, 1, 0);
  if (picture->begun_strength > 0.0 &&
      pisces_picture_is_digest (pisces_json_get_text (object, "begun-with")))
    picture->begun_with    = g_strdup (pisces_json_get_text (object, "begun-with"));
  picture->width           = pisces_json_get_number (object, "width", 1, SIDE_MAX, 0);
  picture->height          = pisces_json_get_number (object, "height", 1, SIDE_MAX, 0);

  /* Files of older versions do not say it.  */
  if (picture->width == 0 || picture->height == 0)
    picture->width = picture->height = 0;
  if (! *picture->negative_prompt)
    g_clear_pointer (&picture->negative_prompt, g_free);

  return g_steal_pointer (&picture);
}

/**
 * pisces_picture_from_text:
 * @text: perhaps JSON.
 * @error: set if it does not describe a picture.
 *
 * Returns: (transfer full) (nullable): a picture without an image.
 */
PiscesPicture *
pisces_picture_from_text (const gchar  *text,
                          GError      **error)
{
  g_autoptr (yyjson_doc)  document = NULL;
  g_autofree gchar       *reason   = NULL;
  PiscesPicture          *picture;

  document = pisces_json_read (text, strlen (text),
                               PISCES_PICTURE_JSON_BYTES_MAX, &reason);
  if (! document)
    {
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_FAILED,
                   _("What the picture was made from cannot be read: %s."),
                   reason);
      return NULL;
    }

  picture = pisces_picture_from_json (yyjson_doc_get_root (document));
  if (! picture)
    g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_FAILED,
                         _("What the picture was made from is damaged: there "
                           "is no prompt in it, or a text that is too long."));

  return picture;
}

/**
 * pisces_picture_make_request:
 * @picture: a picture, with or without an image.
 *
 * Returns: (transfer full): the request that draws the same bytes, with the
 *   same model and backend, if it was made without references and not drawn
 *   into another picture.  See also pisces_picture_begin_request().
 */
PiscesGenerateRequest *
pisces_picture_make_request (const PiscesPicture *picture)
{
  PiscesGenerateRequest *request;

  request = pisces_generate_request_new (picture->prompt ? picture->prompt :
                                                           "");
  request->negative_prompt = g_strdup (picture->negative_prompt);
  request->plan            = picture->plan && *picture->plan ?
                             g_strdup (picture->plan) : NULL;
  request->seed            = picture->seed;
  request->count           = 1;
  request->steps           = picture->steps;
  request->guidance_scale  = picture->guidance_scale;
  request->temperature     = picture->temperature;
  if (picture->strength == 0.0)
    {
      request->width  = picture->width;
      request->height = picture->height;
    }

  return request;
}

/**
 * pisces_picture_begin_request:
 * @picture: a picture that began with another one, and was not drawn into an image.
 * @begun_with: that one.
 * @request: from pisces_picture_make_request().
 *
 * Then @request draws the same bytes again.
 */
void
pisces_picture_begin_request (const PiscesPicture   *picture,
                              PiscesImage           *begun_with,
                              PiscesGenerateRequest *request)
{
  pisces_generate_request_vary (request, begun_with, picture->begun_strength);
  pisces_generate_request_set_begun_with (request, picture->begun_with);
}

/* Returns whether all that it was drawn from is known, though the picture that it began
 * with may be nowhere.  */
gboolean
pisces_picture_is_repeatable (const PiscesPicture *picture)
{
  return picture->n_references == 0 || picture->begun_with;
}

/**
 * pisces_picture_is_digest:
 * @text: (nullable): what a file says.
 *
 * Returns: whether it has the form of a digest.  Only then may it become the name of a
 *   file.
 */
gboolean
pisces_picture_is_digest (const gchar *text)
{
  gsize length;

  for (length = 0; text && g_ascii_isxdigit (text[length]); length++);

  return length == DIGEST_LETTERS && text[length] == '\0';
}

/* Returns FALSE if the text is longer than the limit or contains a zero byte.
 * A missing text counts as empty.
 */
static gboolean
get_text (yyjson_val   *object,
          const gchar  *member,
          gsize         n_bytes_max,
          gchar       **text)
{
  yyjson_val  *value = yyjson_obj_get (object, member);
  const gchar *found = pisces_json_get_text (object, member);

  if (yyjson_is_str (value) &&
      (! found || yyjson_get_len (value) > n_bytes_max))
    return FALSE;

  *text = g_strdup (found ? found : "");

  return TRUE;
}
