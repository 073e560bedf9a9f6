/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-plan-field.c: the plan.  When the model writes a plan, what the user
 * wrote there before is not lost: Ctrl+Up and Ctrl+Down bring it back.  A plan
 * for another prompt is drawn only if the user asks for it.
 */

#include <glib/gi18n-lib.h>

#include "ui/generate/pisces-plan-field.h"
#include "ui/generate/pisces-prompt-walk.h"
#include "ui/widgets/pisces-ui.h"
#include "ui/widgets/pisces-undo.h"

struct _PiscesPlanField
{
  GtkBox            parent_instance;

  GtkWidget        *expander;
  GtkWidget        *summary;      /* the plan's beginning, shown while
                                   * closed */
  GtkWidget        *plan_view;
  GtkTextBuffer    *plan_buffer;
  GtkWidget        *plan_hint;
  GtkWidget        *plan_state;
  GtkWidget        *draw_plan;
  GtkWidget        *expand;
  GtkWidget        *new_plan;
  GtkWidget        *stop_plan;

  PiscesPromptWalk *walk;
  gchar            *prompt;       /* the current prompt                */
  gchar            *held_for;     /* the prompt it is held for, or NULL */
  gchar            *saved_text;   /* the plan, and the prompt that it was
                                   * held                              */
  gchar            *saved_for;    /* for, before the model wrote another one */
  gboolean          drawn;        /* whether the held plan has been drawn */
  gboolean          busy;
  gboolean          filling;      /* whether the program changes the text */
};

enum
{
  CHANGED,
  DRAW,
  WRITE_REQUESTED,
  STOP_REQUESTED,
  N_SIGNALS
};

static void     pisces_plan_field_finalize (GObject         *object);
static void     put                        (PiscesPlanField *field,
                                            const gchar     *plan,
                                            const gchar     *held_for);
static void     plan_field_update          (PiscesPlanField *field);
static void     show_summary               (PiscesPlanField *field,
                                            const gchar     *text);
static void     on_expanded                (PiscesPlanField *field);
static void     on_plan_changed            (PiscesPlanField *field);
static void     on_draw                    (PiscesPlanField *field);
static void     on_expand                  (PiscesPlanField *field);
static void     on_new_plan                (PiscesPlanField *field);
static void     plan_field_on_stop         (PiscesPlanField *field);
static gboolean plan_field_on_key          (PiscesPlanField *field,
                                            GdkEventKey     *event);

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PiscesPlanField, pisces_plan_field, GTK_TYPE_BOX)

#define SIGNAL(name, n_params, ...) \
  g_signal_new (name, G_TYPE_FROM_CLASS (class), G_SIGNAL_RUN_LAST, \
                0, NULL, NULL, NULL, G_TYPE_NONE, n_params, ##__VA_ARGS__)
#define BIND(child) \
  gtk_widget_class_bind_template_child (widget_class, PiscesPlanField, child)
#define CALLBACK(function) \
  gtk_widget_class_bind_template_callback (widget_class, function)

static void
pisces_plan_field_class_init (PiscesPlanFieldClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->finalize = pisces_plan_field_finalize;

  signals[CHANGED]         = SIGNAL ("changed", 0);
  signals[DRAW]            = SIGNAL ("draw-requested", 0);
  signals[WRITE_REQUESTED] = SIGNAL ("write-requested", 1, G_TYPE_BOOLEAN);
  signals[STOP_REQUESTED]  = SIGNAL ("stop-requested", 0);

  pisces_ui_ensure_resources ();
  gtk_widget_class_set_template_from_resource (widget_class, PISCES_UI_PATH
                                               "pisces-plan-field.ui");
  BIND (expander);
  BIND (summary);
  BIND (plan_view);
  BIND (plan_buffer);
  BIND (plan_hint);
  BIND (plan_state);
  BIND (draw_plan);
  BIND (expand);
  BIND (new_plan);
  BIND (stop_plan);
  CALLBACK (on_expanded);
  CALLBACK (on_plan_changed);
  CALLBACK (on_draw);
  CALLBACK (on_expand);
  CALLBACK (on_new_plan);
  CALLBACK (plan_field_on_stop);
  CALLBACK (plan_field_on_key);
}

static void
pisces_plan_field_init (PiscesPlanField *field)
{
  field->walk   = pisces_prompt_walk_new ();
  field->prompt = g_strdup ("");
  gtk_widget_init_template (GTK_WIDGET (field));
  pisces_undo_add (field->plan_view);
  plan_field_update (field);
}

/**
 * pisces_plan_field_get_text:
 *
 * Returns: (transfer full): the plan, without spaces at its ends.
 */
gchar *
pisces_plan_field_get_text (PiscesPlanField *field)
{
  return g_strstrip (pisces_ui_get_text (field->plan_buffer));
}

gboolean
pisces_plan_field_get_open (PiscesPlanField *field)
{
  return gtk_expander_get_expanded (GTK_EXPANDER (field->expander));
}

/* While the field is closed, one line shows how the plan begins.  */
void
pisces_plan_field_set_open (PiscesPlanField *field,
                            gboolean         open)
{
  gtk_expander_set_expanded (GTK_EXPANDER (field->expander), open);
}

gboolean
pisces_plan_field_is_held (PiscesPlanField *field)
{
  return field->held_for != NULL;
}

gboolean
pisces_plan_field_is_in_force (PiscesPlanField *field)
{
  return field->held_for && g_str_equal (field->held_for, field->prompt);
}

/**
 * pisces_plan_field_get_prompt:
 *
 * Returns: (transfer none) (nullable): the prompt that the plan is held for;
 *   %NULL if it is not held.
 */
const gchar *
pisces_plan_field_get_prompt (PiscesPlanField *field)
{
  return field->held_for;
}

/**
 * pisces_plan_field_set_prompt:
 * @prompt: the current prompt with its style applied; empty if there is none.
 */
void
pisces_plan_field_set_prompt (PiscesPlanField *field,
                              const gchar     *prompt)
{
  g_free (field->prompt);
  field->prompt = g_strdup (prompt);
  plan_field_update (field);
}

/**
 * pisces_plan_field_show:
 * @plan: (nullable): the plan of the selected picture.  It is not shown if a
 *   plan is held that has not been drawn yet.
 */
void
pisces_plan_field_show (PiscesPlanField *field,
                        const gchar     *plan)
{
  gboolean empty = ! plan || *plan == '\0';

  if (field->busy || (field->held_for && (empty || ! field->drawn)))
    return;

  put (field, empty ? "" : plan, NULL);
}

/**
 * pisces_plan_field_stream:
 * @plan: (nullable): what a job has written of its plan so far.  It is not
 *   shown if a plan is held, unless that one is for another prompt and a job
 *   was started since.
 */
void
pisces_plan_field_stream (PiscesPlanField *field,
                          const gchar     *plan)
{
  if (! pisces_plan_field_is_in_force (field))
    pisces_plan_field_show (field, plan);
}

/**
 * pisces_plan_field_hold:
 * @plan: a plan that was held in an earlier session.
 * @prompt: the prompt that it was held for.
 */
void
pisces_plan_field_hold (PiscesPlanField *field,
                        const gchar     *plan,
                        const gchar     *prompt)
{
  put (field, plan, prompt);
}

/**
 * pisces_plan_field_sent:
 *
 * A job has been requested: with this plan, or without it if the plan is held
 * for another prompt.
 */
void
pisces_plan_field_sent (PiscesPlanField *field)
{
  field->drawn = TRUE;
}

/**
 * pisces_plan_field_begin:
 *
 * The user has asked for a plan; until it is finished, no other plan is shown.
 */
void
pisces_plan_field_begin (PiscesPlanField *field)
{
  gboolean focused = gtk_widget_is_focus (field->expand) ||
                     gtk_widget_is_focus (field->new_plan);

  g_free (field->saved_text);
  g_free (field->saved_for);
  field->saved_text = pisces_ui_get_text (field->plan_buffer);
  field->saved_for  = g_strdup (field->held_for);

  field->busy = TRUE;
  gtk_text_view_set_editable (GTK_TEXT_VIEW (field->plan_view), FALSE);
  plan_field_update (field);

  if (focused)
    gtk_widget_grab_focus (field->stop_plan);
}

/**
 * pisces_plan_field_write:
 * @plan: what the model has written so far of the plan that was asked for.
 */
void
pisces_plan_field_write (PiscesPlanField *field,
                         const gchar     *plan)
{
  if (field->busy)
    put (field, plan, NULL);
}

/**
 * pisces_plan_field_finish:
 * @plan: (nullable): the plan that was asked for; %NULL if there is none, and
 *   then the text from before comes back.
 * @prompt: the prompt that it was written for.
 */
void
pisces_plan_field_finish (PiscesPlanField *field,
                          const gchar     *plan,
                          const gchar     *prompt)
{
  gboolean focused = gtk_widget_is_focus (field->stop_plan);

  if (! field->busy)
    return;

  field->busy = FALSE;
  gtk_text_view_set_editable (GTK_TEXT_VIEW (field->plan_view), TRUE);
  if (plan && *plan)
    put (field, plan, prompt);
  else
    put (field, field->saved_text, field->saved_for);
  plan_field_update (field);

  if (focused)
    gtk_widget_grab_focus (field->plan_view);
}

static void
pisces_plan_field_finalize (GObject *object)
{
  PiscesPlanField *field = PISCES_PLAN_FIELD (object);

  pisces_prompt_walk_free (field->walk);
  g_free (field->prompt);
  g_free (field->held_for);
  g_free (field->saved_text);
  g_free (field->saved_for);

  G_OBJECT_CLASS (pisces_plan_field_parent_class)->finalize (object);
}

static void
put (PiscesPlanField *field,
     const gchar     *plan,
     const gchar     *held_for)
{
  g_autofree gchar *current = pisces_ui_get_text (field->plan_buffer);

  /* A job that was given this plan reports it again; nothing has changed.  */
  if (! held_for && g_str_equal (current, plan))
    return;

  if (field->held_for && ! g_str_equal (current, plan))
    pisces_prompt_walk_replace (field->walk, current);

  g_free (field->held_for);
  field->held_for = g_strdup (held_for);
  field->drawn    = FALSE;

  field->filling = TRUE;
  pisces_ui_put_text (field->plan_buffer, plan);
  field->filling = FALSE;

  plan_field_update (field);
}

static void
plan_field_update (PiscesPlanField *field)
{
  g_autofree gchar *text       = pisces_plan_field_get_text (field);
  gboolean          has_plan   = *text != '\0';
  gboolean          has_prompt = *field->prompt != '\0';
  const gchar      *state      = "";

  if (field->busy)
    state = _("Writing a plan");
  else if (pisces_plan_field_is_in_force (field))
    state = _("Generate draws this plan as it stands.");
  else if (field->held_for)
    state = _("The prompt has changed: Generate writes a new plan.");

  show_summary (field, *state || ! has_plan ? state : text);
  gtk_label_set_text (GTK_LABEL (field->plan_state), state);
  gtk_widget_set_visible (field->plan_state, *state != '\0');
  gtk_widget_set_visible (field->plan_hint,
                          gtk_text_buffer_get_char_count (field->plan_buffer)
                          == 0);

  gtk_widget_set_visible (field->stop_plan, field->busy);
  gtk_widget_set_visible (field->new_plan, ! field->busy && has_plan);
  gtk_widget_set_visible (field->expand, ! field->busy && ! has_plan);
  gtk_widget_set_sensitive (field->new_plan, has_prompt);
  gtk_widget_set_sensitive (field->expand, has_prompt);
  gtk_widget_set_sensitive (field->draw_plan,
                            ! field->busy && has_plan && has_prompt);
}

static void
show_summary (PiscesPlanField *field,
              const gchar     *text)
{
  gboolean          open  = pisces_plan_field_get_open (field);
  g_autofree gchar *words = g_strdelimit (g_strdup (text), "\r\n", ' ');

  gtk_label_set_text (GTK_LABEL (field->summary), open ? "" : words);

  /* When closed, the field leaves its space to the prompt.  */
  gtk_widget_set_vexpand (GTK_WIDGET (field), open);
}

static void
on_expanded (PiscesPlanField *field)
{
  plan_field_update (field);
  g_signal_emit (field, signals[CHANGED], 0);
}

static void
on_plan_changed (PiscesPlanField *field)
{
  g_autofree gchar *text = NULL;

  if (field->filling)
    return;

  text = pisces_plan_field_get_text (field);
  g_free (field->held_for);
  field->held_for = *text ? g_strdup (field->prompt) : NULL;
  field->drawn    = FALSE;
  plan_field_update (field);

  g_signal_emit (field, signals[CHANGED], 0);
}

static void
on_draw (PiscesPlanField *field)
{
  g_signal_emit (field, signals[DRAW], 0);
}

static void
on_expand (PiscesPlanField *field)
{
  g_signal_emit (field, signals[WRITE_REQUESTED], 0, FALSE);
}

static void
on_new_plan (PiscesPlanField *field)
{
  g_signal_emit (field, signals[WRITE_REQUESTED], 0, TRUE);
}

static void
plan_field_on_stop (PiscesPlanField *field)
{
  g_signal_emit (field, signals[STOP_REQUESTED], 0);
}

static gboolean
plan_field_on_key (PiscesPlanField *field,
                   GdkEventKey     *event)
{
  g_autofree gchar *current = NULL;
  const gchar      *text;

  if (field->busy ||
      (event->state & gtk_accelerator_get_default_mod_mask ()) !=
      GDK_CONTROL_MASK ||
      (event->keyval != GDK_KEY_Up && event->keyval != GDK_KEY_Down))
    return FALSE;

  current = pisces_ui_get_text (field->plan_buffer);
  if (event->keyval == GDK_KEY_Up)
    text = pisces_prompt_walk_older (field->walk, current);
  else
    text = pisces_prompt_walk_newer (field->walk, current);

  /* The text counts as newly written: it is held for the current prompt.  */
  if (text)
    gtk_text_buffer_set_text (field->plan_buffer, text, -1);
  else
    gtk_widget_error_bell (field->plan_view);

  return TRUE;
}
