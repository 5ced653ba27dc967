"""How the admin looks, and what its palette searches."""

from django.urls import reverse_lazy

UNFOLD = {
    "SITE_TITLE": "Pilotage",
    "SITE_HEADER": "Pilotage",
    "SITE_SUBHEADER": "Logbook and referee of AI pilots",
    "SITE_URL": reverse_lazy("pilots:board"),
    "SITE_SYMBOL": "explore",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": "config.admin.assets.favicon"}],
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": True,
    "SHOW_BACK_BUTTON": True,
    "DASHBOARD_CALLBACK": "pilots.admin.home.home",
    "STYLES": ["config.admin.assets.stylesheet"],
    "SIDEBAR": {
        "show_search": True,
        "command_search": True,
        "navigation": "config.admin.navigation.navigation",
    },
    # Measurements are too many to be searched by every word typed into the palette.
    "COMMAND": {
        "search_models": [
            "pilots.pilot",
            "pilots.token",
            "evaluations.aimodel",
            "evaluations.deployment",
            "evaluations.suite",
            "auth.user",
        ],
        "show_history": True,
    },
    "BORDER_RADIUS": "6px",
    # The petrol and the greys of config/static/pilotage/tokens.css, as the scales that unfold wants.
    "COLORS": {
        "base": {
            "50": "#f3f5f4",
            "100": "#e9edec",
            "200": "#dbe0df",
            "300": "#c2cacb",
            "400": "#9fadb4",
            "500": "#65737c",
            "600": "#52606a",
            "700": "#36424a",
            "800": "#222c31",
            "900": "#151b1e",
            "950": "#0d1214",
        },
        "primary": {
            "50": "#edf6f7",
            "100": "#dfeef0",
            "200": "#bcdde2",
            "300": "#9bdbe4",
            "400": "#6cc6d3",
            "500": "#53b3c1",
            "600": "#0b6678",
            "700": "#0b5a6a",
            "800": "#07424e",
            "900": "#12323a",
            "950": "#04222a",
        },
    },
}
