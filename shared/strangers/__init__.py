"""Addresses that strangers name: which of them we call, and how."""
