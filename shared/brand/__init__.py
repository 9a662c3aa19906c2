"""The colour and the picture that an agency puts on its pages."""
