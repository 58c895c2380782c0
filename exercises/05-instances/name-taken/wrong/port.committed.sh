docker rename @{name} old
docker commit old page
docker run -d --name @{name} page
