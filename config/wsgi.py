import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from config.bodies_first import BodiesFirst
from config.checks import refuse_an_incomplete_start

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = BodiesFirst(
    get_wsgi_application(), places=settings.WORKED_ON_AT_A_TIME, largest=settings.LARGEST_BODY
)
refuse_an_incomplete_start()
