from django.conf import settings
from django.db import models


class SavedView(models.Model):
    """A look at the board that a person named: the filters, columns and order of its address."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=500, blank=True, help_text="What follows the ? in the address.")

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["person", "name"], name="savedview_name_once")]

    def __str__(self) -> str:
        return self.name
