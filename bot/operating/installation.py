"""Which installation the operator's commands are about."""

from storage.schema import revision_of

from bot.settings import Settings, demo_settings, read_settings


def settings_of_this_run() -> Settings:
    """The settings of this run; where nothing is set up but the demo, the demo's."""
    settings = read_settings()
    if settings.model_fields_set & {"database", "profile"} or revision_of(settings.database.url) is not None:
        return settings
    demo = demo_settings()
    return demo if revision_of(demo.database.url) is not None else settings
