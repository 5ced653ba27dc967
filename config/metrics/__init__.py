"""What Prometheus is told: how requests went, and how the work stands."""
