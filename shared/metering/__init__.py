"""Tiers, each person's ledger, the providers' pool: reserve, settle, release; never check and then count."""
