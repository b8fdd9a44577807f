"""Settings from the environment, Celery's configuration, the beat schedule, logging and Sentry."""
