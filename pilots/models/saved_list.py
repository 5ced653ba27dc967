from django.conf import settings
from django.db import models


class SavedList(models.Model):
    """A list of the admin as a person looks at it: filters, search and order under a name of hers."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_lists")
    of = models.CharField(max_length=100, help_text="What the list is of, such as pilots.pilot.")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=500, help_text="What follows the ? in the address.")

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["person", "of", "name"], name="savedlist_name_once")]

    def __str__(self) -> str:
        return self.name
