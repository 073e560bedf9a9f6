# SPDX-License-Identifier: GPL-3.0-or-later
"""Other words for what nano knows, as people have them: of things, colours,
numbers and backgrounds.  phrasing.py puts them into prompts.

A word that is missing here is not only strange to the language model: the
engine writes UNKNOWN in its place before the model sees the prompt.
"""
import captions
import world

UNKNOWN = "something"
KINDS = {kind: (kind, *captions.SYNONYMS.get(kind, ()))
         for kind in world.CLASSES}
KINDS["circle"] += ("ball", "sphere")
KINDS["square"] += ("box", "cube")
KINDS["heart"] += ("love heart",)
KINDS["ring"] += ("doughnut", "hoop")
KINDS["moon"] += ("half moon", "crescent moon")
KINDS["tree"] += ("pine", "fir tree", "pine tree", "spruce", "conifer",
                  "oak", "apple tree", "christmas tree")
KINDS["house"] += ("hut", "cottage", "cabin", "building", "villa", "shed")
KINDS["flower"] += ("daisy", "tulip", "rose", "sunflower", "bloom", "lily")
KINDS["fish"] += ("goldfish", "trout")
KINDS["boat"] += ("sailing boat", "yacht", "sailing ship", "vessel",
                  "fishing boat", "dinghy")
KINDS["car"] += ("auto", "vehicle", "taxi", "sedan")
KINDS["cup"] += ("teacup", "coffee cup", "coffee mug", "tea cup")
KINDS["mushroom"] += ("fungus", "shroom")
KINDS["umbrella"] += ("brolly",)
KINDS["key"] += ("house key", "door key", "car key")
KINDS["leaf"] += ("tree leaf", "oak leaf")
KINDS["drop"] += ("droplet", "water drop", "rain drop", "teardrop")
KINDS["arrow"] += ("pointer",)
KINDS["cloud"] += ("rain cloud",)
KINDS["ghost"] += ("phantom", "spirit", "specter")
MORE_PLURALS = captions.PLURALS | {
    "daisy": "daisies", "lily": "lilies", "leaf": "leaves", "box": "boxes",
    "dinghy": "dinghies", "brolly": "brollies", "goldfish": "goldfish",
    "trout": "trout", "fungus": "fungi"}

# Shades that are called by the colour's name here.
SHADES = dict(
    captions.COLOR_SYNONYMS,
    red=("crimson", "scarlet", "ruby", "cherry", "ruby red"),
    orange=("tangerine", "amber"),
    yellow=("golden", "gold", "lemon", "lemon yellow"),
    green=("lime", "emerald", "olive", "mint", "lime green"),
    blue=("navy", "azure", "cobalt", "navy blue", "sky blue"),
    purple=("violet", "lilac", "lavender", "violet", "indigo"),
    pink=("magenta", "fuchsia", "rosy"),
    brown=("chocolate", "tan", "beige", "hazel"),
    black=("ebony", "jet black"),
    white=("ivory", "snowy"))

# Before a plural: "lots of stars".  The first are of any number, the others
# of more than three.
SOME = ("several", "some", "a few", "a group of", "a bunch of", "a handful of",
        "a number of", "multiple", "various", "a set of", "a cluster of",
        "quite a few", "a collection of")
MANY = ("many", "lots of", "a lot of", "plenty of", "loads of", "numerous",
        "tons of", "a crowd of", "a swarm of", "a heap of")
PAIRS = ("a pair of", "a couple of", "two", "twin", "a duo of", "double",
         "a couple", "both")
SETS = {3: ("a trio of", "triple", "a threesome of"), 4: ("a quartet of",),
        5: ("a quintet of",), 6: ("half a dozen", "a half dozen")}
EXACTLY = ("exactly", "only", "just", "precisely", "in total", "altogether")

CLEAR = ("on a transparent background", "with a transparent background",
         "with no background", "without background",
         "transparent background", "no background", "without a background",
         "background transparent", "on a clear background", "transparent",
         "cut out", "on transparent", "the background should be transparent",
         "with nothing behind")
GROUNDS = ("on {a} background", "on {a} background", "with {a} background",
           "on {color}", "{color} background", "background {color}",
           "the background is {color}", "against {a} background",
           "with {a} backdrop", "before {a} background", "on {a} ground",
           "the background should be {color}", "make the background {color}",
           "on {a} backdrop", "in front of {a} background",
           "{color} as background", "background color {color}",
           "on {color} paper", "against {color}", "isolated on {color}",
           "the background in {color}", "use {a} background",
           "with {color} behind")


def known():
    """Every word of these."""
    words = set()
    for table in (KINDS, SHADES, SETS):
        for group in table.values():
            words.update(" ".join(group).split())
    words.update(MORE_PLURALS.get(word, word + "s") for group in KINDS.values()
                 for word in group if " " not in word)
    for group in (SOME, MANY, PAIRS, EXACTLY, CLEAR, GROUNDS):
        words.update(" ".join(group).split())
    return {word for word in words if word.isalpha()}
