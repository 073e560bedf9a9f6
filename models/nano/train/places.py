# SPDX-License-Identifier: GPL-3.0-or-later
"""How people say where in the picture something is: "in the top left corner",
"up in the right hand corner", "low down", "right in the middle".
"""
ENDS = ("", "", "", "", "", " of the picture", " of the image",
        " of the canvas", " of the page")
CENTERS = ("in the center", "in the middle", "in the center", "in the middle",
           "at the center", "in the very middle", "right in the middle",
           "exactly in the middle", "in the exact center", "in center",
           "in middle", "in the dead center", "in the central part",
           "right in the center")
CENTERED = ("centered", "placed centrally", "middle", "center",
            "in the middle of everything", "centrally")
CORNERS = ("in the corner", "in the corner", "in a corner", "in one corner",
           "in some corner", "in one of the corners", "in any corner",
           "tucked in a corner", "at the corner", "into the corner")
UPWARD = dict(top="up", bottom="down")
HIGH = dict(
    top=("high up", "up high", "up", "on top", "at the upper edge",
         "up in the sky", "in the sky", "up there", "at top",
         "on the top side", "all the way up", "up top", "very high", "way up",
         "in the upper part", "in the upper half"),
    bottom=("low down", "down low", "down", "on the ground",
            "at the lower edge", "down there", "at bottom",
            "all the way down", "on the bottom side", "very low", "way down",
            "in the lower part", "in the lower half"))
SIDE = ("far {}", "{} side", "{} half", "on {}", "at {}", "in the {} half",
        "{} edge", "at {} side", "on far {}", "{} part", "the {} edge",
        "the {} side")
ON_SIDE = ("on the {}", "on the {}", "on the {}", "on the {} side",
           "on the {} side", "at the {}", "at the {} edge", "to the {}",
           "on the far {}", "on the {} edge", "in the {} part",
           "at the {} side", "on the {} hand side", "at the far {}",
           "near the {} edge", "by the {} side", "along the {} side")
ON_EDGE = ("at the {}", "at the {}", "at the {}", "at the {}", "on the {}",
           "at the very {}", "along the {}", "near the {}", "in the {}",
           "in the {} part", "in the {} half", "near the {} edge",
           "on the {} edge", "at the {} edge", "to the {}",
           "towards the {}", "across the {}", "at the {} side",
           "along the {} edge", "all along the {}")
IN_CORNER = ("{row} {column}", "{row} {column} corner",
             "{row} {column} corner", "{row} {column} side",
             "{column} {row}", "{column} {row} corner",
             "{row} {column} hand corner", "{row} {column} part",
             "{row} and {column} corner", "{row} {column} edge")
UP_IN_CORNER = ("{up} in the {column} corner",
                "{up} in the {column} hand corner",
                "in the {column} corner {up}",
                "at the {row} in the {column} corner",
                "in the {column} corner at the {row}",
                "at the {row} on the {column}",
                "on the {column} at the {row}", "{up} on the {column}",
                "{row} and {column}")
TABLES = (CENTERS, CENTERED, CORNERS, *HIGH.values(), SIDE, ON_SIDE, ON_EDGE,
          IN_CORNER, UP_IN_CORNER, ENDS)


def where(phrase, words):
    """words: of groups.ROWS and COLUMNS, or "corner"."""
    pick, chance = phrase.pick, phrase.chance
    end = pick(*ENDS)
    if words == "center":
        return pick(*CENTERS) + end if chance(.85) else pick(*CENTERED)
    if words == "corner":
        return pick(*CORNERS) + end
    if " " in words:
        row, column = words.split()
        if chance(.12):
            return pick(*UP_IN_CORNER).format(up=UPWARD[row], row=row,
                                              column=column)
        said = pick(row, row, row, dict(top="upper", bottom="lower")[row],
                    dict(top="upper", bottom="lower")[row])
        if chance(.06):
            said = UPWARD[row]
        elif chance(.08):
            said = f"far {said}"
        both = pick(*IN_CORNER).format(row=said, column=column)
        return pick("in the", "in the", "in the", "at the", "on the", "in",
                    "to the", "into the", "") + f" {both}{end}"
    if words in ("left", "right"):
        if chance(.15):
            return pick(*SIDE).format(words)
        return pick(*ON_SIDE).format(words) + end
    if chance(.2):
        return pick(*HIGH[words])
    return pick(*ON_EDGE).format(words) + end


def known():
    """Every word of these."""
    words = {"top", "bottom", "upper", "lower", "left", "right", "up", "down"}
    for table in TABLES:
        for text in table:
            words.update(text.split())
    return {word for word in words if word.isalpha()}
