/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * provenance.c: a layer remembers what it was made from, in a parasite that
 * is saved with the image (XCF): prompt, plan, seed, settings and the digest
 * of the model.  The same values, given to `plug-in-pisces-generate`, draw the
 * same pixels again.
 */

#include <string.h>

#include <json-glib/json-glib.h>
#include <libgimp/gimp.h>

#include "provenance.h"


/*  public functions  */

/**
 * pisces_provenance_attach:
 * @item:    a layer that lies in an image.
 * @picture: what was drawn in it.
 *
 * Returns: %TRUE if GIMP took the parasite.
 */
gboolean
pisces_provenance_attach (GimpItem            *item,
                          const PiscesPicture *picture)
{
  g_autofree gchar *text = pisces_provenance_write (picture);
  GimpParasite     *parasite;
  gboolean          attached;

  parasite = gimp_parasite_new (PISCES_PROVENANCE,
                                GIMP_PARASITE_PERSISTENT |
                                GIMP_PARASITE_UNDOABLE,
                                strlen (text) + 1, text);
  attached = gimp_item_attach_parasite (item, parasite);
  gimp_parasite_free (parasite);

  return attached;
}

/**
 * pisces_provenance_write:
 * @picture: a picture.
 *
 * Returns: (transfer full): a JSON object, one member a line.
 */
gchar *
pisces_provenance_write (const PiscesPicture *picture)
{
  g_autoptr (JsonBuilder)   builder   = json_builder_new ();
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  g_autoptr (JsonNode)      root      = NULL;
  const struct
  {
    const gchar *name;
    const gchar *value;
  } texts[] =
  {
    { "version",      PISCES_VERSION        },
    { "prompt",       picture->prompt       },
    { "plan",         picture->plan         },
    { "model",        picture->model_name   },
    { "model-digest", picture->model_digest },
    { "backend",      picture->backend      }
  };

  json_builder_begin_object (builder);

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      json_builder_set_member_name (builder, texts[i].name);
      json_builder_add_string_value (builder,
                                     texts[i].value ? texts[i].value : "");
    }

  json_builder_set_member_name (builder, "seed");
  json_builder_add_int_value (builder, picture->seed);
  json_builder_set_member_name (builder, "steps");
  json_builder_add_int_value (builder, picture->steps);
  json_builder_set_member_name (builder, "guidance");
  json_builder_add_double_value (builder, picture->guidance_scale);
  json_builder_set_member_name (builder, "temperature");
  json_builder_add_double_value (builder, picture->temperature);

  json_builder_end_object (builder);

  root = json_builder_get_root (builder);
  json_generator_set_root (generator, root);
  json_generator_set_pretty (generator, TRUE);

  return json_generator_to_data (generator, NULL);
}
