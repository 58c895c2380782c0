docker start @{name}
