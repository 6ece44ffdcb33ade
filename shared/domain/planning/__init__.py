"""How the engine writes a plan: split, exercises, doses, minutes and words."""
