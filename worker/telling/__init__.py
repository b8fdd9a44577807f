"""How a run is told to people: in reports, in documents, and in notes on its ticket."""
