/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-undo.c: undo and redo in a GtkTextView or a GtkEntry.  Each step is
 * kept as the whole text after it.  The texts in these windows are short, and
 * so a step can never disagree with what is in the field.
 *
 * Longer than 500 lines, as the same history serves two kinds of fields, each
 * with its own signals.
 */

#include <string.h>

#include <glib/gi18n-lib.h>

#include "ui/widgets/pisces-ui.h"
#include "ui/widgets/pisces-undo.h"

#define UNDO_KEY        "pisces-undo"
#define N_BYTES_MAX     (4 * 1024 * 1024)   /* of all texts of one field */

typedef enum
{
  CHANGE_OTHER,     /* pasted or replaced; by program */
  CHANGE_TYPED,     /* one more character           */
  CHANGE_ERASED,    /* one character less           */
  CHANGE_APPENDED   /* by the program: a text streams in */
} Change;

typedef struct
{
  gchar  *text;
  Change  change;   /* the change that led to it */
  gint    cursor;   /* where that change ended, in characters */
} State;

/* The bytes in which two texts differ.  */
typedef struct
{
  gsize start;
  gsize old_end;
  gsize new_end;
} Difference;

typedef struct
{
  GtkWidget     *field;
  GtkTextBuffer *buffer;    /* (nullable): of a text view, which it may
                             * outlive */
  GPtrArray     *states;    /* State; the first is the initial text */
  guint          present;   /* the index of the one that is in the field      */
  gsize          n_bytes;
  guint          n_actions; /* how many actions of the user are in progress   */
  guint          turn;      /* idle source; changes until then are one step */
  gboolean       applying;
} Undo;

static void       forget_child      (GtkWidget       *child,
                                     gpointer         data);
static void       undo_free         (gpointer         data);
static void       state_free        (gpointer         data);
static Undo     * undo_get          (GtkWidget       *field);
static gchar    * undo_get_text     (Undo            *undo);
static void       undo_push         (Undo            *undo,
                                     gchar           *text,
                                     Change           change,
                                     gint             cursor);
static void       undo_cut          (Undo            *undo,
                                     guint            first,
                                     guint            n);
static Difference undo_compare      (const gchar     *old_text,
                                     const gchar     *new_text);
static Change     undo_classify     (Undo            *undo,
                                     const gchar     *old_text,
                                     const gchar     *new_text,
                                     const Difference *difference);
static gboolean   undo_joins        (Undo            *undo,
                                     const gchar     *text,
                                     Change           change,
                                     gint             cursor);
static gboolean   undo_can_edit     (Undo            *undo);
static void       undo_go           (Undo            *undo,
                                     gint             step);
static void       undo_replace      (Undo            *undo,
                                     const gchar     *present,
                                     const State     *state);
static void       undo_on_changed   (Undo            *undo);
static void       on_action_begun   (Undo            *undo);
static void       on_action_ended   (Undo            *undo);
static gboolean   on_turn_ended     (gpointer         data);
static gboolean   undo_on_key       (Undo            *undo,
                                     GdkEventKey     *event);
static void       on_populate_popup (Undo            *undo,
                                     GtkWidget       *popup);
static void       on_undo           (Undo            *undo);
static void       on_redo           (Undo            *undo);

/**
 * pisces_undo_add:
 * @field: a GtkTextView, whose buffer stays the same, or a GtkEntry.
 *
 * From now on, changes in it can be undone.
 */
void
pisces_undo_add (GtkWidget *field)
{
  Undo *undo = g_new0 (Undo, 1);

  g_return_if_fail (GTK_IS_TEXT_VIEW (field) || GTK_IS_ENTRY (field));

  undo->field  = field;
  if (GTK_IS_TEXT_VIEW (field))
    undo->buffer =
      g_object_ref (gtk_text_view_get_buffer (GTK_TEXT_VIEW (field)));

  undo->states = g_ptr_array_new_with_free_func (state_free);
  undo_push (undo, undo_get_text (undo), CHANGE_OTHER, 0);
  g_object_set_data_full (G_OBJECT (field), UNDO_KEY, undo, undo_free);

  if (undo->buffer)
    {
      g_signal_connect_swapped (undo->buffer, "changed",
                                G_CALLBACK (undo_on_changed), undo);
      g_signal_connect_swapped (undo->buffer, "begin-user-action",
                                G_CALLBACK (on_action_begun), undo);
      g_signal_connect_swapped (undo->buffer, "end-user-action",
                                G_CALLBACK (on_action_ended), undo);
    }
  else
    {
      /* An entry does not say who changes it, but no program writes into
       * one.  */
      undo->n_actions = 1;
      g_signal_connect_swapped (field, "changed", G_CALLBACK (undo_on_changed),
                                undo);
    }

  g_signal_connect_swapped (field, "key-press-event", G_CALLBACK (undo_on_key),
                            undo);
  g_signal_connect_swapped (field, "populate-popup",
                            G_CALLBACK (on_populate_popup), undo);
}

/**
 * pisces_undo_forget:
 * @widget: a field, or a container of fields, that shows the text of another
 *   thing from now on.
 *
 * Undo no longer leads back to the texts from before.
 */
void
pisces_undo_forget (GtkWidget *widget)
{
  Undo *undo = undo_get (widget);

  if (undo)
    {
      undo_cut (undo, 0, undo->states->len);
      undo_push (undo, undo_get_text (undo), CHANGE_OTHER, 0);
    }
  else if (GTK_IS_CONTAINER (widget))
    {
      gtk_container_foreach (GTK_CONTAINER (widget), forget_child, NULL);
    }
}

gboolean
pisces_undo_can_undo (GtkWidget *field)
{
  Undo *undo = undo_get (field);

  return undo_can_edit (undo) && undo->present > 0;
}

gboolean
pisces_undo_can_redo (GtkWidget *field)
{
  Undo *undo = undo_get (field);

  return undo_can_edit (undo) && undo->present + 1 < undo->states->len;
}

static void
forget_child (GtkWidget *child,
              gpointer   data)
{
  pisces_undo_forget (child);
}

static void
undo_free (gpointer data)
{
  Undo *undo = data;

  if (undo->buffer)
    g_signal_handlers_disconnect_by_data (undo->buffer, undo);
  g_clear_object (&undo->buffer);
  g_clear_handle_id (&undo->turn, g_source_remove);
  g_ptr_array_unref (undo->states);
  g_free (undo);
}

static void
state_free (gpointer data)
{
  State *state = data;

  g_free (state->text);
  g_free (state);
}

static Undo *
undo_get (GtkWidget *field)
{
  return g_object_get_data (G_OBJECT (field), UNDO_KEY);
}

static gchar *
undo_get_text (Undo *undo)
{
  if (undo->buffer)
    return pisces_ui_get_text (undo->buffer);

  return g_strdup (gtk_entry_get_text (GTK_ENTRY (undo->field)));
}

/* @text: (transfer full): what is in the field now.  Drops the steps that were
 *   undone, and the oldest ones if all together are too large.
 */
static void
undo_push (Undo   *undo,
           gchar  *text,
           Change  change,
           gint    cursor)
{
  State *state = g_new (State, 1);

  if (undo->states->len > 0)
    undo_cut (undo, undo->present + 1,
              undo->states->len - undo->present - 1);

  state->text   = text;
  state->change = change;
  state->cursor = cursor;
  g_ptr_array_add (undo->states, state);
  undo->n_bytes += strlen (text);

  while (undo->n_bytes > N_BYTES_MAX && undo->states->len > 2)
    undo_cut (undo, 0, 1);

  undo->present = undo->states->len - 1;
}

static void
undo_cut (Undo  *undo,
          guint  first,
          guint  n)
{
  for (guint i = first; i < first + n; i++)
    undo->n_bytes -= strlen (((State *) undo->states->pdata[i])->text);

  if (n > 0)
    g_ptr_array_remove_range (undo->states, first, n);
}

static Difference
undo_compare (const gchar *old_text,
              const gchar *new_text)
{
  Difference   difference;
  const gchar *old_end = old_text + strlen (old_text);
  const gchar *new_end = new_text + strlen (new_text);
  const gchar *a       = old_text;
  const gchar *b       = new_text;

  while (*a && *b && g_utf8_get_char (a) == g_utf8_get_char (b))
    {
      a = g_utf8_next_char (a);
      b = g_utf8_next_char (b);
    }

  while (old_end > a && new_end > b)
    {
      const gchar *c = g_utf8_prev_char (old_end);
      const gchar *d = g_utf8_prev_char (new_end);

      if (g_utf8_get_char (c) != g_utf8_get_char (d))
        break;
      old_end = c;
      new_end = d;
    }

  difference.start   = a - old_text;
  difference.old_end = old_end - old_text;
  difference.new_end = new_end - new_text;

  return difference;
}

static Change
undo_classify (Undo             *undo,
               const gchar      *old_text,
               const gchar      *new_text,
               const Difference *difference)
{
  glong n_less = g_utf8_strlen (old_text + difference->start,
                                difference->old_end - difference->start);
  glong n_more = g_utf8_strlen (new_text + difference->start,
                                difference->new_end - difference->start);

  if (undo->n_actions == 0)
    return *old_text && g_str_has_prefix (new_text, old_text) ?
           CHANGE_APPENDED : CHANGE_OTHER;
  if (n_less == 0 && n_more == 1)
    return CHANGE_TYPED;
  if (n_less == 1 && n_more == 0)
    return CHANGE_ERASED;

  return CHANGE_OTHER;
}

/* Words are undone one by one, each with the space after it.  Characters that
 * were erased one by one come back together, and a text that streamed in is
 * removed as a whole.
 */
static gboolean
undo_joins (Undo        *undo,
            const gchar *text,
            Change       change,
            gint         cursor)
{
  const State *last = undo->states->pdata[undo->present];

  /* A change is never joined to the initial text, nor to a step that the user
   * has gone back to.  */
  if (undo->present == 0 || undo->present + 1 < undo->states->len)
    return FALSE;

  if (undo->turn)
    return TRUE;

  if (change == CHANGE_TYPED && last->change == CHANGE_TYPED &&
      cursor == last->cursor + 1)
    {
      const gchar *typed  = g_utf8_offset_to_pointer (text, cursor - 1);
      const gchar *before = g_utf8_prev_char (typed);

      return g_unichar_isspace (g_utf8_get_char (typed)) ||
             ! g_unichar_isspace (g_utf8_get_char (before));
    }

  if (change == CHANGE_ERASED)
    return last->change == CHANGE_ERASED &&
           (cursor == last->cursor || cursor == last->cursor - 1);

  return change == CHANGE_APPENDED &&
         (last->change == CHANGE_APPENDED || last->change == CHANGE_OTHER);
}

static gboolean
undo_can_edit (Undo *undo)
{
  if (! gtk_widget_is_sensitive (undo->field))
    return FALSE;

  return undo->buffer ?
         gtk_text_view_get_editable (GTK_TEXT_VIEW (undo->field)) :
         gtk_editable_get_editable (GTK_EDITABLE (undo->field));
}

static void
undo_go (Undo *undo,
         gint  step)
{
  gboolean          possible = step < 0 ? pisces_undo_can_undo (undo->field) :
                                          pisces_undo_can_redo (undo->field);
  g_autofree gchar *present  = NULL;

  if (! possible)
    {
      gtk_widget_error_bell (undo->field);
      return;
    }

  present = undo_get_text (undo);
  undo->present += step;
  g_clear_handle_id (&undo->turn, g_source_remove);

  undo->applying = TRUE;
  undo_replace (undo, present, undo->states->pdata[undo->present]);
  undo->applying = FALSE;
}

/* Replaces only what differs, as if the user had done it, and puts the cursor
 * after it.  */
static void
undo_replace (Undo        *undo,
              const gchar *present,
              const State *state)
{
  Difference        difference = undo_compare (present, state->text);
  glong             start      = g_utf8_strlen (present, difference.start);
  glong             end        = g_utf8_strlen (present, difference.old_end);
  g_autofree gchar *text       =
    g_strndup (state->text + difference.start,
               difference.new_end - difference.start);

  if (! undo->buffer)
    {
      GtkEditable *entry = GTK_EDITABLE (undo->field);
      gint         place = start;

      gtk_editable_delete_text (entry, start, end);
      gtk_editable_insert_text (entry, text, -1, &place);
      gtk_editable_set_position (entry, place);
    }
  else
    {
      GtkTextBuffer *buffer = undo->buffer;
      GtkTextIter    from, to;

      gtk_text_buffer_begin_user_action (buffer);
      gtk_text_buffer_get_iter_at_offset (buffer, &from, start);
      gtk_text_buffer_get_iter_at_offset (buffer, &to, end);
      gtk_text_buffer_delete (buffer, &from, &to);
      gtk_text_buffer_insert (buffer, &from, text, -1);
      gtk_text_buffer_place_cursor (buffer, &from);
      gtk_text_buffer_end_user_action (buffer);
      gtk_text_view_scroll_mark_onscreen (GTK_TEXT_VIEW (undo->field),
                                          gtk_text_buffer_get_insert (buffer));
    }
}

static void
undo_on_changed (Undo *undo)
{
  const State      *last;
  g_autofree gchar *text = NULL;
  Difference        difference;
  Change            change;
  gint              cursor;

  if (undo->applying)
    return;

  last = undo->states->pdata[undo->present];
  text = undo_get_text (undo);
  if (g_str_equal (text, last->text))
    return;

  difference = undo_compare (last->text, text);
  change     = undo_classify (undo, last->text, text, &difference);
  cursor     = g_utf8_strlen (text, difference.new_end);

  if (undo_joins (undo, text, change, cursor))
    {
      if (undo->turn)
        change = last->change == CHANGE_TYPED && change == CHANGE_TYPED ?
                 CHANGE_TYPED : CHANGE_OTHER;
      undo->present--;
    }
  undo_push (undo, g_steal_pointer (&text), change, cursor);

  /* Runs before the next event from the display is handled.  */
  if (! undo->turn)
    undo->turn = g_idle_add_full (G_PRIORITY_HIGH, on_turn_ended, undo, NULL);
}

static void
on_action_begun (Undo *undo)
{
  undo->n_actions++;
}

static void
on_action_ended (Undo *undo)
{
  undo->n_actions--;
}

static gboolean
on_turn_ended (gpointer data)
{
  Undo *undo = data;

  undo->turn = 0;

  return G_SOURCE_REMOVE;
}

static gboolean
undo_on_key (Undo        *undo,
             GdkEventKey *event)
{
  if (pisces_ui_is_key (event, GDK_KEY_z, GDK_CONTROL_MASK))
    {
      on_undo (undo);
      return TRUE;
    }

  if (pisces_ui_is_key (event, GDK_KEY_z, GDK_CONTROL_MASK | GDK_SHIFT_MASK) ||
      pisces_ui_is_key (event, GDK_KEY_y, GDK_CONTROL_MASK))
    {
      on_redo (undo);
      return TRUE;
    }

  return FALSE;
}

static void
on_populate_popup (Undo      *undo,
                   GtkWidget *popup)
{
  const struct
  {
    const gchar     *label;
    gboolean         possible;
    GCallback        activate;
    GdkModifierType  modifiers;
  } items[] =
  {
    { _("_Redo"), pisces_undo_can_redo (undo->field), G_CALLBACK (on_redo),
      GDK_CONTROL_MASK | GDK_SHIFT_MASK },
    { _("_Undo"), pisces_undo_can_undo (undo->field), G_CALLBACK (on_undo),
      GDK_CONTROL_MASK }
  };
  GtkWidget *separator;

  /* On a touch screen, GTK shows a row of buttons instead of a menu.  */
  if (! GTK_IS_MENU_SHELL (popup))
    return;

  separator = gtk_separator_menu_item_new ();
  gtk_widget_show (separator);
  gtk_menu_shell_prepend (GTK_MENU_SHELL (popup), separator);

  for (guint i = 0; i < G_N_ELEMENTS (items); i++)
    {
      GtkWidget *item = gtk_menu_item_new_with_mnemonic (items[i].label);

      gtk_accel_label_set_accel (
        GTK_ACCEL_LABEL (gtk_bin_get_child (GTK_BIN (item))), GDK_KEY_z,
        items[i].modifiers);
      gtk_widget_set_sensitive (item, items[i].possible);
      g_signal_connect_swapped (item, "activate", items[i].activate, undo);
      gtk_widget_show (item);
      gtk_menu_shell_prepend (GTK_MENU_SHELL (popup), item);
    }
}

static void
on_undo (Undo *undo)
{
  undo_go (undo, -1);
}

static void
on_redo (Undo *undo)
{
  undo_go (undo, 1);
}
