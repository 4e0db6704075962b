"""The pages people see in a browser: the chat, the way in, and what the law wants shown."""
