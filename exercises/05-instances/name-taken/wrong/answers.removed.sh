docker rm @{name}
docker run -d --name @{name} -p @{port}:80 httpd:2.4
