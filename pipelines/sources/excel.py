def read_excel(path, layout):
    raise NotImplementedError
