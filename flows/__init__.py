"""The thinking: dialogues, rules and the engine that walks them. Values in, values out; standard library only."""
