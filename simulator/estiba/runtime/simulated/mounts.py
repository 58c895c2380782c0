def mount_all(spec):
    raise NotImplementedError
