/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-picture-json.c: what a picture was made from, as a JSON object.  The
 * pixels are not in it.  No display is needed.
 */

#include <glib/gi18n-lib.h>

#include "ui/pisces-picture-json.h"

static gchar   * get_text   (JsonObject  *object,
                             const gchar *member);
static gdouble   get_number (JsonObject  *object,
                             const gchar *member,
                             gdouble      smallest,
                             gdouble      largest,
                             gdouble      otherwise);

/**
 * pisces_picture_to_json:
 * @picture: a picture.
 *
 * Returns: (transfer full): an object; texts that there are none of are empty.
 */
JsonNode *
pisces_picture_to_json (const PiscesPicture *picture)
{
  JsonObject *object = json_object_new ();
  JsonNode   *node   = json_node_new (JSON_NODE_OBJECT);
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
    json_object_set_string_member (object, texts[i].name,
                                   texts[i].value ? texts[i].value : "");

  json_object_set_int_member (object, "seed", picture->seed);
  json_object_set_int_member (object, "steps", picture->steps);
  json_object_set_double_member (object, "guidance", picture->guidance_scale);
  json_object_set_double_member (object, "temperature", picture->temperature);
  json_object_set_int_member (object, "references", picture->n_references);

  json_node_take_object (node, object);

  return node;
}

/**
 * pisces_picture_to_text:
 * @picture: a picture.
 *
 * Returns: (transfer full): a JSON object, one member a line.
 */
gchar *
pisces_picture_to_text (const PiscesPicture *picture)
{
  g_autoptr (JsonNode) node = pisces_picture_to_json (picture);

  return json_to_string (node, TRUE);
}

/**
 * pisces_picture_from_json:
 * @node: what pisces_picture_to_json() gave once, or anything else: files are
 *   edited and damaged.
 *
 * Returns: (transfer full) (nullable): a picture without an image; %NULL where
 *   @node is not of one.
 */
PiscesPicture *
pisces_picture_from_json (JsonNode *node)
{
  PiscesPicture *picture;
  JsonObject    *object;
  JsonNode      *prompt;

  if (! node || ! JSON_NODE_HOLDS_OBJECT (node))
    return NULL;

  object = json_node_get_object (node);
  prompt = json_object_get_member (object, "prompt");
  if (! prompt || ! JSON_NODE_HOLDS_VALUE (prompt) ||
      json_node_get_value_type (prompt) != G_TYPE_STRING)
    return NULL;

  picture = pisces_picture_new ();

  picture->prompt          = get_text (object, "prompt");
  picture->negative_prompt = get_text (object, "negative-prompt");
  picture->plan            = get_text (object, "plan");
  picture->model_name      = get_text (object, "model");
  picture->model_digest    = get_text (object, "model-digest");
  picture->backend         = get_text (object, "backend");
  picture->seed            = get_number (object, "seed", 0, G_MAXUINT32, 0);
  picture->steps           = get_number (object, "steps", 0, 1000, 0);
  picture->guidance_scale  = get_number (object, "guidance", -1, 50, -1);
  picture->temperature     = get_number (object, "temperature", -1, 5, -1);
  picture->n_references    = get_number (object, "references", 0, 64, 0);

  if (picture->negative_prompt && ! *picture->negative_prompt)
    g_clear_pointer (&picture->negative_prompt, g_free);

  return picture;
}

/**
 * pisces_picture_from_text:
 * @text: JSON, perhaps.
 * @error: set where it is not that of a picture.
 *
 * Returns: (transfer full) (nullable): a picture without an image.
 */
PiscesPicture *
pisces_picture_from_text (const gchar  *text,
                          GError      **error)
{
  g_autoptr (JsonNode)  node    = json_from_string (text, error);
  PiscesPicture        *picture = NULL;

  if (node)
    picture = pisces_picture_from_json (node);

  if (! picture && (! error || ! *error))
    g_set_error_literal (error, PISCES_ERROR, PISCES_ERROR_FAILED,
                         _("What the picture was made from is damaged: there "
                           "is no prompt in it."));

  return picture;
}

/**
 * pisces_picture_make_request:
 * @picture: a picture, with or without an image.
 *
 * Returns: (transfer full): the request that draws the same bytes, with the
 *   same model and backend, if it was made without references.
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

  return request;
}

static gchar *
get_text (JsonObject  *object,
          const gchar *member)
{
  JsonNode *node = json_object_get_member (object, member);

  if (! node || ! JSON_NODE_HOLDS_VALUE (node) ||
      json_node_get_value_type (node) != G_TYPE_STRING)
    return g_strdup ("");

  return g_strdup (json_node_get_string (node));
}

static gdouble
get_number (JsonObject  *object,
            const gchar *member,
            gdouble      smallest,
            gdouble      largest,
            gdouble      otherwise)
{
  JsonNode *node = json_object_get_member (object, member);
  gdouble   number;

  if (! node || ! JSON_NODE_HOLDS_VALUE (node) ||
      (json_node_get_value_type (node) != G_TYPE_INT64 &&
       json_node_get_value_type (node) != G_TYPE_DOUBLE))
    return otherwise;

  number = json_node_get_double (node);

  return number >= smallest && number <= largest ? number : otherwise;
}
