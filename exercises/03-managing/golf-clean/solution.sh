docker container prune -f
docker rmi ubuntu
