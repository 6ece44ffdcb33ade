"""What must be answered by a fixed message, before any model and before any charge: symptoms, crises, refusals."""
