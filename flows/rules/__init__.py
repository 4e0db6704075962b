"""The rules of the programme as functions: absence, calendar, alerts. Every one names the rule it follows."""
