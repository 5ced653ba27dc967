"""The admin as a whole: people, the clock of the workers, the sidebar. Each app registers its own models."""

from django.contrib import admin

from config.admin import clock, people

admin.site.index_template = "admin/pilots/home.html"

__all__ = ["clock", "people"]
