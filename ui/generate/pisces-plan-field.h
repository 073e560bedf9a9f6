/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * pisces-plan-field.h: the plan, as the model wrote it or as the user wants
 * it.
 *
 * A plan is *held* when the user has changed it or asked for it.  It is *in
 * force*, which means that the next job draws it, as long as the prompt is the
 * one that it is held for.
 *
 * Signals:
 *
 *   "changed"         (field, user_data): by the user
 *   "draw-requested"  (field, user_data): draw this plan, even if the prompt
 *     is another one
 *   "write-requested" (field, gboolean another, user_data): write a plan
 *     without drawing it; @another: with a new seed
 *   "stop-requested"  (field, user_data): stop writing it
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define PISCES_TYPE_PLAN_FIELD (pisces_plan_field_get_type ())
G_DECLARE_FINAL_TYPE (PiscesPlanField, pisces_plan_field,
                      PISCES, PLAN_FIELD, GtkBox)

gchar       * pisces_plan_field_get_text    (PiscesPlanField *field);
gboolean      pisces_plan_field_get_open    (PiscesPlanField *field);
void          pisces_plan_field_set_open    (PiscesPlanField *field,
                                             gboolean         open);
gboolean      pisces_plan_field_is_held     (PiscesPlanField *field);
gboolean      pisces_plan_field_is_in_force (PiscesPlanField *field);
const gchar * pisces_plan_field_get_prompt  (PiscesPlanField *field);

void          pisces_plan_field_set_prompt  (PiscesPlanField *field,
                                             const gchar     *prompt);
void          pisces_plan_field_show        (PiscesPlanField *field,
                                             const gchar     *plan);
void          pisces_plan_field_stream      (PiscesPlanField *field,
                                             const gchar     *plan);
void          pisces_plan_field_hold        (PiscesPlanField *field,
                                             const gchar     *plan,
                                             const gchar     *prompt);
void          pisces_plan_field_sent        (PiscesPlanField *field);

void          pisces_plan_field_begin       (PiscesPlanField *field);
void          pisces_plan_field_write       (PiscesPlanField *field,
                                             const gchar     *plan);
void          pisces_plan_field_finish      (PiscesPlanField *field,
                                             const gchar     *plan,
                                             const gchar     *prompt);

G_END_DECLS
