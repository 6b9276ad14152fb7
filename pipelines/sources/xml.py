def read_xml(path, layout, scratch):
    raise NotImplementedError
