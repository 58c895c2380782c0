docker run -d --name @{container} ubuntu sh -c 'printf %@{bytes}s > /file; sleep 1000'
