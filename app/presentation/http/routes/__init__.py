"""Every operation of the API, one module an area: who may call it, how often, and what it may answer."""
