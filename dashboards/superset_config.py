# What the dashboards would like of superset_config.py: the palette by Okabe and Ito, which people
# with any of the common colour visions can tell apart. dashboards/sources/colours.yaml has the same.
EXTRA_CATEGORICAL_COLOR_SCHEMES = [
    {
        "id": "okabe_ito",
        "label": "Okabe-Ito",
        "description": "Eight colours for all kinds of colour vision",
        "isDefault": False,
        "colors": ["#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#999999"],
    }
]

# Where the database is impersonated (docs/dashboards.md) and DATA_CACHE_CONFIG keeps answers, they must
# be kept for each person:
# FEATURE_FLAGS = {"CACHE_IMPERSONATION": True}
