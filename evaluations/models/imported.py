from django.db import models

from evaluations.models.run import Run


class ImportedRun(models.Model):
    """Where the results of a run came from that another tool made, and what that tool said of them."""

    run = models.OneToOneField(Run, on_delete=models.CASCADE, related_name="imported")
    tool = models.CharField(max_length=40)
    tool_version = models.CharField(max_length=40, blank=True)
    file_name = models.CharField(max_length=255, blank=True)
    file_hash = models.CharField(max_length=64, help_text="SHA-256 of the file.")
    task = models.CharField(max_length=200, blank=True)
    model = models.CharField(max_length=200, blank=True, help_text="The model as the file names it.")
    figures = models.JSONField(
        default=list, help_text="The tool's own figures: name, value and how many it counted."
    )
    notes = models.JSONField(default=list, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["file_hash", "task"], name="imported_file_once")]

    def __str__(self) -> str:
        return f"{self.task} by {self.tool} {self.tool_version}"
