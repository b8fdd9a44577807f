"""Lists as the environment gives them: with commas."""


def split(value: object) -> object:
    """The parts of a text, without the empty ones; anything else is left to the type."""
    if not isinstance(value, str):
        return value
    return [part.strip() for part in value.split(",") if part.strip()]


def listed(value: object) -> object:
    """The same, where `none` is the empty list: an empty variable counts as not set."""
    return [] if value == "none" else split(value)
