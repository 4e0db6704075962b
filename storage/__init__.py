"""The only layer that speaks SQL: tables, units of work, sealed columns, timers and the outbox."""
