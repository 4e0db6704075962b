"""Runs migrations on the connection that storage.schema hands over, inside its transaction."""

from alembic import context

from storage.all_tables import everything as metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, transactional_ddl=True)
context.run_migrations()
