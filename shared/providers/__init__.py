"""Language-model providers behind one seam, and the router that picks among them."""
