# SPDX-License-Identifier: GPL-3.0-or-later
"""With “Draw live” on, the picture follows what is written: quick typing gives one
picture of the last words, half-written words cause no alarm, a draft can be kept or
drawn properly.  Drafts give way to everything that a person or a script asks for,
and none is drawn when nobody can see it.  A model that is too slow says so."""

import os
import subprocess
import sys
import tempfile
import time

import pyatspi

import gimp_window
import slow_nano
from gimp_window import (count_pixels, is_sensitive, is_showing, labelled, press,
                         text_of, wait_for)

DATA = tempfile.TemporaryDirectory(prefix="pisces-live.")
STORE = os.path.join(DATA.name, "pisces/models")
SECONDS = 120


def status(gimp, place):
    return gimp.run(f"(list-ref (plug-in-pisces-status) {place})").strip('"')


def n_jobs(gimp):
    return int(status(gimp, 10))


def drafts(gimp, window):
    return [tile.name for tile in gimp.tiles(window)
            if (tile.name or "").startswith("Draft: ")]


def listed(gimp, window):
    return [tile.name for tile in gimp.results(window)
            if not tile.name.startswith("Draft: ")]


def draft_of(gimp, window, words):
    """Waits for the draft of these words; returns its seed."""
    name = wait_for(f"a draft of {words!r}", lambda: [
        name for name in drafts(gimp, window)
        if name.startswith(f"Draft: {words}, seed ")], SECONDS)[0]
    return int(name.split()[-1])


def live(gimp, window):
    return gimp.find("check box", "Draw live", window)


def is_on(node):
    return node.getState().contains(pyatspi.STATE_CHECKED)


def prompt_of(gimp, window):
    return gimp.find("text", "Prompt", window)


def write(gimp, window, words):
    """Types it in place of what is there, quickly."""
    gimp.raise_window("Generate Layer")
    prompt_of(gimp, window).queryComponent().grabFocus()
    gimp.keys("ctrl+a")
    gimp.type(words)
    wait_for("the words", lambda: text_of(prompt_of(gimp, window)) == words)


def says(window, sentence):
    return [node for node in pyatspi.findAllDescendants(
        window, lambda node: node.getRoleName() == "label" and
        sentence in (node.name or "")) if is_showing(node)]


def alarms(window):
    """The bars for messages that are open."""
    return pyatspi.findAllDescendants(window, lambda node: node.getRoleName() in
                                      ("info bar", "alert") and is_showing(node))


def is_idle(gimp):
    return not gimp.is_busy() and status(gimp, 11) == "0"


def choose_model(gimp, window, name):
    press(gimp.find("button", "Models and Memory", window))
    models = gimp.window("Models and Memory")
    combo = labelled(models, "Draw with")
    press(wait_for(f"{name} in the list", lambda: pyatspi.findDescendant(
        combo, lambda node: node.name == name)))
    wait_for("the choice", lambda: labelled(models, "Draw with").name == name)
    gimp.raise_window("Models and Memory")
    gimp.keys("Escape")
    gimp.raise_window("Generate Layer")


def follows(gimp, claims, window):
    write(gimp, window, "a green tree")
    time.sleep(1)
    claims.equal("while it is off, nothing is drawn", n_jobs(gimp), 0)
    press(live(gimp, window))
    draft_of(gimp, window, "a green tree")
    claims.claim("switched on, it draws what is written", True)

    before = n_jobs(gimp)
    write(gimp, window, "a red star")
    seed = draft_of(gimp, window, "a red star")
    wait_for("an idle engine", lambda: is_idle(gimp))
    claims.note(f"{n_jobs(gimp) - before} jobs for ten letters")
    claims.claim("quick typing does not draw each letter", n_jobs(gimp) - before < 5)
    claims.equal("there is one draft, of the last words", drafts(gimp, window),
                 [f"Draft: a red star, seed {seed}"])
    claims.claim("one sees it", count_pixels(
        gimp.shot("live/red.png", "Generate Layer"), "#e02020") > 2000)
    claims.equal("it is in no list", listed(gimp, window), [])

    prompt = prompt_of(gimp, window)
    gimp.keys("End")
    gimp.type(" above a blue fish")
    again = draft_of(gimp, window, "a red star above a blue fish")
    claims.equal("the next one takes its place", len(drafts(gimp, window)), 1)
    claims.equal("with the same seed", again, seed)
    claims.equal("no letter got lost", text_of(prompt), "a red star above a blue fish")
    claims.claim("one sees both colours", count_pixels(
        gimp.shot("live/both.png", "Generate Layer"), "#2050e0") > 500)


def causes_no_alarm(gimp, claims, window):
    """Words that nano does not know, and none at all."""
    kept = drafts(gimp, window)
    write(gimp, window, "zzzz qqqq")
    wait_for("a quiet sentence beside the one below the words", lambda: len(
        says(window, "This model can draw nothing")) == 2, 30)
    claims.claim("what cannot be drawn is said", True)
    claims.equal("without an alarm", [node.name for node in alarms(window)], [])
    claims.equal("and the last picture stays", drafts(gimp, window), kept)
    gimp.shot("live/unknown-words.png", "Generate Layer")

    before = n_jobs(gimp)
    gimp.keys("ctrl+a", "BackSpace")
    wait_for("an empty field", lambda: not text_of(prompt_of(gimp, window)))
    time.sleep(1)
    claims.equal("without words nothing is drawn", n_jobs(gimp), before)
    claims.equal("and the last picture stays then, too", drafts(gimp, window), kept)


def is_kept(gimp, claims, window, image):
    write(gimp, window, "a yellow moon")
    seed = draft_of(gimp, window, "a yellow moon")
    button = gimp.find("button", "Add as Layer", window)
    wait_for("the button", lambda: is_sensitive(button))
    press(button)
    gimp.wait_for_layers(image, 2)
    claims.equal("a draft that was added is a picture like the others",
                 [drafts(gimp, window), listed(gimp, window)],
                 [[], [f"a yellow moon, seed {seed}"]])
    layer = gimp.layers(image)[0]
    claims.equal("its layer can be drawn again with the same bytes", gimp.run(
        "(plug-in-pisces-regenerate #:run-mode RUN-NONINTERACTIVE "
        f"#:image {image} #:drawables (vector {layer}))").strip('"'), "")

    write(gimp, window, "a pink heart")
    seed = draft_of(gimp, window, "a pink heart")
    gimp.keys("ctrl+Return")
    wait_for("the picture", lambda: f"a pink heart, seed {seed}" in
             listed(gimp, window), SECONDS)
    claims.claim("Generate draws it properly, with its seed", True)
    wait_for("the draft to go", lambda: not drafts(gimp, window))
    wait_for("an idle engine", lambda: is_idle(gimp))
    before = n_jobs(gimp)
    time.sleep(1)
    claims.equal("and it needs no draft after that", n_jobs(gimp), before)


def busy_with(gimp, window, words):
    """Writes, and waits until the engine works on it."""
    wait_for("an idle engine", lambda: is_idle(gimp), SECONDS)
    write(gimp, window, words)
    wait_for("a draft that is drawn", gimp.is_busy, SECONDS)


def gives_way(gimp, claims, window, image):
    """With a model that takes a second or two for a draft."""
    busy_with(gimp, window, "a blue fish")
    text = gimp.run(f"(plug-in-pisces-describe #:run-mode RUN-NONINTERACTIVE #:image {image})")
    early = [name for name in drafts(gimp, window) if "a blue fish" in name]
    claims.claim("a script's job comes first", text and not early)
    draft_of(gimp, window, "a blue fish")
    claims.claim("and the draft after it", True)

    busy_with(gimp, window, "a red house")
    gimp.keys("ctrl+Return")
    wait_for("its job", lambda: is_sensitive(gimp.find("button", "Stop", window, 1)))
    gimp.type(" and a green tree")
    count = len(listed(gimp, window))
    wait_for("its picture", lambda: len(listed(gimp, window)) > count, SECONDS)
    claims.claim("Generate comes first, and writing on does not end it",
                 listed(gimp, window)[0].startswith("a red house, seed"))
    draft_of(gimp, window, "a red house and a green tree")
    claims.claim("what was written meanwhile is drawn afterwards", True)


def rests(gimp, claims, window, image):
    """Nobody sees a window that is closed or minimised."""
    busy_with(gimp, window, "a yellow moon")
    gimp.keys("ctrl+w")
    wait_for("the window to close without a question", lambda: not is_showing(window))
    wait_for("an idle engine", lambda: is_idle(gimp), SECONDS)
    claims.equal("closing it ends the draft",
                 [name for name in drafts(gimp, window) if "moon" in name], [])
    before = n_jobs(gimp)
    time.sleep(1.5)
    claims.equal("nothing is drawn while it is closed", n_jobs(gimp), before)
    window = gimp.generate_window(image)
    draft_of(gimp, window, "a yellow moon")
    claims.claim("what was missed is drawn when it opens again", True)

    busy_with(gimp, window, "a purple umbrella")
    number = gimp.raise_window("Generate Layer")
    subprocess.run(["xdotool", "windowminimize", number], check=True)
    wait_for("an idle engine", lambda: is_idle(gimp), SECONDS)
    claims.equal("minimising it ends the draft",
                 [name for name in drafts(gimp, window) if "umbrella" in name], [])
    before = n_jobs(gimp)
    prompt_of(gimp, window).queryEditableText().setTextContents("a blue fish")
    time.sleep(1.5)
    claims.equal("nothing is drawn while it is minimised", n_jobs(gimp), before)
    subprocess.run(["xdotool", "windowactivate", number], check=True)
    draft_of(gimp, window, "a blue fish")
    claims.claim("but when it comes back", True)

    busy_with(gimp, window, "a green apple")
    press(live(gimp, window))
    wait_for("an idle engine", lambda: is_idle(gimp), SECONDS)
    time.sleep(0.5)
    claims.equal("switching it off ends the draft",
                 [name for name in drafts(gimp, window) if "apple" in name], [])
    press(live(gimp, window))
    draft_of(gimp, window, "a green apple")


def knows_slow_models(gimp, claims, window):
    choose_model(gimp, window, "glacier")
    write(gimp, window, "a red boat")
    switch = live(gimp, window)
    wait_for("the switch to give in", lambda: not is_sensitive(switch), SECONDS)
    claims.claim("a model that is too slow makes it insensitive", True)
    claims.claim("it says how slow the model is",
                 "Even a draft takes this model about" in switch.description)
    claims.claim("in words that one sees, too", says(window, "Even a draft takes"))
    claims.claim("what the user chose stays", is_on(switch))
    gimp.shot("live/too-slow.png", "Generate Layer")
    wait_for("an idle engine", lambda: is_idle(gimp), SECONDS)
    with open(os.path.join(gimp.profile, "pisces", "settings.ini"),
              encoding="utf-8") as file:
        settings = file.read()
    claims.claim("it is remembered", "live-slow-model=" in settings and
                 "live=true" in settings)

    choose_model(gimp, window, "nano")
    wait_for("the switch", lambda: is_sensitive(live(gimp, window)))
    write(gimp, window, "a red star")
    draft_of(gimp, window, "a red star")
    claims.claim("with another model it draws again", True)
    before = n_jobs(gimp)
    choose_model(gimp, window, "glacier")
    wait_for("the switch", lambda: not is_sensitive(live(gimp, window)))
    claims.equal("the slow one need not be tried again", n_jobs(gimp), before)


def complains_of_nothing(gimp, claims):
    claims.equal("GIMP complains of nothing",
                 gimp.complaints_but_of_undo(), [])


def with_time_enough(gimp, claims):
    image = gimp.show_image(400, 300)
    window = gimp.generate_window(image)
    follows(gimp, claims, window)
    causes_no_alarm(gimp, claims, window)
    is_kept(gimp, claims, window, image)
    choose_model(gimp, window, "river")
    gives_way(gimp, claims, window, image)
    rests(gimp, claims, window, image)
    complains_of_nothing(gimp, claims)


def with_little_time(gimp, claims):
    window = gimp.generate_window(gimp.show_image(400, 300))
    press(live(gimp, window))
    knows_slow_models(gimp, claims, window)
    complains_of_nothing(gimp, claims)


os.environ.pop("PISCES_MODEL_DIR", None)
os.environ["PISCES_THREADS"] = "1"  # so that a slow model is slow on all computers
slow_nano.make(os.path.join(STORE, "river"), "river", 3)
slow_nano.make(os.path.join(STORE, "glacier"), "glacier", 8)
CLAIMS = gimp_window.Claims()
os.environ["PISCES_LIVE_SECONDS"] = "100"
gimp_window.main(with_time_enough, DATA.name, CLAIMS, is_last=False)
del os.environ["PISCES_LIVE_SECONDS"]
sys.exit(gimp_window.main(with_little_time, DATA.name, CLAIMS, is_last=True))
