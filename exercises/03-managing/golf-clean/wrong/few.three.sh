docker rm $(docker ps -aq --filter status=exited --filter status=created)
docker rmi ubuntu
