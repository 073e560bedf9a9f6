/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-styles.c: named templates for prompts.  Some are built in; the first
 * change by the user writes all of them to a key file, which is used from then
 * on.  The file is read again before every change, because another GIMP may
 * write to it too.
 *
 * Longer than 500 lines, as the list, its file and the built-in styles have to
 * be kept consistent.
 */

#include <string.h>

#include <glib/gi18n-lib.h>

#include "ui/generate/pisces-prompt-history.h"
#include "ui/generate/pisces-styles.h"
#include "ui/widgets/pisces-user-file.h"

typedef struct
{
  gchar *name;
  gchar *pattern;
} Style;

struct _PiscesStyles
{
  GObject    parent_instance;

  gchar     *path;     /* NULL if it is kept in memory only */
  GPtrArray *styles;   /* Style                      */
};

/* The words are not translated, because models were trained on them in
 * English.  The first two suit nano, the built-in model.
 */
static const Style shipped[] =
{
  { (gchar *) N_("Sticker"),
    (gchar *) "{prompt} on a transparent background" },
  { (gchar *) N_("On white"),
    (gchar *) "{prompt} on a white background" },
  { (gchar *) N_("Flat icon"),
    (gchar *) "{prompt}, flat icon, simple shapes, white background" },
  { (gchar *) N_("Photograph"),
    (gchar *) "a photograph of {prompt}, natural light, sharp focus" },
  { (gchar *) N_("Watercolour"),
    (gchar *) "a watercolor painting of {prompt}, soft edges, paper texture" },
  { (gchar *) N_("Pencil drawing"),
    (gchar *) "a pencil drawing of {prompt}, fine lines, white paper" },
  { (gchar *) N_("Seamless pattern"),
    (gchar *) "a seamless pattern of {prompt}, evenly spaced" },
};

static void       pisces_styles_finalize (GObject       *object);
static void       style_free             (gpointer       data);
static void       append                 (GPtrArray     *styles,
                                          const gchar   *name,
                                          const gchar   *pattern);
static void       fill_with_shipped      (PiscesStyles  *styles);
static gboolean   read_again             (PiscesStyles  *styles,
                                          GError       **problem);
static gboolean   parse                  (const gchar   *contents,
                                          gsize          length,
                                          GPtrArray     *list);
static gboolean   finish                 (PiscesStyles  *styles,
                                          gboolean       may_write,
                                          GError        *problem,
                                          GError       **error);
static gboolean   styles_save            (PiscesStyles  *styles,
                                          GError       **error);

static guint changed;

G_DEFINE_FINAL_TYPE (PiscesStyles, pisces_styles, G_TYPE_OBJECT)

static void
pisces_styles_class_init (PiscesStylesClass *class)
{
  G_OBJECT_CLASS (class)->finalize = pisces_styles_finalize;

  changed =
    g_signal_new ("changed", G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
pisces_styles_init (PiscesStyles *styles)
{
  styles->styles = g_ptr_array_new_with_free_func (style_free);
  fill_with_shipped (styles);
}

/**
 * pisces_styles_new:
 * @path: (nullable): its file, which need not exist; it is not read yet.
 *   %NULL: keep them in memory only.
 *
 * Returns: (transfer full): the built-in styles.
 */
PiscesStyles *
pisces_styles_new (const gchar *path)
{
  PiscesStyles *styles = g_object_new (PISCES_TYPE_STYLES, NULL);

  styles->path = g_strdup (path);

  return styles;
}

/**
 * pisces_styles_get_path:
 *
 * Returns: (transfer full): the path of the user's styles file.
 */
gchar *
pisces_styles_get_path (void)
{
  return g_build_filename (g_get_user_config_dir (), "pisces", "styles.ini",
                           NULL);
}

/**
 * pisces_styles_load:
 *
 * Renames a damaged file, and uses what can be read of it.
 *
 * Returns: %FALSE if the file is damaged or cannot be read; @error then has a
 *   sentence for the user.
 */
gboolean
pisces_styles_load (PiscesStyles  *styles,
                    GError       **error)
{
  GError   *problem = NULL;
  gboolean  may_write;

  g_return_val_if_fail (PISCES_IS_STYLES (styles), FALSE);

  may_write = read_again (styles, &problem);

  return finish (styles, may_write && problem, problem, error);
}

guint
pisces_styles_get_n (PiscesStyles *styles)
{
  return styles->styles->len;
}

const gchar *
pisces_styles_get_name (PiscesStyles *styles,
                        guint         index)
{
  g_return_val_if_fail (index < styles->styles->len, NULL);

  return ((Style *) styles->styles->pdata[index])->name;
}

const gchar *
pisces_styles_get_template (PiscesStyles *styles,
                            guint         index)
{
  g_return_val_if_fail (index < styles->styles->len, NULL);

  return ((Style *) styles->styles->pdata[index])->pattern;
}

/**
 * pisces_styles_find:
 * @name: (nullable): a name; upper and lower case count as the same.
 *
 * Returns: its index, or -1.
 */
gint
pisces_styles_find (PiscesStyles *styles,
                    const gchar  *name)
{
  g_autofree gchar *key = NULL;
  guint             i;

  if (! name)
    return -1;

  key = pisces_prompt_make_key (name);
  for (i = 0; i < styles->styles->len; i++)
    {
      g_autofree gchar *other = NULL;

      other = pisces_prompt_make_key (pisces_styles_get_name (styles, i));
      if (g_str_equal (key, other))
        return i;
    }

  return -1;
}

/**
 * pisces_styles_check:
 *
 * Returns: whether @name and @pattern are valid for a style; if not, @error
 *   has a sentence for the user.
 */
gboolean
pisces_styles_check (const gchar  *name,
                     const gchar  *pattern,
                     GError      **error)
{
  g_autofree gchar *stripped = g_strstrip (g_strdup (name));

  if (*stripped == '\0')
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                           _("The style needs a name."));
      return FALSE;
    }

  if (! strstr (pattern, PISCES_STYLE_PLACE))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   _("Write %s where your own words are to stand."),
                   PISCES_STYLE_PLACE);
      return FALSE;
    }

  return TRUE;
}

/**
 * pisces_styles_put:
 * @old_name: (nullable): the style to change; %NULL adds a new one.
 *
 * Returns: whether it was stored.  A name that another style has is refused.
 */
gboolean
pisces_styles_put (PiscesStyles  *styles,
                   const gchar   *old_name,
                   const gchar   *name,
                   const gchar   *pattern,
                   GError       **error)
{
  g_autofree gchar *stripped = g_strstrip (g_strdup (name));
  g_autofree gchar *words    = g_strstrip (g_strdup (pattern));
  g_autofree gchar *previous = g_strdup (old_name);
  GError           *problem  = NULL;
  gboolean          may_write;
  gint              old, same;

  g_return_val_if_fail (PISCES_IS_STYLES (styles), FALSE);

  if (! pisces_styles_check (stripped, words, error))
    return FALSE;

  may_write = read_again (styles, &problem);
  old       = pisces_styles_find (styles, previous);
  same      = pisces_styles_find (styles, stripped);

  if (same >= 0 && same != old)
    {
      g_clear_error (&problem);
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS,
                   _("There is a style “%s” already. Choose another name."),
                   stripped);
      return FALSE;
    }

  if (old >= 0)
    {
      Style *style = styles->styles->pdata[old];

      g_free (style->name);
      g_free (style->pattern);
      style->name    = g_steal_pointer (&stripped);
      style->pattern = g_steal_pointer (&words);
    }
  else
    {
      append (styles->styles, stripped, words);
    }

  return finish (styles, may_write, problem, error);
}

gboolean
pisces_styles_remove (PiscesStyles  *styles,
                      const gchar   *name,
                      GError       **error)
{
  g_autofree gchar *wanted  = g_strdup (name);   /* a copy, as it may belong to
                                                  * the list */
  GError           *problem = NULL;
  gboolean          may_write;
  gint              index;

  g_return_val_if_fail (PISCES_IS_STYLES (styles), FALSE);

  may_write = read_again (styles, &problem);
  index     = pisces_styles_find (styles, wanted);

  if (may_write && index >= 0)
    g_ptr_array_remove_index (styles->styles, index);

  return finish (styles, may_write, problem, error);
}

/**
 * pisces_styles_reset:
 *
 * Restores the built-in styles.  The user's styles with other names stay.
 */
gboolean
pisces_styles_reset (PiscesStyles  *styles,
                     GError       **error)
{
  g_autoptr (GPtrArray)  own     = NULL;
  GError                *problem = NULL;
  gboolean               may_write;
  guint                  i;

  g_return_val_if_fail (PISCES_IS_STYLES (styles), FALSE);

  may_write = read_again (styles, &problem);

  own            = styles->styles;
  styles->styles = g_ptr_array_new_with_free_func (style_free);
  fill_with_shipped (styles);

  for (i = 0; i < own->len; i++)
    {
      Style *style = own->pdata[i];

      if (pisces_styles_find (styles, style->name) < 0)
        append (styles->styles, style->name, style->pattern);
    }

  return finish (styles, may_write, problem, error);
}

/**
 * pisces_style_apply:
 *
 * Returns: (transfer full): @pattern with @prompt instead of each "{prompt}".
 *   If @prompt itself contains "{prompt}", that is not replaced.
 */
gchar *
pisces_style_apply (const gchar *pattern,
                    const gchar *prompt)
{
  g_auto (GStrv) parts = g_strsplit (pattern, PISCES_STYLE_PLACE, -1);

  return g_strjoinv (prompt, parts);
}

/**
 * pisces_style_take_off:
 * @text: perhaps a prompt to which the style was applied.
 *
 * Returns: (transfer full) (nullable): the prompt that gives exactly @text
 *   with this style; %NULL if there is none.
 */
gchar *
pisces_style_take_off (const gchar *pattern,
                       const gchar *text)
{
  g_auto (GStrv)    parts   = g_strsplit (pattern, PISCES_STYLE_PLACE, -1);
  guint             n       = g_strv_length (parts);
  gsize             fixed   = 0;
  gsize             length  = strlen (text);
  g_autofree gchar *prompt  = NULL;
  g_autofree gchar *applied = NULL;
  guint             i;

  for (i = 0; i < n; i++)
    fixed += strlen (parts[i]);

  if (n < 2 || length <= fixed || (length - fixed) % (n - 1) != 0 ||
      ! g_str_has_prefix (text, parts[0]))
    return NULL;

  prompt  = g_strndup (text + strlen (parts[0]), (length - fixed) / (n - 1));
  applied = pisces_style_apply (pattern, prompt);

  return g_str_equal (applied, text) ? g_steal_pointer (&prompt) : NULL;
}

static void
pisces_styles_finalize (GObject *object)
{
  PiscesStyles *styles = PISCES_STYLES (object);

  g_free (styles->path);
  g_ptr_array_unref (styles->styles);

  G_OBJECT_CLASS (pisces_styles_parent_class)->finalize (object);
}

static void
style_free (gpointer data)
{
  Style *style = data;

  g_free (style->name);
  g_free (style->pattern);
  g_free (style);
}

static void
append (GPtrArray   *list,
        const gchar *name,
        const gchar *pattern)
{
  Style *style = g_new (Style, 1);

  style->name    = g_strdup (name);
  style->pattern = g_strdup (pattern);
  g_ptr_array_add (list, style);
}

static void
fill_with_shipped (PiscesStyles *styles)
{
  guint i;

  for (i = 0; i < G_N_ELEMENTS (shipped); i++)
    append (styles->styles, _(shipped[i].name), shipped[i].pattern);
}

/* Reads the file again, and returns whether it may be written now.  @problem
 * may be set even then, if a damaged file was renamed.
 */
static gboolean
read_again (PiscesStyles  *styles,
            GError       **problem)
{
  g_autoptr (GPtrArray)  list     = g_ptr_array_new_with_free_func (style_free);
  g_autofree gchar      *contents = NULL;
  g_autofree gchar      *aside    = NULL;
  gsize                  length;

  if (! styles->path || ! g_file_test (styles->path, G_FILE_TEST_EXISTS))
    return TRUE;

  if (! pisces_user_file_read (styles->path, &contents, &length, problem))
    return FALSE;

  if (! parse (contents, length, list))
    {
      aside = pisces_user_file_set_aside (styles->path, problem);
      if (! aside)
        return FALSE;

      g_set_error (problem, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   _("The file of styles was damaged. It is kept as %s, and "
                     "what could be read of it is still there."), aside);
      if (list->len == 0)
        return TRUE;
    }

  g_ptr_array_unref (styles->styles);
  styles->styles = g_steal_pointer (&list);

  return TRUE;
}

/* Reads all valid styles; returns whether the whole file was valid.  An empty
 * file is valid, because the user may want no styles at all.
 */
static gboolean
parse (const gchar *contents,
       gsize        length,
       GPtrArray   *list)
{
  g_autoptr (GKeyFile) file   = g_key_file_new ();
  g_auto (GStrv)       groups = NULL;
  gboolean             sound  = TRUE;
  guint                i;

  if (length == 0)
    return TRUE;

  if (! g_key_file_load_from_data (file, contents, length, 0, NULL))
    return FALSE;

  groups = g_key_file_get_groups (file, NULL);
  for (i = 0; groups[i]; i++)
    {
      g_autofree gchar *name    = NULL;
      g_autofree gchar *pattern = NULL;

      name    = g_key_file_get_string (file, groups[i], "Name", NULL);
      pattern = g_key_file_get_string (file, groups[i], "Template", NULL);

      if (name && pattern && pisces_styles_check (name, pattern, NULL))
        append (list, name, pattern);
      else
        sound = FALSE;
    }

  return sound;
}

/* @problem: (transfer full) (nullable).  */
static gboolean
finish (PiscesStyles  *styles,
        gboolean       may_write,
        GError        *problem,
        GError       **error)
{
  gboolean success = ! problem;

  if (may_write && ! styles_save (styles, problem ? NULL : &problem))
    success = FALSE;

  if (problem)
    g_propagate_error (error, problem);

  g_signal_emit (styles, changed, 0);

  return success;
}

static gboolean
styles_save (PiscesStyles  *styles,
             GError       **error)
{
  g_autoptr (GKeyFile) file     = g_key_file_new ();
  g_autofree gchar    *contents = NULL;
  gsize                length;
  guint                i;

  if (! styles->path)
    return TRUE;

  for (i = 0; i < styles->styles->len; i++)
    {
      g_autofree gchar *group = g_strdup_printf ("Style %u", i + 1);

      g_key_file_set_string (file, group, "Name",
                             pisces_styles_get_name (styles, i));
      g_key_file_set_string (file, group, "Template",
                             pisces_styles_get_template (styles, i));
    }

  contents = g_key_file_to_data (file, &length, NULL);

  return pisces_user_file_write (styles->path, contents, length, error);
}
