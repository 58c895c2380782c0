docker rm @{name}
docker run -d --name @{name} -p @{port}:80 httpd:2.4
docker exec @{name} sh -c 'echo @{word} > /usr/local/apache2/htdocs/index.html'
