"""What beat starts, and when. It writes this into the database at its start; administrators may then change the pace in the
admin."""

from celery.schedules import crontab

CELERY_BEAT_SCHEDULE = {
    "Judge pilots with new facts": {"task": "pilots.judge_due", "schedule": 60},
    "Start evaluation runs that are due": {"task": "pilots.start_due_runs", "schedule": 30},
    "Take in finished evaluation runs": {"task": "pilots.absorb_finished_runs", "schedule": 60},
    "Fold new figures into the running statistics": {"task": "pilots.fold", "schedule": 10},
    "Notice sources that fall silent": {"task": "pilots.watch_sources", "schedule": 60},
    "Notice windows that end and pilots without an owner": {
        "task": "pilots.watch_lifecycle",
        "schedule": 300,
    },
    "Notice hidden costs that creep up": {
        "task": "pilots.watch_creeps",
        "schedule": crontab(hour="5", minute="50"),
    },
    "Prove the running statistics of a few pilots": {
        "task": "pilots.recount_sample",
        "schedule": crontab(hour="3", minute="20"),
    },
    "Clear marks of traces that are complete": {
        "task": "pilots.forget_enclosing_spans",
        "schedule": crontab(hour="3", minute="40"),
    },
    "Make and retire months of measurements": {
        "task": "pilots.keep_months",
        "schedule": crontab(hour="2", minute="40"),
    },
    "Weigh faulty measurements that still wait": {"task": "pilots.weigh_waiting", "schedule": 60},
    # What nobody took before the next one is due is of no more use: a slow mail server lets nothing pile up.
    "Send what people are to be told": {"task": "pilots.deliver", "schedule": 30, "options": {"expires": 30}},
    "Tell of decisions that come near": {
        "task": "pilots.tell_of_due",
        "schedule": crontab(hour="6", minute="10"),
    },
    "Send the weekly digest": {
        "task": "pilots.send_digests",
        "schedule": crontab(day_of_week="1", hour="6", minute="30"),
    },
    "Forget answers that nobody asks for again": {
        "task": "pilots.forget_answers",
        "schedule": crontab(hour="2", minute="50"),
    },
    "Erase texts that are kept no longer": {
        "task": "pilots.forget_texts",
        "schedule": crontab(hour="3", minute="5"),
    },
    "Hand on evaluation runs whose worker is gone": {"task": "evaluations.sweep_runs", "schedule": 30},
}
