"""调研成果库: handing in, reviewing blind, taking into the library, finding there.

``cleansing`` (what a file says besides its text), ``naming`` (where a text names an author or an organisation), ``receiving``
(an upload), ``submitting``, ``reviewing``, ``publishing``, ``searching`` and ``pages`` (what a screen shows).
"""
