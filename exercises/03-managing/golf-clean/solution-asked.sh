docker container prune
y
docker image rm ubuntu
