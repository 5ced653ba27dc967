from evaluations.admin import case, deployment, model, prompt, result, run, suite, suite_version, vendor

__all__ = ["case", "deployment", "model", "prompt", "result", "run", "suite", "suite_version", "vendor"]
