/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-plan-field.c: the plan.  What the user has written into it is never
 * thrown away by what the model writes: Ctrl+Up and Ctrl+Down bring it back,
 * and a plan for another prompt is never drawn without the user saying so.
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
  GtkWidget        *summary;      /* beside its title, while it is closed */
  GtkWidget        *plan_view;
  GtkTextBuffer    *plan_buffer;
  GtkWidget        *plan_hint;
  GtkWidget        *plan_state;
  GtkWidget        *draw_plan;
  GtkWidget        *expand;
  GtkWidget        *new_plan;
  GtkWidget        *stop_plan;

  PiscesPromptWalk *walk;
  gchar            *prompt;       /* that is written now               */
  gchar            *held_for;     /* a prompt; NULL: not held          */
  gchar            *saved_text;   /* both as they were when the model  */
  gchar            *saved_for;    /*   began to write another plan     */
  gboolean          drawn;        /* what is held has been drawn       */
  gboolean          busy;
  gboolean          filling;      /* changes by program                */
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
 * Returns: (transfer full): the plan, without blanks at its ends.
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

/* Closed, it shows how the plan begins, in one line. */
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
 * Returns: (transfer none) (nullable): for which the plan is held.
 */
const gchar *
pisces_plan_field_get_prompt (PiscesPlanField *field)
{
  return field->held_for;
}

/**
 * pisces_plan_field_set_prompt:
 * @prompt: that is written now, in its style; empty where there is none.
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
 * @plan: (nullable): of the picture that the user looks at.  A plan that is
 *   held and has not been drawn yet stays instead.
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
 * @plan: (nullable): as far as a job has written it.  A plan that is held
 *   stays instead, unless it was for another prompt and that has been sent.
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
 * @prompt: for which @plan was kept the last time.
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
 * A job was asked for, with this plan or, since it was for another prompt,
 * without it.
 */
void
pisces_plan_field_sent (PiscesPlanField *field)
{
  field->drawn = TRUE;
}

/**
 * pisces_plan_field_begin:
 *
 * The user has asked for a plan; until it has come, nothing else is shown.
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
 * @plan: the one that was asked for, as far as the model has written it now.
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
 * @plan: (nullable): the one that was asked for; %NULL where there is none:
 *   what was there comes back.
 * @prompt: for which it was written.
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

  /* A job that draws the plan that it was given says it once more. */
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

  /* A closed one leaves its place to the prompt. */
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

  /* As if it were written again: it is held for the prompt as it is now. */
  if (text)
    gtk_text_buffer_set_text (field->plan_buffer, text, -1);
  else
    gtk_widget_error_bell (field->plan_view);

  return TRUE;
}
