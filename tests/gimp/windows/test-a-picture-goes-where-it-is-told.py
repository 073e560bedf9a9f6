# SPDX-License-Identifier: GPL-3.0-or-later
"""The user chooses in the window where pictures go: to one of the open images
or a new one; each image shows its own pictures.  If one is closed while it
is chosen, nothing is lost: its pictures are offered for the others."""

import sys

import gimp_window
import pyatspi
from gimp_window import is_sensitive, labelled, press, wait_for


def targets(window):
    """The names of the images that can be chosen."""
    combo = labelled(window, "Goes into")
    return [node.name for node in pyatspi.findAllDescendants(
        combo, lambda node: node.getRoleName() == "menu item")]


def choose(window, name):
    combo = labelled(window, "Goes into")
    press(pyatspi.findDescendant(combo, lambda node: node.name == name))


def turn_to(gimp):
    """The window updates its list of open images when the user returns to it."""
    gimp.raise_window("GIMP")
    gimp.raise_window("Generate Layer")


def draw(gimp, window, prompt, n_results):
    gimp.raise_window("Generate Layer")
    gimp.find("text", "Prompt", window).queryComponent().grabFocus()
    gimp.keys("ctrl+a")
    gimp.type(prompt)
    gimp.keys("ctrl+Return")
    gimp.wait_for_results(window, n_results, 240)


def test(gimp, claims):
    one, two = gimp.show_image(200, 100), gimp.show_image(100, 200)
    names = [f"[Untitled]-{one}", f"[Untitled]-{two}"]
    gimp.run("(plug-in-pisces-generate #:run-mode RUN-INTERACTIVE "
             f"#:image {one})")
    gimp.raise_window("Generate Layer")
    window = gimp.window("Generate Layer")
    wait_for("the images", lambda: targets(window) ==
             ["A new image"] + names or targets(window) ==
             ["A new image"] + names[::-1])
    claims.claim("the images that are open can be chosen", True)
    draw(gimp, window, "a red star", 1)

    choose(window, names[1])
    wait_for("the other image's pictures", lambda: not gimp.results(window))
    claims.claim("an image that is chosen shows its own pictures", True)
    draw(gimp, window, "a blue fish", 1)
    gimp.shot("target/two-images.png", "Generate Layer")
    press(gimp.find("button", "Add as Layer", window))
    gimp.wait_for_layers(two, 2)
    claims.equal("and gets the layer, not the image that the window was opened "
                 "for", len(gimp.layers(one)), 1)

    choose(window, "A new image")
    press(gimp.find("button", "Open as Image", window))
    wait_for("a new image", lambda: len(gimp.images()) == 3)
    claims.equal("a new one gets the picture that is shown",
                 [len(gimp.layers(each)) for each in (one, two)], [1, 2])

    choose(window, names[0])
    wait_for("its picture", lambda: [
        tile.name for tile in gimp.results(window) if "a red star" in tile.name])
    claims.equal("back in the first, its picture alone is there",
                 len(gimp.results(window)), 1)

    # The user closes the image without leaving the window.
    gimp.close_image(one)
    wait_for("its end", lambda: one not in gimp.images())
    press(gimp.find("button", "Add as Layer", window))
    claims.claim("the image that was closed is said to be so", wait_for(
        "the sentence",
        lambda: gimp.find("label", "The image was closed", window, 1)))
    gimp.shot("target/closed.png", "Generate Layer")
    claims.claim("and cannot be chosen any more",
                 names[0] not in targets(window))
    choose(window, names[1])
    add = gimp.find("button", "Add as Layer", window)
    wait_for("both pictures", lambda: len(gimp.results(window)) == 2)
    red = [tile for tile in gimp.results(window) if "red star" in tile.name][0]
    red.parent.querySelection().selectChild(red.getIndexInParent())
    wait_for("the button", lambda: is_sensitive(add))
    press(add)
    gimp.wait_for_layers(two, 3)
    claims.claim("its picture is not lost: another image gets it", "a red star" in
                 gimp.run(f"(gimp-item-get-name {gimp.layers(two)[0]})"))

    # Closed while the window is in the background.
    gimp.close_image(two)
    turn_to(gimp)
    wait_for("the button", lambda: gimp.find("button", "Open as Image",
                                             window, 1))
    claims.equal("one that is closed unseen gives way to a new image",
                 targets(window)[0], "A new image")
    claims.equal("GIMP complains of nothing", gimp.complaints(), [])


sys.exit(gimp_window.main(test))
