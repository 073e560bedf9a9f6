/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * alt-text.c: reads and writes alternative texts and keywords in the metadata that
 * GIMP keeps for an image, stores in XCF, and exports.
 * engine/metadata/text-fields.c knows which fields are used, and
 * metadata-fields.c how GIMP passes them on without damage; this file deals
 * with the image.
 */

#include <libgimp/gimp.h>
#include <glib/gi18n-lib.h>

#include "engine/metadata/file-texts.h"
#include "engine/metadata/keywords.h"
#include "engine/pisces.h"

#include "plugin/gimp/alt-text.h"
#include "plugin/gimp/metadata-fields.h"
#include "plugin/gimp/undo-group.h"

/* How many texts of one field are supported.  */
#define TEXTS_MAX 400

static gboolean           alt_text_check_number (const PiscesTextFields *fields,
                                                 GError                **error);
static PiscesTextFields * alt_text_get_old      (GimpImage              *image,
                                                 GError                **error);
static PiscesTextFields * alt_text_get_fields   (GimpImage              *image,
                                                 PiscesTextFields      **old,
                                                 GError                **error);
static void               alt_text_mend         (PiscesTextFields       *fields,
                                                 const PiscesTextFields *whole);
static gboolean           alt_text_give_back    (GimpImage              *image,
                                                 const PiscesTextFields *old,
                                                 const PiscesTextFields *fields,
                                                 const GimpParasite     *note,
                                                 GError                **error);


/*  public functions  */

/**
 * pisces_alt_text_check_language:
 * @language: a BCP 47 tag.
 * @error: set if an image cannot have a text in it.
 *
 * exiv2, which GIMP uses for metadata, refuses language tags of more than two
 * parts.
 *
 * Returns: %TRUE if an image can have a text in @language.
 */
gboolean
pisces_alt_text_check_language (const gchar  *language,
                                GError      **error)
{
  const gchar *dash = strchr (language, '-');

  if (! dash || ! strchr (dash + 1, '-'))
    return TRUE;

  g_set_error (error, PISCES_ERROR, PISCES_ERROR_INVALID_REQUEST,
               _("GIMP cannot keep a text in the language “%s”, only in languages of "
                 "one or two parts, such as “zh” or “zh-TW”."), language);
  return FALSE;
}

/**
 * pisces_alt_text_write:
 * @image: an image.
 * @texts: (element-type PiscesAltText): the new texts of one or more
 *   languages.  An empty text removes the one in the image; languages that are
 *   not in the list stay as they are.
 * @added: (nullable): keywords that the image should have.
 * @removed: (nullable): keywords that a person took away; all others stay.
 * @note: (nullable): a parasite that the image gets with them.
 * @error: set if GIMP cannot keep the texts; the image is then unchanged.
 *
 * One undo step.
 *
 * Returns: %TRUE if the image has the texts now.
 */
gboolean
pisces_alt_text_write (GimpImage            *image,
                       GPtrArray            *texts,
                       const gchar * const  *added,
                       const gchar * const  *removed,
                       const GimpParasite   *note,
                       GError              **error)
{
  static const gchar * const   none[] = { NULL };
  g_autoptr (PiscesTextFields) old    = NULL;
  g_autoptr (PiscesTextFields) fields = NULL;

  for (guint i = 0; i < texts->len; i++)
    if (! pisces_alt_text_check_language (((PiscesAltText *) texts->pdata[i])->language,
                                          error))
      return FALSE;

  fields = alt_text_get_fields (image, &old, error);
  if (! fields)
    return FALSE;

  for (guint i = 0; i < texts->len; i++)
    {
      const PiscesAltText *text = texts->pdata[i];

      pisces_text_fields_write (fields, text->language,
                                text->short_text, text->long_text);
    }
  pisces_text_fields_change_keywords (fields, added ? added : none, removed ? removed : none);

  return alt_text_give_back (image, old, fields, note, error);
}

/**
 * pisces_alt_text_read:
 * @image: an image.
 * @decorative: (out) (optional): whether it is marked as decoration.
 * @keywords: (out) (optional) (transfer full): its keywords.
 *
 * Returns: (transfer full) (element-type PiscesAltText): its texts, one entry
 *   for each language; empty if its metadata cannot be read.
 */
GPtrArray *
pisces_alt_text_read (GimpImage   *image,
                      gboolean    *decorative,
                      gchar     ***keywords)
{
  g_autoptr (PiscesTextFields)  old       = NULL;
  g_autoptr (PiscesTextFields)  fields    = NULL;
  g_autoptr (GError)            error     = NULL;
  g_auto (GStrv)                languages = NULL;
  GPtrArray                    *texts     = pisces_alt_texts_new ();

  if (decorative)
    *decorative = FALSE;
  if (keywords)
    *keywords = g_new0 (gchar *, 1);

  fields = alt_text_get_fields (image, &old, &error);
  if (! fields)
    {
      g_message ("%s", error->message);
      return texts;
    }

  languages = pisces_text_fields_list_languages (fields);
  for (guint i = 0; languages[i]; i++)
    pisces_alt_texts_add (texts, languages[i],
                          pisces_text_fields_get (fields, PISCES_FIELD_SHORT,
                                                  languages[i]),
                          pisces_text_fields_get (fields, PISCES_FIELD_LONG,
                                                  languages[i]));

  if (decorative)
    *decorative = fields->decorative;
  if (keywords)
    {
      g_strfreev (*keywords);
      *keywords = g_strdupv ((gchar **) pisces_text_fields_get_keywords (fields));
    }

  return texts;
}

/**
 * pisces_alt_text_set_decorative:
 * @image: an image.
 * @decorative: %TRUE removes its texts in all languages.
 * @error: set if GIMP cannot keep it; the image is then unchanged.
 *
 * One undo step.
 *
 * Returns: %TRUE on success.
 */
gboolean
pisces_alt_text_set_decorative (GimpImage  *image,
                                gboolean    decorative,
                                GError    **error)
{
  g_autoptr (PiscesTextFields) old    = NULL;
  g_autoptr (PiscesTextFields) fields = NULL;

  fields = alt_text_get_fields (image, &old, error);
  if (! fields)
    return FALSE;

  pisces_text_fields_set_decorative (fields, decorative);

  return alt_text_give_back (image, old, fields, NULL, error);
}


/*  private functions  */

/* For each field, GIMP and gexiv2 take a time that grows with the third power
 * of the number of its texts: 0.4 s for 500 and 7 s for 2000, each time they
 * pass the field on (GIMP 3.0.4).
 */
static gboolean
alt_text_check_number (const PiscesTextFields  *fields,
                       GError                 **error)
{
  for (guint i = 0; i < PISCES_N_FIELDS; i++)
    if (fields->texts[i]->len > TEXTS_MAX)
      {
        g_set_error (error, PISCES_ERROR, PISCES_ERROR_FAILED,
                     g_dngettext (GETTEXT_PACKAGE,
                                  "This image has texts in more than %d "
                                  "language, which GIMP would take minutes to "
                                  "handle, so none of them is shown or changed "
                                  "here.",
                                  "This image has texts in more than %d "
                                  "languages, which GIMP would take minutes to "
                                  "handle, so none of them is shown or changed "
                                  "here.", TEXTS_MAX), TEXTS_MAX);
        return FALSE;
      }

  return TRUE;
}

/* Returns the texts that the image's metadata has.  */
static PiscesTextFields *
alt_text_get_old (GimpImage  *image,
                  GError    **error)
{
  g_autoptr (GimpMetadata)  copy   = gimp_image_get_metadata (image);
  PiscesTextFields         *fields;

  if (! copy)
    copy = gimp_metadata_new ();

  fields = pisces_metadata_take_fields (GEXIV2_METADATA (copy), error);
  if (fields && ! alt_text_check_number (fields, error))
    g_clear_pointer (&fields, pisces_text_fields_free);

  return fields;
}

/* Returns the texts that the image's metadata has, after undoing GIMP's
 * damage.  */
static PiscesTextFields *
alt_text_get_fields (GimpImage         *image,
                     PiscesTextFields **old,
                     GError           **error)
{
  g_autoptr (GFile)            file   = NULL;
  g_autofree gchar            *path   = NULL;
  g_autoptr (PiscesTextFields) whole  = NULL;
  PiscesTextFields            *fields;

  file = gimp_image_get_imported_file (image);
  if (! file)
    file = gimp_image_get_file (image);
  path  = file ? g_file_get_path (file) : NULL;
  whole = path ? pisces_file_texts_read_fields (path, NULL) : NULL;

  if (whole && ! alt_text_check_number (whole, error))
    return NULL;

  *old = alt_text_get_old (image, error);
  if (! *old)
    return NULL;

  fields = pisces_text_fields_copy (*old);
  if (whole)
    alt_text_mend (fields, whole);

  return fields;
}

/* GIMP cuts texts at commas when it opens a file; see metadata-fields.c.  If a
 * field still has exactly what GIMP makes of the file's texts, it is replaced
 * with the texts of the file.
 */
static void
alt_text_mend (PiscesTextFields       *fields,
               const PiscesTextFields *whole)
{
  g_autoptr (PiscesTextFields) cut  = NULL;
  g_autoptr (GimpMetadata)     read = gimp_metadata_new ();
  g_autoptr (GimpMetadata)     once = NULL;

  if (! pisces_metadata_set_cut (GEXIV2_METADATA (read), whole))
    return;

  /* Passes the metadata to GIMP and back.  */
  once = gimp_metadata_duplicate (read);
  cut  = pisces_metadata_take_fields (GEXIV2_METADATA (once), NULL);

  for (guint i = 0; cut && i < PISCES_N_FIELDS; i++)
    if (pisces_lang_texts_equal (fields->texts[i], cut->texts[i]) &&
        ! pisces_lang_texts_equal (cut->texts[i], whole->texts[i]))
      {
        g_ptr_array_unref (fields->texts[i]);
        fields->texts[i] = pisces_lang_texts_copy (whole->texts[i]);
      }
}

/* GIMP passes metadata on as XML, and silently loses what it cannot write in
 * it; metadata-fields.c describes one such case.  So the same conversion is
 * tried here on a copy, and the result is checked.
 */
static gboolean
alt_text_give_back (GimpImage               *image,
                    const PiscesTextFields  *old,
                    const PiscesTextFields  *fields,
                    const GimpParasite      *note,
                    GError                 **error)
{
  g_autoptr (GimpMetadata)     metadata = gimp_image_get_metadata (image);
  g_autoptr (GimpMetadata)     copy     = NULL;
  g_autoptr (PiscesTextFields) kept     = NULL;
  gboolean                     whole    = TRUE;
  gboolean                     taken;

  if (! metadata)
    metadata = gimp_metadata_new ();

  if (! pisces_metadata_set_fields (GEXIV2_METADATA (metadata), old, fields,
                                    error))
    return FALSE;

  copy = gimp_metadata_duplicate (metadata);
  kept = pisces_metadata_take_fields (GEXIV2_METADATA (copy), error);
  if (! kept)
    return FALSE;

  for (guint i = 0; i < PISCES_N_FIELDS; i++)
    whole = whole && pisces_lang_texts_equal (fields->texts[i], kept->texts[i]);

  /* GIMP may have cut others at a comma long ago.  */
  for (guint i = 0; fields->keywords[i]; i++)
    whole = whole && (pisces_keywords_contain ((const gchar **) kept->keywords,
                                               fields->keywords[i]) ||
                      pisces_keywords_contain ((const gchar **) old->keywords,
                                               fields->keywords[i]));
  if (! whole)
    {
      g_set_error (error, PISCES_ERROR, PISCES_ERROR_FAILED,
                   _("GIMP cannot keep this text whole, so nothing was "
                     "saved. Remove unusual characters from it and try "
                     "again."));
      return FALSE;
    }

  pisces_undo_group_start (image);
  taken = gimp_image_set_metadata (image, metadata);
  if (! taken)
    g_set_error (error, PISCES_ERROR, PISCES_ERROR_FAILED,
                 _("GIMP did not take the image's metadata: %s"),
                 gimp_pdb_get_last_error (gimp_get_pdb ()));
  else if (note)
    gimp_image_attach_parasite (image, note);
  pisces_undo_group_end (image);

  return taken;
}
