"""The engine. It runs steps that others register and knows no workflow and no remote system."""
