"""Cloudflare, asked as its clients ask it."""
