"""Stories: steps compiled, played, recorded and reported."""
