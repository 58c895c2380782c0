docker run --name @{container} ubuntu sh -c 'printf %@{bytes}s > /file'
