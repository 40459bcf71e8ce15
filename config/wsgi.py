"""What gunicorn serves: `gunicorn config.wsgi`. The house, and beside it the separate room of surveys under ``/s/``."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

house = get_wsgi_application()

# Only now: the room's modules need the applications loaded.
from surveys.room.handler import Doorkeeper  # noqa: E402

application = Doorkeeper(house)
