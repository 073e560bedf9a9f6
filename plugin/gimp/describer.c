/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * describer.c: stores with an image, in a parasite that is saved with it (XCF),
 * which model wrote the descriptions in its metadata, as provenance.c stores with
 * a layer which model drew it.  It has no words of the texts.
 */

#include <string.h>

#include "ui/widgets/pisces-json.h"

#include "plugin/gimp/describer.h"


/**
 * pisces_describer_new:
 * @model_name: the model that wrote the texts that an image is given.
 * @model_digest: its digest.
 * @backend: what it ran on.
 *
 * Returns: (transfer full): a parasite for the image, which is undone together
 *   with the texts.
 */
GimpParasite *
pisces_describer_new (const gchar *model_name,
                      const gchar *model_digest,
                      const gchar *backend)
{
  g_autoptr (yyjson_mut_doc)  document = yyjson_mut_doc_new (NULL);
  yyjson_mut_val             *object   = yyjson_mut_obj (document);
  g_autofree gchar           *text     = NULL;

  pisces_json_add_text (document, object, "model", model_name);
  pisces_json_add_text (document, object, "model-digest", model_digest);
  pisces_json_add_text (document, object, "backend", backend);
  yyjson_mut_doc_set_root (document, object);
  text = pisces_json_write (document, FALSE);

  return gimp_parasite_new (PISCES_DESCRIBER,
                            GIMP_PARASITE_PERSISTENT | GIMP_PARASITE_UNDOABLE,
                            strlen (text) + 1, text);
}
