from django.conf import settings
from django.db import models

BOARD = "board"


class SavedView(models.Model):
    """The board or a list of the admin as a person looks at it: filters, columns, search and order under a name of hers."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views")
    place = models.CharField(
        max_length=100, default=BOARD, help_text="The board, or what a list of the admin is of: pilots.pilot."
    )
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=500, help_text="What follows the ? in the address.")

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["person", "place", "name"], name="savedview_name_once_a_place")
        ]

    def __str__(self) -> str:
        return self.name
