/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * two-models.h: an engine with one model to describe and another one to draw,
 * and what tests ask it.
 */

#pragma once

#include "tests/engine/model-copy.h"

/* The two small random models, one of each family.  */
static inline gchar *
janus_model (void)
{
  return g_test_build_filename (G_TEST_DIST, "golden", "janus", NULL);
}

/* Describes with the small Pisces, and draws with the small Janus.  */
static inline PiscesEngine *
mixed_engine (void)
{
  g_autofree gchar *tiny   = tiny_model ();
  g_autofree gchar *janus  = janus_model ();
  PiscesEngine     *engine = pisces_engine_new (janus, "cpu");

  pisces_engine_set_model (engine, PISCES_ROLE_DESCRIBE, tiny, "cpu");

  return engine;
}

static inline PiscesGenerateResult *
draw (PiscesEngine  *engine,
      GError       **error)
{
  g_autoptr (PiscesGenerateRequest) request = pisces_generate_request_new ("two red stars");

  return pisces_engine_generate (engine, request, NULL, NULL, NULL, error);
}

static inline PiscesDescribeResult *
describe (PiscesEngine  *engine,
          GError       **error)
{
  g_autoptr (PiscesImage)           image   = sample_picture ();
  g_autoptr (PiscesDescribeRequest) request =
    pisces_describe_request_new (image, PISCES_DESCRIBE_SHORT);

  return pisces_engine_describe (engine, request, NULL, NULL, NULL, error);
}

/* Both must work.  */
static inline void
draw_and_describe (PiscesEngine *engine)
{
  g_autoptr (GError)               error = NULL;
  g_autoptr (PiscesGenerateResult) drawn = draw (engine, &error);
  g_autoptr (PiscesDescribeResult) told  = NULL;

  g_assert_no_error (error);
  told = describe (engine, &error);
  g_assert_no_error (error);
}

static inline guint
n_loads (PiscesEngine *engine)
{
  g_autoptr (PiscesStatus) status = pisces_engine_get_status (engine);

  return status->n_loads;
}

static inline gboolean
is_loaded (PiscesEngine *engine,
           PiscesRole    role)
{
  g_autoptr (PiscesStatus) status = pisces_engine_get_status (engine);

  return pisces_status_get_model (status, role)->loaded;
}

static inline guint64
held_by (PiscesEngine *engine,
         PiscesRole    role)
{
  g_autoptr (PiscesStatus) status = pisces_engine_get_status (engine);

  return pisces_status_get_model (status, role)->resident_bytes;
}
