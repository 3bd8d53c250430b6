"""The colours of css/tokens.css, by the names that they have there: on the page a drawing takes them from the style
sheet, in a file of its own it carries them.
"""

LIGHT = {
    "paper": "#f8f8f5",
    "ink": "#15191d",
    "soft": "#535a60",
    "line": "#d0d4d1",
    "hair": "#e3e6e2",
    "kr": "#0b5c8c",
    "us": "#a8301c",
    "doubt": "#8a4600",
}
DARK = {
    "paper": "#121517",
    "ink": "#e9ebe8",
    "soft": "#a7afb3",
    "line": "#3a4146",
    "hair": "#282e32",
    "kr": "#84bfe6",
    "us": "#f0937d",
    "doubt": "#eca95e",
}
