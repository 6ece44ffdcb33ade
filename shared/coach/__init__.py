"""From facts to prose and back: what models are asked, what of their replies is believed, and the offline coach."""
