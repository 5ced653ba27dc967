from django.conf import settings
from django.core.validators import MinLengthValidator
from django.db import models
from django.db.models import Q

from pilots.models.failure import Failure
from pilots.models.pilot import Pilot
from pilots.reading.pictures import TYPES


class FailurePicture(models.Model):
    """What was asked or came, where it is an image: of a type that a browser only draws, with what it shows in words."""

    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="pictures")
    failure = models.ForeignKey(Failure, on_delete=models.PROTECT, related_name="pictures")
    content_type = models.CharField(max_length=20)
    data = models.BinaryField()
    alt = models.CharField(
        max_length=300,
        validators=[MinLengthValidator(3)],
        help_text="What it shows, for who cannot see it. No personal data.",
    )
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(content_type__in=[*TYPES]), name="picture_type_is_safe"),
            models.CheckConstraint(condition=~Q(alt=""), name="picture_has_words"),
        ]

    def __str__(self) -> str:
        return self.alt
