"""
Cross-functional: what did it return, for whom, and how sure are we?

Definitions of `04-roi`. Tables and quarters in, estimates out.
"""
