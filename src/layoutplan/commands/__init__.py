"""The commands of ``layoutplan``, one short function each, by what they work on."""
