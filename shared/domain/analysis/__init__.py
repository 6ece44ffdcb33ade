"""What the log says: records, series, habits and load, as facts with their units."""
