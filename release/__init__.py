"""What is done with a finished Vigor: packing it, proving a deployed one, listing what it is made of. Never deployed."""
