"""What Vigor keeps, in its own words, written once over the `DocumentStore` seam."""
