# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures that were made for an image are there again in another GIMP, when
the image is opened from its XCF; a picture replaces the layer that was
added last in one undo step; each image shows its own pictures, and gets
what was started for it even if the window has switched to another one in
the meantime."""

import glob
import os
import re
import shutil
import sys
import tempfile

import gimp_window
from gimp_window import (is_sensitive, labelled, press, wait_for)

PROMPT = "a red star above a blue fish"
DRAWING_SECONDS = 240

folder = tempfile.mkdtemp(prefix="pisces-results.")
data = os.path.join(folder, "data")
xcf = os.path.join(folder, "image.xcf")


def opened(gimp):
    gimp.menu("Layer", "New from Prompt")
    return gimp.window("Generate Layer")


def names(gimp, window):
    return [tile.name for tile in gimp.tiles(window)]


def button(gimp, window, name):
    return gimp.find("button", name, window)


def draw(gimp, window, n_before):
    gimp.raise_window("Generate Layer")
    gimp.find("text", "Prompt", window).queryComponent().grabFocus()
    gimp.keys("ctrl+Return")
    wait_for("the picture",
             lambda: len(gimp.results(window)) ==
             n_before + 1 and
             not is_sensitive(button(gimp, window, "Stop")), DRAWING_SECONDS)


def pixels(gimp, layer):
    """A sum over a layer's pixels, to tell layers apart."""
    return gimp.run(f"(gimp-drawable-histogram {layer} HISTOGRAM-VALUE 0 1)")


def memory(gimp, layer):
    """What is stored with a layer, which is added last; "" before that."""
    try:
        return gimp.run(f'(gimp-item-get-parasite {layer} '
                        '"pisces-provenance")')
    except RuntimeError:
        return ""


def draws(gimp, claims):
    image = gimp.show_image(320, 240)
    window = opened(gimp)
    prompt = gimp.find("text", "Prompt", window)
    gimp.raise_window("Generate Layer")
    prompt.queryComponent().grabFocus()
    gimp.type(PROMPT)
    draw(gimp, window, 0)

    claims.equal("making pictures does not change the image",
                 gimp.run(f"(gimp-image-is-dirty {image})"), "#f")
    claims.equal("the picture is kept in the user's data folder",
                 len(glob.glob(data + "/pisces/results/*.png")), 1)

    press(button(gimp, window, "Add as Layer"))
    gimp.wait_for_layers(image, 2)
    layer = gimp.layers(image)[0]
    remembered = wait_for("what it remembers", lambda: memory(gimp, layer))
    gimp.run("(plug-in-pisces-status)")  # answered when all is done
    before = pixels(gimp, layer)

    draw(gimp, window, 1)
    replace = button(gimp, window, "Replace the Layer Added Last")
    wait_for("a Replace button", lambda: is_sensitive(replace))
    everything = gimp.everything(image)
    press(replace)
    wait_for("the other picture",
             lambda: memory(gimp, layer) not in ("", remembered) and
             len(gimp.layers(image)) == 2)
    gimp.run("(plug-in-pisces-status)")
    claims.claim("its pixels are others", pixels(gimp, layer) != before)
    claims.equal("a picture takes the place of the layer that was added last",
                 len(gimp.layers(image)), 2)
    gimp.shot("generate-window-results.png", "Generate Layer")
    gimp.undo_and_redo(claims, "a layer that is replaced", image, everything,
                       kept=False)
    claims.equal("the old pixels are back", pixels(gimp, layer), before)
    claims.equal("and the old memory", memory(gimp, layer), remembered)
    gimp.menu("Edit", "Undo")
    wait_for("the undo", lambda: len(gimp.layers(image)) == 1)
    claims.equal("the next one takes the layer out: no step is between",
                 gimp.run(f"(gimp-image-is-dirty {image})"), "#f")
    gimp.menu("Edit", "Redo")
    wait_for("the redo", lambda: len(gimp.layers(image)) == 2)
    claims.equal("GIMP finds nothing else wrong with that",
                 gimp.complaints_but_of_undo(), [])

    gimp.run(f'(gimp-file-save RUN-NONINTERACTIVE {image} "{xcf}")')

    other = gimp.show_image(100, 100)
    gimp.raise_window("GIMP")
    window = opened(gimp)
    wait_for("an empty strip", lambda: names(gimp, window) == [])
    claims.claim("another image shows its own, which are none", True)
    come_to_their_image(gimp, claims, window, other)


def come_to_their_image(gimp, claims, window, image):
    """The window switches to a third image while it draws for this one."""
    labelled(window, "Pictures").queryValue().currentValue = 6
    gimp.raise_window("Generate Layer")
    gimp.find("text", "Prompt", window).queryComponent().grabFocus()
    gimp.keys("ctrl+Return")
    wait_for("the job", lambda: is_sensitive(button(gimp, window, "Stop")))
    third = gimp.show_image(120, 90)
    gimp.raise_window("120x90")   # GIMP has turned to it
    window = opened(gimp)
    claims.claim("the window turns to another image while it draws",
                 is_sensitive(button(gimp, window, "Stop")))
    wait_for("the job's end",
             lambda: not is_sensitive(button(gimp, window, "Stop")),
             DRAWING_SECONDS)
    claims.equal("which is shown none of them", names(gimp, window), [])
    claims.claim("nor remembers any", listed(gimp, third) in (None, 0))
    claims.equal("the image that they were drawn for remembers them",
                 listed(gimp, image), 6)
    gimp.close_image(third)
    gimp.raise_window("100x100")
    window = opened(gimp)
    found = wait_for("the pictures", lambda: names(gimp, window))
    claims.equal("and shows them when the window is back", len(found), 6)


def listed(gimp, image):
    """How many pictures are in an image's own list; None: there is no list."""
    try:
        text = gimp.run(f'(caddr (gimp-image-get-parasite {image} '
                        '"pisces-results"))')
    except RuntimeError:
        return None
    return len(re.findall(r'\bfile\\?":', text))


def finds_them_again(gimp, claims):
    image = gimp.run(
        f'(gimp-file-load RUN-NONINTERACTIVE "{xcf}")').strip("()")
    gimp.run(f"(gimp-display-new {image})")
    gimp.raise_window("image")
    window = opened(gimp)
    found = wait_for("the pictures", lambda: names(gimp, window))
    claims.equal("both pictures are there after a restart", len(found), 2)
    claims.claim("with their prompts",
                 all(name.startswith(PROMPT + ", seed") for name in found))
    add = button(gimp, window, "Add as Layer")
    wait_for("their pixels", lambda: is_sensitive(add))
    press(add)
    gimp.wait_for_layers(int(image), 3)
    claims.claim("they can be added", True)
    gimp.shot("generate-window-restored.png", "Generate Layer")


claims = gimp_window.Claims()
failed = gimp_window.main(draws, data, claims)
if not failed:
    failed = gimp_window.main(finds_them_again, data, claims)
else:
    print(f"1..{claims.count}")
shutil.rmtree(folder, ignore_errors=True)
sys.exit(failed)
