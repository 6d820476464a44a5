"""Superset's settings in its container. Its own data are in SQLite, in its volume."""
import os

# The palette of the dashboards.
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "dashboards", "superset_config.py"),
          encoding="utf-8") as palette:
    exec(palette.read())

SECRET_KEY = os.environ["SUPERSET_SECRET_KEY"]
SQLALCHEMY_DATABASE_URI = "sqlite:///" + os.path.join(os.environ["SUPERSET_HOME"], "superset.db")
# Served over plain HTTP on the loopback interface; behind a proxy with TLS, take this away.
TALISMAN_ENABLED = False
# Answers may be kept, but not for somebody else.
FEATURE_FLAGS = {"CACHE_IMPERSONATION": True}
