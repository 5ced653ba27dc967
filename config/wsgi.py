import ctypes
import gc
import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from config.bodies_first import BodiesFirst, FewAtATime
from config.checks import refuse_an_incomplete_start

M_MMAP_THRESHOLD, M_ARENA_MAX = -3, -8
if hasattr(ctypes.CDLL(None), "mallopt"):
    # glibc gives each of many threads a heap of its own, and what one has freed no other uses. Two are enough beside the GIL.
    ctypes.CDLL(None).mallopt(M_ARENA_MAX, 2)
    # Bodies, answers and what waits for the database go back to the system when they are freed. By itself glibc soon keeps
    # whatever is smaller than 32 MiB, as holes between what stays.
    ctypes.CDLL(None).mallopt(M_MMAP_THRESHOLD, 64 * 1024)

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

django = FewAtATime(get_wsgi_application(), places=settings.WORKED_ON_AT_A_TIME)

from pilots.api.small_posts import SmallPosts  # noqa: E402  (the models are loaded now)

# A trace has a span for each request, which Django's way makes.
application = BodiesFirst(
    django if settings.TRACES else SmallPosts(django),
    largest=settings.LARGEST_BODY,
)
refuse_an_incomplete_start()
# Every page is loaded before the first request, and what stays for good is looked through by no later collection.
_ = get_resolver().url_patterns
gc.collect()
gc.freeze()
