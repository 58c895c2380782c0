docker rm -f $(docker ps -aq)
docker rmi ubuntu
