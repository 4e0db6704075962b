"""What an operator does with the assistant: check, back up, restore, look after the audit chain and the outbox."""
