docker restart @{name}
